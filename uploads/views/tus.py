"""tus 1.0.0: uploads that go on where they were cut off."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from backend_practice.http.problems import (
    UNSUPPORTED_MEDIA_TYPE,
    MalformedRequest,
    ProblemOfKind,
)
from uploads import services, tus
from uploads.models import Upload
from uploads.views.base import StreamingView

OVERRIDE = "X-HTTP-Method-Override"
OVERRIDABLE = {"PATCH", "DELETE", "HEAD"}


def header(name: str, description: str) -> OpenApiParameter:
    """For the schema, as optional: without `Tus-Resumable` the answer is 412 before all else."""
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=description)


RESUMABLE = header("Tus-Resumable", "Needed: 1.0.0, or the answer is 412.")
LENGTH = header("Upload-Length", "Needed: of the whole upload, in bytes.")
OFFSET = header("Upload-Offset", "Needed: how many bytes are there already.")
METADATA = header("Upload-Metadata", "`filename` and its value in Base64.")
CHECKSUM = header("Upload-Checksum", "sha1, sha256, sha512 or md5, and Base64.")
BYTES = {tus.CONTENT_TYPE: OpenApiTypes.BINARY}


class TusView(StreamingView):
    """Every request says `Tus-Resumable`, and every answer."""

    possible_errors: ClassVar = {404, 410, 412, 423, 460, 507}

    def initialize_request(self, request: HttpRequest, *args: Any, **options: Any) -> Request:
        override = request.headers.get(OVERRIDE, "").upper()
        if request.method == "POST" and override in OVERRIDABLE:
            request.method = override
        return super().initialize_request(request, *args, **options)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return super().perform_content_negotiation(request, force=True)

    def initial(self, request: Request, *args: Any, **options: Any) -> None:
        super().initial(request, *args, **options)
        if request.method != "OPTIONS":
            tus.check_version(request._request)

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **options: Any
    ) -> Response:
        response.headers["Tus-Resumable"] = tus.VERSION
        if request.method == "HEAD":
            response.headers["Cache-Control"] = "no-store"
        return super().finalize_response(request, response, *args, **options)

    @extend_schema(exclude=True)
    def options(self, request: Any, *args: Any, **options: Any) -> Response:
        """What this server can do."""
        response = super().options(request, *args, **options)
        response["Tus-Version"] = tus.VERSION
        response["Tus-Extension"] = tus.EXTENSIONS
        response["Tus-Max-Size"] = str(settings.MAX_UPLOAD_BYTES)
        response["Tus-Checksum-Algorithm"] = ",".join(tus.ALGORITHMS)
        return response


class TusUploads(TusView):
    """Begin an upload."""

    @extend_schema(
        operation_id="uploads_tus_create",
        parameters=[RESUMABLE, LENGTH, METADATA, CHECKSUM],
        request=BYTES,
        responses={201: None},
    )
    def post(self, request: Request) -> HttpResponseBase:
        asked = request._request
        if not tus.carries_bytes(asked):
            same = "\0".join(
                asked.headers.get(name, "") for name in ("Upload-Length", "Upload-Metadata")
            )
            return self.once(
                request,
                same.encode(),
                lambda: self._created(request, tus.create(asked, request.user.pk)),
            )
        if "Idempotency-Key" in request.headers:
            detail = "Idempotency-Key: create the upload without bytes, then send them with PATCH."
            raise MalformedRequest(detail)
        upload = tus.create(asked, request.user.pk)
        return self._created(request, tus.append(upload, asked, offset=0))

    def _created(self, request: Request, upload: Upload) -> Response:
        location = request.build_absolute_uri(reverse("tus-upload", args=[upload.pk]))
        headers = {"Location": location, **tus.headers_of(upload)}
        return Response(status=status.HTTP_201_CREATED, headers=headers)


class TusUpload(TusView):
    """One upload: how far it has come, and on from there."""

    @extend_schema(exclude=True)
    def head(self, request: Request, upload_id: uuid.UUID) -> Response:
        upload = tus.catch_up(tus.own_tus_upload(request.user.pk, upload_id))
        headers = {"Upload-Length": str(upload.size), **tus.headers_of(upload)}
        if upload.metadata:
            headers["Upload-Metadata"] = upload.metadata
        return Response(headers=headers)

    @extend_schema(
        operation_id="uploads_tus_append",
        parameters=[RESUMABLE, OFFSET, CHECKSUM],
        request=BYTES,
        responses={204: None},
    )
    def patch(self, request: Request, upload_id: uuid.UUID) -> Response:
        asked = request._request
        if asked.content_type != tus.CONTENT_TYPE:
            raise ProblemOfKind(UNSUPPORTED_MEDIA_TYPE, f"Content-Type must be {tus.CONTENT_TYPE}.")
        upload = tus.own_tus_upload(request.user.pk, upload_id)
        upload = tus.append(upload, asked, offset=tus.number_in(asked, "Upload-Offset"))
        return Response(status=status.HTTP_204_NO_CONTENT, headers=tus.headers_of(upload))

    @extend_schema(
        operation_id="uploads_tus_terminate", parameters=[RESUMABLE], responses={204: None}
    )
    def delete(self, request: Request, upload_id: uuid.UUID) -> Response:
        upload = tus.own_tus_upload(request.user.pk, upload_id)
        services.delete_upload(upload.pk, owner_id=request.user.pk, precondition=lambda etag: None)
        return Response(status=status.HTTP_204_NO_CONTENT)
