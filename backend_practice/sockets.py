"""WebSockets: by path to the apps' consumers, and what every one of them has to ask first.

Who calls is for the app that keeps the accounts to say: `settings.SOCKET_CALLERS`
names its module, today `accounts.sockets`.
"""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from channels.routing import URLRouter
from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.urls import re_path

from backend_practice.front import Application, Scope, Send, no_such_socket
from backend_practice.http.middleware.rate_limit import counted_as
from backend_practice.http.middleware.trusted_proxy import (
    client_address,
    is_within,
    plain_address,
)
from backend_practice.http.rate_limits import seconds_to_wait
from backend_practice.registry import SERVICES


@dataclass(frozen=True)
class Caller:
    """Who opened a socket, and the session that it depends on, where there is one."""

    user: Any
    session_id: UUID | None = None
    cookie: str | None = None  # the key of the session of the pages, where the ticket came by it


def socket_application() -> Application:
    """What each installed app gives in its `socket_urls`; every other path ends with 4404."""
    names = [f"{app}.socket_urls" for app in SERVICES[settings.SERVICE].apps]
    routes = [
        route for name in names if find_spec(name) for route in import_module(name).urlpatterns
    ]
    anything_else: Any = re_path("", no_such_socket)  # type: ignore[arg-type]
    router: Application = URLRouter([*routes, anything_else])
    return router


def caller_of(scope: Scope) -> Caller | None:
    """Who calls, by `Authorization: Bearer` or `?ticket=`; None where neither holds.

    Asks the database.
    """
    scheme, _, token = header(scope, b"authorization").partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else ""
    ticket = query(scope, "ticket") or ""
    caller: Caller | None = _accounts().caller_of(bearer=bearer, ticket=ticket)
    return caller


def still_calling(callers: Collection[Caller]) -> set[Caller]:
    """Those whose session still lives; asks the database, once for all of them."""
    living: set[Caller] = _accounts().still_calling(callers)
    return living


def calls_too_often(scope: Scope) -> bool:
    """Whether this address has made its requests of the minute; a socket counts as one."""
    limit = settings.REQUESTS_PER_MINUTE_ADDRESS
    return bool(seconds_to_wait("address", counted_as(address_of(scope)), limit))


def address_of(scope: Scope) -> str:
    """The client's address; `X-Forwarded-For` counts from `TRUSTED_PROXIES` alone."""
    peer = plain_address((scope.get("client") or ("", 0))[0])
    if not is_within(peer, settings.TRUSTED_PROXIES):
        return peer
    return client_address(peer, header(scope, b"x-forwarded-for"), settings.TRUSTED_PROXIES)


def has_good_origin(scope: Scope) -> bool:
    """Whether the page that opened the socket is the site's own (RFC 6455, 10.2).

    What is no browser sends no origin, and proves itself by its token alone.
    """
    origin = header(scope, b"origin")
    if not origin or origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    host = header(scope, b"host")
    domain, _ = split_domain_port(host)
    is_ours = bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)
    return is_ours and urlsplit(origin).netloc.lower() == host.lower()


def header(scope: Scope, name: bytes) -> str:
    """A header of the handshake; empty without it."""
    values = [value for key, value in scope["headers"] if key == name]
    return values[-1].decode("latin-1") if values else ""


def query(scope: Scope, name: str) -> str | None:
    """A parameter of the socket's address; None without it."""
    try:
        values = parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=20)
    except ValueError:
        return None
    return values[name][-1] if name in values else None


def abort(send: Send) -> None:
    """Cut off a client that reads nothing, not even that it is over.

    `send` is a method of uvicorn's connection, which waits for a full buffer to
    empty itself first, for ever. `runserver` cuts such clients off by itself.
    """
    connection: Any = getattr(send, "__self__", None)
    transport: asyncio.Transport | None = getattr(connection, "transport", None)
    if transport is not None:
        transport.abort()


def _accounts() -> Any:
    return import_module(settings.SOCKET_CALLERS)
