"""Uploads: a form with a file comes in; one's own uploads go out as a list, and one by one."""

import uuid
from typing import ClassVar

from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from backend_practice.http.conditional import not_modified, precondition
from backend_practice.http.pagination import Ordering, PageQuery, page_response
from backend_practice.http.query import read_query
from backend_practice.http.schema import page_of
from backend_practice.http.views import ApiView
from uploads import services
from uploads.checks import look_into
from uploads.etags import upload_etag
from uploads.kinds import Claim
from uploads.models import new_upload_id
from uploads.parts import new_part
from uploads.receiving import Received, receive_form, refuse_early
from uploads.selectors import own_upload, uploads_of
from uploads.serializers import FormSerializer, UploadSerializer, each
from uploads.turns import turn_of
from uploads.views.base import StreamingView, upload_response

UploadPage = page_of(UploadSerializer)
NEWEST_FIRST = Ordering("created_at", descending=True)


class Uploads(StreamingView):
    """One's own uploads, newest first; a form with the field `file` adds one."""

    possible_errors: ClassVar = {507}

    @extend_schema(operation_id="uploads_list", parameters=[PageQuery], responses=UploadPage)
    def get(self, request: Request) -> Response:
        return page_response(
            request,
            uploads_of(request.user.pk),
            ordering=NEWEST_FIRST,
            query=read_query(request, PageQuery),
            represent=each(request),
        )

    @extend_schema(
        operation_id="uploads_create",
        request={"multipart/form-data": FormSerializer},
        responses={201: UploadSerializer},
    )
    def post(self, request: Request) -> HttpResponseBase:
        refuse_early(request._request, request.user.pk)
        with turn_of(request.user.pk), new_part(new_upload_id()) as part:
            received = receive_form(request._request, part)
            same = f"{received.name}\0{received.sha256}".encode()
            return self.once(request, same, lambda: self._keep(request, received))

    def _keep(self, request: Request, received: Received) -> Response:
        finding = look_into(received.part, Claim(received.name), sha256=received.sha256)
        upload = services.keep(received.part, finding, owner_id=request.user.pk, name=received.name)
        location = request.build_absolute_uri(reverse("upload", args=[upload.pk]))
        headers = {"Location": location}
        return upload_response(request, upload, status=status.HTTP_201_CREATED, headers=headers)


class UploadDetail(ApiView):
    """One of one's own uploads."""

    @extend_schema(responses=UploadSerializer)
    def get(self, request: Request, upload_id: uuid.UUID) -> Response:
        upload = own_upload(request.user.pk, upload_id)
        unchanged = not_modified(request, upload_etag(upload))
        return unchanged or upload_response(request, upload)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, upload_id: uuid.UUID) -> Response:
        services.delete_upload(
            upload_id, owner_id=request.user.pk, precondition=precondition(request)
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
