"""Where the time went, for the browser's network panel (W3C Server Timing)."""

import time

from django.http import HttpRequest

from backend_practice.http.context import measured_cost
from backend_practice.http.middleware.base import Exchange, Middleware


class ServerTimingMiddleware(Middleware):
    """Adds `Server-Timing`: `total` and `db` in milliseconds, with the number of queries."""

    def exchange(self, request: HttpRequest) -> Exchange:
        start = time.perf_counter()
        with measured_cost() as cost:
            response = yield
        total = (time.perf_counter() - start) * 1000
        database = cost.database_seconds * 1000
        response["Server-Timing"] = (
            f'total;dur={total:.1f}, db;dur={database:.1f};desc="{cost.queries} queries"'
        )
        return response
