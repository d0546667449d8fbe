"""A bound on the size of a request's body."""

import re

from django.http import HttpRequest

from backend_practice.http.conf import setting
from backend_practice.http.middleware.base import Exchange, Middleware
from backend_practice.http.problems import MalformedRequest, TooLarge, problem_response

LENGTH = re.compile(r"[0-9]{1,18}")


class BodyLimitMiddleware(Middleware):
    """413 for a declared length above `MAX_BODY_BYTES`, before any of the body is read.

    A body without a declared length is bounded while it is read, at the front
    door (`backend_practice.front`), which then declares it.
    """

    def exchange(self, request: HttpRequest) -> Exchange:
        declared = request.META.get("CONTENT_LENGTH") or "0"
        if not LENGTH.fullmatch(declared):
            return problem_response(
                request, MalformedRequest("Content-Length is no number of bytes.")
            )
        limit: int = setting("MAX_BODY_BYTES")
        if int(declared) > limit:
            detail = f"The body is {int(declared):,} bytes; the most is {limit:,}."
            return problem_response(request, TooLarge(detail, name="MAX_BODY_BYTES", value=limit))
        response = yield
        return response
