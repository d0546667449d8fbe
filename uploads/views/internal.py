"""Uploads for other services, each time for the user whom their token names."""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack

from django.contrib.auth import get_user_model
from django.http import Http404, StreamingHttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from backend_practice.files import NoSuchFile
from backend_practice.services.internal import ServiceView
from uploads.port import NamedFile, open_upload, store_upload
from uploads.receiving import CHUNK, body_chunks


class File(ServiceView):
    """About an upload, or the way in for a new one."""

    def get(self, request: Request, upload_id: uuid.UUID) -> Response:
        with ExitStack() as stack:
            file = opened(stack, upload_id, self.caller.user_id)
            return Response({"name": file.name, "size": file.size})

    def put(self, request: Request, upload_id: uuid.UUID) -> Response:
        owner = get_user_model().objects.met(self.caller.user_id)
        if owner is None:
            raise Http404("This user is gone.")
        stored = store_upload(
            body_chunks(request._request),
            owner_id=owner.pk,
            name=request.query_params["name"],
            content_type=request.query_params["content_type"],
            upload_id=upload_id,
        )
        return Response({"id": str(stored)})


class Content(ServiceView):
    """All of an upload's bytes."""

    def get(self, request: Request, upload_id: uuid.UUID) -> StreamingHttpResponse:
        stack = ExitStack()
        file = opened(stack, upload_id, self.caller.user_id)
        return StreamingHttpResponse(
            sent(file, stack),
            content_type="application/octet-stream",
            headers={"Content-Length": str(file.size)},
        )


def opened(stack: ExitStack, upload_id: uuid.UUID, owner_id: uuid.UUID | None) -> NamedFile:
    """Open until the stack is closed. Raises `Http404`."""
    try:
        return stack.enter_context(open_upload(upload_id, owner_id=owner_id))
    except NoSuchFile as error:
        raise Http404(str(error)) from error


def sent(file: NamedFile, stack: ExitStack) -> Iterator[bytes]:
    """Closed at the end, or when the client has gone."""
    with stack:
        while chunk := file.read(CHUNK):
            yield chunk
