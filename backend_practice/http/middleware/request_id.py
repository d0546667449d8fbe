"""One id for all that a request causes: its logs, problems, jobs and events."""

import re
import uuid

from django.http import HttpRequest

from backend_practice.http.context import request_id
from backend_practice.http.middleware.base import Exchange, Middleware

ACCEPTED = re.compile(r"[A-Za-z0-9._-]{8,128}")


class RequestIdMiddleware(Middleware):
    """Echoes `X-Request-ID` where it is 8 to 128 of `A-Z a-z 0-9 . _ -`, else makes one."""

    def exchange(self, request: HttpRequest) -> Exchange:
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        value = given if ACCEPTED.fullmatch(given) else uuid.uuid4().hex
        request.request_id = value  # type: ignore[attr-defined]
        with request_id(value):
            response = yield
        response["X-Request-ID"] = value
        return response
