"""A bound on the size of a request's body."""

import re

from django.http import HttpRequest

from backend_practice.http.conf import setting
from backend_practice.http.middleware.base import Exchange, Middleware
from backend_practice.http.problems import MalformedRequest, TooLarge, problem_response

LENGTH = re.compile(r"[0-9]{1,18}")


class BodyLimitMiddleware(Middleware):
    """413 for a declared length above `MAX_BODY_BYTES`, before any of the body is read.

    At `STREAMED_PATHS` files come in, up to `MAX_UPLOAD_BYTES` and the lines around them.

    A body without a declared length is bounded while it is read, at the front
    door (`backend_practice.front`), which then declares it.
    """

    def exchange(self, request: HttpRequest) -> Exchange:
        declared = request.META.get("CONTENT_LENGTH") or "0"
        if not LENGTH.fullmatch(declared):
            return problem_response(
                request, MalformedRequest("Content-Length is no number of bytes.")
            )
        name, limit, overhead = limit_at(request.path_info)
        if int(declared) > limit + overhead:
            detail = f"The body is {int(declared):,} bytes; the most is {limit:,}."
            return problem_response(request, TooLarge(detail, name=name, value=limit))
        response = yield
        return response


def limit_at(path: str) -> tuple[str, int, int]:
    """The name of the limit that holds at this path, its value, and what may come on top."""
    if any(re.match(pattern, path) for pattern in setting("STREAMED_PATHS")):
        return "MAX_UPLOAD_BYTES", setting("MAX_UPLOAD_BYTES"), setting("MULTIPART_OVERHEAD")
    return "MAX_BODY_BYTES", setting("MAX_BODY_BYTES"), 0
