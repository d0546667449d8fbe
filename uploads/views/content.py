"""What is in an upload, for its owner; and with a signed address, the way in for it."""

import logging
import uuid
from typing import Any, ClassVar

from django.http import Http404
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from uploads import direct
from uploads.downloads import (
    THUMBNAIL_TYPE,
    content_download,
    send,
    send_copy,
    thumbnail_download,
)
from uploads.selectors import own_stored
from uploads.views.base import StreamingView

logger = logging.getLogger(__name__)

RANGE = OpenApiParameter("Range", str, OpenApiParameter.HEADER, description="bytes=0-99")
SIGNATURE = OpenApiParameter("signature", str, description="From `presign/`.", required=True)
BYTES = {
    (200, "application/octet-stream"): OpenApiTypes.BINARY,
    (206, "application/octet-stream"): OpenApiTypes.BINARY,
    302: OpenApiResponse(description="To the bucket, for some minutes."),
}


class FileView(StreamingView):
    """Answers with a file: whatever `Accept` says, there is no other form of it."""

    possible_errors: ClassVar = {416, 423, 507}

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return super().perform_content_negotiation(request, force=True)

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, FileNotFoundError):  # deleted since its row was read, or lost
            logger.error("An upload has no object: %s", self.kwargs["upload_id"])
            exc = Http404()
        return super().handle_exception(exc)


class UploadContent(FileView):
    """The bytes, as they came."""

    def get_authenticators(self) -> list[BaseAuthentication]:
        return [] if self._is_signed() else super().get_authenticators()

    def get_permissions(self) -> Any:
        return [AllowAny()] if self._is_signed() else super().get_permissions()

    @extend_schema(operation_id="uploads_content", parameters=[RANGE], responses=BYTES)
    def get(self, request: Request, upload_id: uuid.UUID) -> HttpResponseBase:
        upload = own_stored(request.user.pk, upload_id)
        return send(request._request, content_download(upload))

    @extend_schema(
        operation_id="uploads_content_send",
        parameters=[SIGNATURE],
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={204: None},
    )
    def put(self, request: Request, upload_id: uuid.UUID) -> Response:
        """The way in for an upload that `presign/` has announced; then comes `complete/`."""
        direct.receive(request._request, upload_id)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _is_signed(self) -> bool:
        """Whether the address itself says who may, as a bucket's would."""
        return getattr(self.request, "method", "") == "PUT"


class UploadThumbnail(FileView):
    """A small copy of an image, upright and without metadata."""

    @extend_schema(
        operation_id="uploads_thumbnail", responses={(200, THUMBNAIL_TYPE): OpenApiTypes.BINARY}
    )
    def get(self, request: Request, upload_id: uuid.UUID, size: int) -> HttpResponseBase:
        upload = own_stored(request.user.pk, upload_id)
        if size not in upload.thumbnails:
            raise Http404
        return send_copy(request._request, thumbnail_download(upload, size))
