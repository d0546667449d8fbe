"""One log line a request."""

import logging
import time
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from backend_practice.http.context import measured_cost
from backend_practice.http.middleware.base import Exchange, Middleware
from backend_practice.metrics import observe_request

logger = logging.getLogger("backend_practice.access")


class AccessLogMiddleware(Middleware):
    """Writes method, route, status, milliseconds, queries, user id and request id.

    The route stands for the path (`books/<id>/`), so lines group and no id leaks;
    query strings, headers and bodies are never written. The same figures feed
    the metrics.
    """

    def exchange(self, request: HttpRequest) -> Exchange:
        start = time.perf_counter()
        with measured_cost() as cost:
            response = yield
        seconds = time.perf_counter() - start
        route = route_of(request)
        observe_request(request.method or "", route, response.status_code, seconds, cost)
        level = logging.WARNING if response.status_code >= 500 else logging.INFO
        logger.log(
            level,
            "%s %s %s, %.0f ms, %s queries",
            *(request.method, printable(request.path), response.status_code),
            *(seconds * 1000, cost.queries),
            extra={
                "method": request.method,
                "route": route,
                "status": response.status_code,
                "milliseconds": round(seconds * 1000, 2),
                "queries": cost.queries,
                "user_id": user_id_of(request),
                "address": request.META.get("REMOTE_ADDR", ""),
            },
        )
        return response


def route_of(request: HttpRequest) -> str:
    """The pattern that matched, or a word for what answers without one."""
    if request.resolver_match is not None:
        return "/" + request.resolver_match.route
    return "static" if request.path.startswith(("/static/", "/site/")) else "unmatched"


def user_id_of(request: HttpRequest) -> str | None:
    """The user's id, without asking the database for a user whom nobody needed."""
    known = request.__dict__
    user: Any = known.get("user")
    if isinstance(user, SimpleLazyObject):
        user = known.get("_cached_user") or known.get("_acached_user")
    return str(user.pk) if getattr(user, "pk", None) else None


def printable(path: str) -> str:
    """The path with control characters escaped: a log line stays one line, a terminal unharmed."""
    return path if path.isprintable() else path.encode("unicode_escape").decode("ascii")
