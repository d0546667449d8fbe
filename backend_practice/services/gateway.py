"""nginx before the services: its configuration, made from the registry and the settings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
from django.conf import settings
from django.template.loader import render_to_string

from backend_practice.environment import BASE_DIR
from backend_practice.http.problems import (
    MALFORMED,
    NOT_FOUND,
    TOO_LARGE,
    TOO_MANY_REQUESTS,
    UNAVAILABLE,
    ProblemType,
    kind_of,
    problem_body,
)
from backend_practice.registry import EVERYTHING_ELSE, PARTS, SERVICES
from backend_practice.services.addresses import address_of

TEMPLATE = "gateway/nginx.conf"
UPLOADS_SNIPPET = BASE_DIR / "deploy" / "nginx" / "uploads.conf"
UPLOADS_IN_SNIPPET = "/var/lib/back-end-practice/uploads/"
# Where somebody guesses at passwords or has mail sent: bounded here already.
GUESSED_AT = rf"^{settings.API_PREFIX}auth/(login|signup|password/reset|session/login)(/|$)"


@dataclass(frozen=True)
class Location:
    """Addresses that go to one service, and how."""

    match: str
    service: str
    takes_files: bool = False
    streams: bool = False
    is_bounded: bool = False


def configuration(
    *,
    listen: str,
    directory: str,
    resolver: str = "",
    user: str = "",
    uploads: str = "",
    access_log: str = "",
) -> str:
    """The whole of nginx.conf.

    `listen` is `ADDRESS:PORT`, or a port alone; `directory` is where nginx writes.
    With a `resolver` names are looked up again while it runs, as containers need
    it. `uploads` is the directory of files that nginx may give out in the
    uploads service's stead, `access_log` a path other than in `directory`.
    """
    context = {
        "listen": listen,
        "directory": directory.rstrip("/"),
        "resolver": resolver,
        "user": user,
        "access_log": access_log or f"{directory.rstrip('/')}/access.log",
        "services": [{"name": name, "server": server_of(name)} for name in PARTS],
        "locations": list(locations()),
        "body_limit": settings.MAX_BODY_BYTES,
        "file_limit": settings.MAX_UPLOAD_BYTES + settings.MULTIPART_OVERHEAD,
        "problems": problems(),
        "snippet": uploads_snippet(uploads) if uploads else "",
    }
    return str(render_to_string(TEMPLATE, context))


def server_of(name: str) -> str:
    """A service's host and port, as an `upstream` has it."""
    parts = urlsplit(address_of(name))
    return f"{parts.hostname}:{parts.port or 80}"


def locations() -> Iterator[Location]:
    """From the most particular to what is left over; nginx takes the first that matches."""
    for pattern in settings.ASYNC_PATHS:
        yield Location(anchored(pattern), answering(pattern), streams=True)
    for pattern in settings.STREAMED_PATHS:
        if pattern.startswith(settings.API_PREFIX):
            yield Location(anchored(pattern), answering(pattern), takes_files=True)
    yield Location(GUESSED_AT, "accounts", is_bounded=True)
    for name in PARTS:
        for path in SERVICES[name].paths:
            if path != EVERYTHING_ELSE:
                yield Location(f"^{path}(/|$)", name)


def anchored(pattern: str) -> str:
    """The settings' patterns are matched from the beginning; nginx looks anywhere."""
    return f"^{pattern.removeprefix('^')}"


def answering(pattern: str) -> str:
    """The service to whose addresses those of this pattern belong."""
    for name in PARTS:
        for path in SERVICES[name].paths:
            if path != EVERYTHING_ELSE and re.match(path, pattern):
                return name
    return "web"


def problems() -> dict[str, Any]:
    """The bodies of the gateway's own errors; nginx puts `$instance` and `$request` in."""
    slow = kind_of(504)
    return {
        "away": {
            name: as_text(UNAVAILABLE, f"The {name} service does not answer just now.")
            for name in PARTS
        },
        "slow": as_text(slow, "The service took too long. It may have done what was asked."),
        "not_found": as_text(NOT_FOUND),
        "malformed": as_text(MALFORMED),
        "too_many": as_text(TOO_MANY_REQUESTS, "Too many attempts from this address."),
        "too_large": too_large("MAX_BODY_BYTES", settings.MAX_BODY_BYTES),
        "file_too_large": too_large("MAX_UPLOAD_BYTES", settings.MAX_UPLOAD_BYTES),
    }


def too_large(name: str, value: int) -> str:
    detail = f"The body is larger than {value:,} bytes."
    return as_text(TOO_LARGE, detail, limit={"name": name, "value": value})


def as_text(kind: ProblemType, detail: str = "", **members: Any) -> str:
    """A problem as JSON between nginx's single quotes."""
    body = problem_body(kind, instance="$instance", detail=detail, members=members)
    text = orjson.dumps({**body, "request_id": "$the_request_id"}).decode()
    return text.replace("'", "\\'")


def uploads_snippet(directory: str) -> str:
    """`deploy/nginx/uploads.conf` for files that lie in this directory."""
    place = str(Path(directory)).rstrip("/") + "/"
    return UPLOADS_SNIPPET.read_text().replace(UPLOADS_IN_SNIPPET, place)
