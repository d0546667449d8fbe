"""A bound on how often one user may ask, wherever they ask from."""

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from backend_practice.http.conf import setting
from backend_practice.http.problems import TooManyRequests
from backend_practice.http.rate_limits import seconds_to_wait


class UserThrottle(BaseThrottle):
    """429 with `Retry-After` beyond `REQUESTS_PER_MINUTE_USER`."""

    def allow_request(self, request: Request, view: Any) -> bool:
        if not request.user.is_authenticated:
            return True
        limit: int = setting("REQUESTS_PER_MINUTE_USER")
        wait = seconds_to_wait("user", str(request.user.pk), limit)
        if wait:
            raise TooManyRequests(
                f"More than {limit:,} requests a minute by this user.",
                name="REQUESTS_PER_MINUTE_USER",
                value=limit,
                retry_after=wait,
            )
        return True
