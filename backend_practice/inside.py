"""Who may see how the site is doing inside.

Apart from the metrics, which must not be loaded before `manage.py serve` has said
where the figures of all processes are added up.
"""

import ipaddress
import secrets

from django.http import HttpRequest

from backend_practice.http.conf import setting
from backend_practice.http.middleware.trusted_proxy import came_directly, is_address


def may_see_inside(request: HttpRequest) -> bool:
    """Whether the client is this very machine, through no proxy, or bears `METRICS_TOKEN`."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    expected: str = setting("METRICS_TOKEN")
    if expected and scheme.lower() == "bearer":
        return secrets.compare_digest(token.strip().encode(), expected.encode())
    address = request.META.get("REMOTE_ADDR", "")
    is_local = is_address(address) and ipaddress.ip_address(address).is_loopback
    return is_local and came_directly(request)
