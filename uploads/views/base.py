"""What the views of files share: a body that nobody reads before they do."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.utils.datastructures import MultiValueDict
from rest_framework.request import Request
from rest_framework.response import Response

from backend_practice.http.conditional import with_etag
from backend_practice.http.idempotency import answer_once
from backend_practice.http.middleware.idempotency import accepted_key
from backend_practice.http.views import ApiView
from uploads.etags import upload_etag
from uploads.models import Upload
from uploads.serializers import UploadSerializer


class StreamingView(ApiView):
    """A view that reads its body itself, part by part.

    The CSRF check of a browser's session takes its token from `X-CSRFToken`
    alone: to look for it in the form would be to read the form.
    """

    streams_body = True
    parser_classes = ()

    def initialize_request(self, request: HttpRequest, *args: Any, **options: Any) -> Request:
        asked = super().initialize_request(request, *args, **options)
        asked._data = asked._full_data = QueryDict()  # type: ignore[attr-defined]
        asked._files = MultiValueDict()  # type: ignore[attr-defined]
        return asked

    def initial(self, request: Request, *args: Any, **options: Any) -> None:
        super().initial(request, *args, **options)
        if request.method == "POST" and "HTTP_IDEMPOTENCY_KEY" in request.META:
            accepted_key(request._request)  # or it is refused, before anything is read

    def once(
        self, request: Request, content: bytes, answer: Callable[[], Response]
    ) -> HttpResponseBase:
        """The answer, or the first one to the same `Idempotency-Key`.

        `content` stands for the body, which has been read by now.
        """
        if "HTTP_IDEMPOTENCY_KEY" not in request.META:
            return answer()
        key = accepted_key(request._request)

        def rendered() -> Response:
            try:
                response = answer()
            except Exception as error:
                response = self.handle_exception(error)
            response = self.finalize_response(request, response)
            response.render()
            return response

        return answer_once(request.user.pk, key, request._request, rendered, content)


def upload_response(request: Request, upload: Upload, **options: Any) -> Response:
    """One upload with its ETag."""
    response = Response(UploadSerializer(upload, context={"request": request}).data, **options)
    return with_etag(request, response, upload_etag(upload))
