"""A bound on how often one address may ask the API."""

import ipaddress

from django.http import HttpRequest

from backend_practice.http.conf import setting
from backend_practice.http.middleware.base import Exchange, Middleware
from backend_practice.http.middleware.problem_details import is_api
from backend_practice.http.middleware.trusted_proxy import is_address
from backend_practice.http.problems import TooManyRequests, problem_response
from backend_practice.http.rate_limits import seconds_to_wait


class RateLimitMiddleware(Middleware):
    """429 with `Retry-After` beyond `REQUESTS_PER_MINUTE_ADDRESS`, whoever is logged in."""

    def exchange(self, request: HttpRequest) -> Exchange:
        limit: int = setting("REQUESTS_PER_MINUTE_ADDRESS")
        if is_api(request):
            who = counted_as(request.META.get("REMOTE_ADDR", ""))
            wait = seconds_to_wait("address", who, limit)
            if wait:
                problem = TooManyRequests(
                    f"More than {limit:,} requests a minute from this address.",
                    name="REQUESTS_PER_MINUTE_ADDRESS",
                    value=limit,
                    retry_after=wait,
                )
                return problem_response(request, problem)
        response = yield
        return response


def counted_as(address: str) -> str:
    """The address; of IPv6 the first 64 bits, for one subscriber has all the rest (RFC 6177)."""
    if ":" not in address or not is_address(address):
        return address
    return str(ipaddress.ip_network(f"{address.partition('%')[0]}/64", strict=False))
