"""The trace that a request is part of (W3C Trace Context), for all that it causes elsewhere."""

from django.http import HttpRequest

from backend_practice.http.context import span
from backend_practice.http.middleware.base import Exchange, Middleware


class TraceContextMiddleware(Middleware):
    """Goes on with the trace of `traceparent` where that is well-formed, else begins one."""

    def exchange(self, request: HttpRequest) -> Exchange:
        with span("", request.META.get("HTTP_TRACEPARENT", "")):
            response = yield
        return response
