"""Direct uploads: announced here, sent to a signed address, completed here."""

import uuid
from typing import ClassVar

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from backend_practice.http.views import ApiView
from uploads import direct, quota, services
from uploads.kinds import Claim, named_kind
from uploads.models import Upload
from uploads.names import cleaned
from uploads.selectors import own_upload
from uploads.serializers import PresignedSerializer, PresignSerializer, UploadSerializer
from uploads.views.base import upload_response


class Presign(ApiView):
    """Announce an upload: the answer says where to send it, for some minutes."""

    @extend_schema(
        operation_id="uploads_presign",
        request=PresignSerializer,
        responses={201: PresignedSerializer},
    )
    def post(self, request: Request) -> Response:
        serializer = PresignSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        asked = serializer.validated_data
        name = cleaned(asked["name"], field="name")
        content_type = named_kind(Claim(name, asked["content_type"]))
        quota.refuse_early(request.user.pk, asked["size"])
        upload = services.announce(
            owner_id=request.user.pk,
            name=name,
            size=asked["size"],
            way=Upload.DIRECT,
            content_type=content_type,
            sha256=asked.get("sha256", ""),
        )
        address = direct.address_of(upload, request._request)
        body = {
            "id": upload.pk,
            "url": address.url,
            "method": "PUT",
            "headers": address.headers,
            "expires_in": address.expires_in,
        }
        location = request.build_absolute_uri(reverse("upload", args=[upload.pk]))
        headers = {"Location": location, "Cache-Control": "private"}
        return Response(body, status=status.HTTP_201_CREATED, headers=headers)


class Complete(ApiView):
    """Say that the content is there: it is verified and kept, or removed."""

    possible_errors: ClassVar = {423, 507}
    streams_body = True  # so no transaction is open around it; done twice, it is done once

    @extend_schema(operation_id="uploads_complete", request=None, responses=UploadSerializer)
    def post(self, request: Request, upload_id: uuid.UUID) -> Response:
        upload = own_upload(request.user.pk, upload_id)
        if upload.way != Upload.DIRECT:
            return upload_response(request, upload)
        return upload_response(request, direct.complete(upload))
