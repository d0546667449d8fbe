"""Conditional requests (RFC 9110, section 13): ETags, 304 and 412."""

from collections.abc import Callable
from typing import Any

from django.utils.http import parse_etags
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from backend_practice.http.problems import PreconditionFailed

# Given the current ETag of a row that is locked, raises PreconditionFailed or returns.
Precondition = Callable[[str], None]


def strong_etag(*parts: Any) -> str:
    """A strong ETag from whatever changes when the representation does.

    Parts are opaque to clients: an id and a version, for example.
    """
    return '"{}"'.format(".".join(str(part) for part in parts))


def precondition(request: Request) -> Precondition:
    """What `If-Match` and `If-None-Match` of a change demand of the current ETag."""

    def check(current: str) -> None:
        if_match = request.headers.get("If-Match")
        if if_match is not None and not _matches(if_match, current):
            raise PreconditionFailed(f"If-Match is {if_match}; the current ETag is {current}.")
        if_none_match = request.headers.get("If-None-Match")
        if if_none_match is not None and _matches(if_none_match, current, weak=True):
            raise PreconditionFailed(f"If-None-Match is {if_none_match}, and so is the ETag.")

    return check


def not_modified(request: Request, etag: str) -> Response | None:
    """The 304 for a read whose `If-None-Match` has this ETag; None where it must be told."""
    precondition_of_read = request.headers.get("If-Match")
    if precondition_of_read is not None and not _matches(precondition_of_read, etag):
        raise PreconditionFailed(f"If-Match is {precondition_of_read}; the ETag is {etag}.")
    if _matches(request.headers.get("If-None-Match", ""), etag, weak=True) and is_json(request):
        return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": etag})
    return None


def with_etag(request: Request, response: Response, etag: str) -> Response:
    """The response with its ETag; the browsable API's page has none, as it is another text."""
    if is_json(request):
        response["ETag"] = etag
    return response


def is_json(request: Request) -> bool:
    """Whether the answer will be JSON and not a page of the browsable API."""
    return bool(request.accepted_renderer.format == "json")


def _matches(header: str, current: str, *, weak: bool = False) -> bool:
    """Strong comparison for `If-Match`, weak for `If-None-Match` (RFC 9110, 8.8.3.2)."""
    tags = parse_etags(header)
    if weak:
        tags = [tag.removeprefix("W/") for tag in tags]
    return tags == ["*"] or current in tags
