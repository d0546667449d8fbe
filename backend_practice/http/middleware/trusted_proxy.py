"""Who really asked: forwarded headers count only from proxies that the settings name."""

import ipaddress
from collections.abc import Sequence

from django.http import HttpRequest

from backend_practice.http.conf import setting
from backend_practice.http.middleware.base import Exchange, Middleware

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

FORWARDED_HEADERS = (
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_REAL_IP",
)


class TrustedProxyMiddleware(Middleware):
    """Makes `REMOTE_ADDR` and the scheme the client's own.

    Behind a proxy of `TRUSTED_PROXIES` they come from `X-Forwarded-For` and
    `X-Forwarded-Proto`. From anybody else these headers are taken away, so that
    nothing further in can believe them. `request.came_directly` is False for a
    request that some proxy passed on, trusted or not.
    """

    def exchange(self, request: HttpRequest) -> Exchange:
        meta = request.META
        trusted: Sequence[Network] = setting("TRUSTED_PROXIES")
        peer = plain_address(meta.get("REMOTE_ADDR", ""))
        forwarded_for = meta.get("HTTP_X_FORWARDED_FOR", "")
        scheme = meta.get("HTTP_X_FORWARDED_PROTO", "").strip().lower()
        request.came_directly = came_directly(request)  # type: ignore[attr-defined]
        meta["REMOTE_ADDR"] = peer
        if is_within(peer, trusted):
            meta["REMOTE_ADDR"] = client_address(peer, forwarded_for, trusted)
            if scheme in ("http", "https"):
                request._get_scheme = lambda: scheme  # type: ignore[attr-defined]
        for name in FORWARDED_HEADERS:
            meta.pop(name, None)
        response = yield
        return response


def came_directly(request: HttpRequest) -> bool:
    """Whether no proxy passed this request on, as far as its headers tell."""
    known: bool | None = getattr(request, "came_directly", None)
    if known is not None:
        return known
    return not any(name in request.META for name in FORWARDED_HEADERS)


def client_address(peer: str, forwarded_for: str, trusted: Sequence[Network]) -> str:
    """The nearest address that is not a trusted proxy's, read from the right.

    What stands further left was written by the client, or by whom it likes.
    """
    address = peer
    for hop in reversed([hop.strip() for hop in forwarded_for.split(",") if hop.strip()]):
        if not is_address(hop):
            return address
        address = plain_address(hop)
        if not is_within(address, trusted):
            return address
    return address


def plain_address(text: str) -> str:
    """`::ffff:192.0.2.1`, an IPv4 address on an IPv6 socket, as `192.0.2.1`."""
    ip = ipaddress.ip_address(text) if is_address(text) else None
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    return str(mapped) if mapped else text


def is_address(text: str) -> bool:
    """Whether this is an IPv4 or IPv6 address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def is_within(address: str, networks: Sequence[Network]) -> bool:
    """Whether the address lies in one of the networks; no address lies in none."""
    if not networks or not is_address(address):
        return False
    ip = ipaddress.ip_address(address)
    return any(ip in network for network in networks)
