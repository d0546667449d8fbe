"""Problem details (RFC 9457): one body for every error under the API.

Services raise the named errors of this module; `exception_handler` turns them,
and whatever DRF, Django and the database raise, into the same kind of body.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from http.client import responses as phrases
from typing import Any

import orjson
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.utils.encoding import escape_uri_path
from rest_framework import exceptions
from rest_framework.response import Response

from backend_practice.http.conf import setting
from backend_practice.http.context import current_request_id
from backend_practice.http.renderers import JSONRenderer

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class ProblemType:
    """A kind of problem; its page at `uri` says what it means and what to do."""

    slug: str
    status: int
    title: str
    explanation: str

    @property
    def uri(self) -> str:
        """Where the kind is explained, relative to the site."""
        return f"/problems/{self.slug}/" if self.slug else "about:blank"


INVALID_INPUT = ProblemType(
    "invalid-input", 400, "The input is not valid",
    "Something you sent breaks a rule. `errors` names each field and the rule: mend them and "
    "send again.",
)  # fmt: skip
MALFORMED = ProblemType(
    "malformed-request", 400, "The request cannot be read",
    "The body, a header or the address is not well-formed. `detail` says where reading stopped.",
)  # fmt: skip
NOT_AUTHENTICATED = ProblemType(
    "not-authenticated", 401, "Who are you?",
    "This needs a login, and the request carried no credentials, or none that hold.",
)  # fmt: skip
FORBIDDEN = ProblemType(
    "forbidden", 403, "You may not do this",
    "You are known, but this belongs to somebody else, or the request failed its CSRF check.",
)  # fmt: skip
NOT_FOUND = ProblemType(
    "not-found", 404, "There is nothing here",
    "No such address, or no such thing, or it is not yours to see.",
)  # fmt: skip
METHOD_NOT_ALLOWED = ProblemType(
    "method-not-allowed", 405, "This method is not allowed here",
    "The address exists, but not with this method. `Allow` lists the methods that it takes.",
)  # fmt: skip
NOT_ACCEPTABLE = ProblemType(
    "not-acceptable", 406, "No form that you accept",
    "`Accept` names no media type that the site can answer with: ask for application/json.",
)  # fmt: skip
CONFLICT = ProblemType(
    "conflict", 409, "This conflicts with what is there",
    "Something of its kind exists already, and only one may; or what exists is in a state that "
    "does not allow this.",
)  # fmt: skip
STILL_RUNNING = ProblemType(
    "still-running", 409, "The first request still runs",
    "A request with this Idempotency-Key has not been answered yet. Wait for `Retry-After` "
    "seconds.",
)  # fmt: skip
GONE = ProblemType(
    "gone", 410, "It is no longer here",
    "It was begun and not finished in time. Begin again.",
)  # fmt: skip
PRECONDITION_FAILED = ProblemType(
    "precondition-failed", 412, "It has changed since you read it",
    "`If-Match` names a version that is no longer the current one. Read it again, then repeat "
    "your change.",
)  # fmt: skip
TOO_LARGE = ProblemType(
    "too-large", 413, "That is too large",
    "The body is larger than the site takes. `limit` says which limit it met.",
)  # fmt: skip
UNSUPPORTED_MEDIA_TYPE = ProblemType(
    "unsupported-media-type", 415, "That media type is not taken",
    "`Content-Type` names a form that this address does not read: send application/json.",
)  # fmt: skip
RANGE_NOT_SATISFIABLE = ProblemType(
    "range-not-satisfiable", 416, "The file ends before that",
    "`Range` asks for bytes that are not there. `Content-Range` says how many there are.",
)  # fmt: skip
KEY_REUSED = ProblemType(
    "idempotency-key-reused", 422, "This key belongs to another request",
    "The Idempotency-Key came before with another body, method or address. Make a new key for "
    "a new request.",
)  # fmt: skip
TOO_MANY_REQUESTS = ProblemType(
    "too-many-requests", 429, "Too many requests",
    "You met the limit that `limit` names. Wait for `Retry-After` seconds.",
)  # fmt: skip
INTERNAL_ERROR = ProblemType(
    "internal-error", 500, "Something broke here",
    "The fault is the site's and has been logged under `request_id`.",
)  # fmt: skip
LOCKED = ProblemType(
    "locked", 423, "Another request is at it",
    "Another request changes the same thing just now. Wait for `Retry-After` seconds.",
)  # fmt: skip
INSUFFICIENT_STORAGE = ProblemType(
    "insufficient-storage", 507, "No room left",
    "The site has no room for this just now, and has kept nothing of it. Try again later.",
)  # fmt: skip
CHECKSUM_MISMATCH = ProblemType(
    "checksum-mismatch", 460, "The checksum is another",
    "What arrived is not what `Upload-Checksum` stands for, and was thrown away. Send it again.",
)  # fmt: skip
UNAVAILABLE = ProblemType(
    "unavailable", 503, "Not available just now",
    "Something that the site needs does not answer. Try again after `Retry-After` seconds.",
)  # fmt: skip

PROBLEM_TYPES: dict[str, ProblemType] = {
    kind.slug: kind
    for kind in (
        INVALID_INPUT, MALFORMED, NOT_AUTHENTICATED, FORBIDDEN, NOT_FOUND, METHOD_NOT_ALLOWED,
        NOT_ACCEPTABLE, CONFLICT, STILL_RUNNING, PRECONDITION_FAILED, TOO_LARGE,
        UNSUPPORTED_MEDIA_TYPE, KEY_REUSED, TOO_MANY_REQUESTS, INTERNAL_ERROR, UNAVAILABLE,
        GONE, RANGE_NOT_SATISFIABLE, LOCKED, CHECKSUM_MISMATCH, INSUFFICIENT_STORAGE,
    )
}  # fmt: skip
TYPE_OF_STATUS: dict[int, ProblemType] = {
    **{kind.status: kind for kind in reversed(PROBLEM_TYPES.values())},
    400: MALFORMED,
}


def kind_of(status: int) -> ProblemType:
    """The kind that a status alone tells; `about:blank` (RFC 9457, 4.2.1) where there is none."""
    phrase = phrases.get(status, "Error")
    return TYPE_OF_STATUS.get(status) or ProblemType("", status, phrase, f"{phrase}.")


# ---- Errors that services and views raise ------------------------------------


class Problem(exceptions.APIException):
    """An error that knows its problem type; raise a subclass.

    `members` are extension members of the body, `headers` go into the answer.
    """

    kind: ProblemType = INTERNAL_ERROR

    def __init__(
        self,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        self.status_code = self.kind.status
        self.headers = dict(headers or {})
        self.members = members
        super().__init__(detail)


class MalformedRequest(Problem):
    """The request cannot be read at all."""

    kind = MALFORMED


class Conflict(Problem):
    """What exists forbids it, by being there or by its state; `pointer` names the field."""

    kind = CONFLICT

    def __init__(self, detail: str, *, pointer: str = "", code: str = "unique") -> None:
        super().__init__(detail)
        if pointer:
            self.members["errors"] = [{"pointer": pointer, "code": code, "detail": detail}]


class PreconditionFailed(Problem):
    """`If-Match` or `If-None-Match` forbids the change."""

    kind = PRECONDITION_FAILED


class TooLarge(Problem):
    """A size limit was met; `limit` is its name and value."""

    kind = TOO_LARGE

    def __init__(self, detail: str, *, name: str, value: int) -> None:
        super().__init__(detail, limit={"name": name, "value": value})


class UnsupportedContent(Problem):
    """A file of a type that is not taken, or not what its name says."""

    kind = UNSUPPORTED_MEDIA_TYPE

    def __init__(self, detail: str, *, pointer: str, code: str) -> None:
        error = {"pointer": pointer, "code": code, "detail": detail}
        super().__init__(detail, errors=[error])


class InsufficientStorage(Problem):
    """The disk is full."""

    kind = INSUFFICIENT_STORAGE


class Locked(Problem):
    """Another request is changing the same thing."""

    kind = LOCKED

    def __init__(self, detail: str) -> None:
        super().__init__(detail, headers={"Retry-After": "1"})


class TooManyRequests(Problem):
    """A rate limit was met; `retry_after` is in seconds."""

    kind = TOO_MANY_REQUESTS

    def __init__(self, detail: str, *, name: str, value: int, retry_after: int) -> None:
        super().__init__(
            detail,
            headers={"Retry-After": str(retry_after)},
            limit={"name": name, "value": value},
        )


class KeyReused(Problem):
    """An idempotency key came before with another request."""

    kind = KEY_REUSED


class StillRunning(Problem):
    """The first request with this idempotency key has no answer yet."""

    kind = STILL_RUNNING

    def __init__(self, detail: str) -> None:
        super().__init__(detail, headers={"Retry-After": "1"})


class Unavailable(Problem):
    """Something that the site depends on does not answer; `retry_after` is in seconds."""

    kind = UNAVAILABLE

    def __init__(self, detail: str, *, retry_after: int = 2) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)})


class ProblemOfKind(Problem):
    """Somebody else's error, as a problem of a given kind."""

    def __init__(self, kind: ProblemType, detail: str = "", **rest: Any) -> None:
        self.kind = kind
        super().__init__(detail, **rest)


# ---- From an error to a body ---------------------------------------------------


def problem_body(
    kind: ProblemType, *, instance: str, detail: str = "", members: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The members of a problem; `instance` is the path that was asked for."""
    return {
        "type": kind.uri,
        "title": kind.title,
        "status": kind.status,
        "detail": detail or kind.explanation,
        "instance": instance,
        "request_id": current_request_id(),
        **(members or {}),
    }


def problem_response(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The answer for a problem met outside of a DRF view, in middleware for example."""
    return HttpResponse(
        orjson.dumps(_body_of(problem, request)),
        status=problem.kind.status,
        content_type=MEDIA_TYPE,
        headers=problem.headers,
    )


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's `EXCEPTION_HANDLER`; None for what nobody foresaw, which goes on to be logged."""
    problem = problem_of(error)
    if problem is None:
        return None
    request = context["request"]
    headers = dict(problem.headers)
    if problem.kind is NOT_AUTHENTICATED and (scheme := getattr(error, "auth_header", None)):
        headers["WWW-Authenticate"] = scheme
    return Response(
        _body_of(problem, request),
        status=problem.kind.status,
        headers=headers,
        content_type=_choose_form(request),
    )


def _body_of(problem: Problem, request: Any) -> dict[str, Any]:
    return problem_body(
        problem.kind,
        instance=escape_uri_path(request.path),
        detail=str(problem.detail),
        members=problem.members,
    )


def _choose_form(request: Any) -> str | None:
    """The content type of a problem: in the browsable API a page's, for all others JSON's."""
    renderer = getattr(request, "accepted_renderer", None)
    if renderer is not None and renderer.format == "api":
        return None
    request.accepted_renderer, request.accepted_media_type = JSONRenderer(), MEDIA_TYPE
    return MEDIA_TYPE


def problem_of(error: Exception) -> Problem | None:
    """What DRF, Django or the database raised, as a problem; None for what nobody foresaw."""
    match error:
        case Problem():
            return error
        case exceptions.ValidationError():
            errors = list(field_errors(error.get_full_details()))
            return ProblemOfKind(INVALID_INPUT, _summary(errors), errors=errors)
        case Http404():
            return ProblemOfKind(NOT_FOUND)
        case PermissionDenied():
            return ProblemOfKind(FORBIDDEN, str(error))
        case RequestDataTooBig():
            limit: int = setting("MAX_BODY_BYTES")
            return TooLarge(str(error), name="MAX_BODY_BYTES", value=limit)
        case SuspiciousOperation():  # its text may tell of paths and settings
            return ProblemOfKind(MALFORMED)
        case UnreadablePostError():
            return ProblemOfKind(MALFORMED, "The body ended before its declared length.")
        case OperationalError() | InterfaceError():
            logger.error("The database does not answer", exc_info=error)
            return Unavailable("The database does not answer.")
        case exceptions.APIException():
            return ProblemOfKind(kind_of(error.status_code), str(error.detail))
    return None


def field_errors(
    details: Any, pointer: str = "", *, location: str | None = None
) -> Iterator[dict[str, str]]:
    """Flatten DRF's nested error details into JSON pointers (RFC 6901) with code and detail."""
    match details:
        case {"message": str(message), "code": str(code)}:
            place = {"in": location} if location else {}
            yield {"pointer": pointer, "code": code, "detail": message, **place}
        case dict():
            for name, inner in details.items():
                step = "" if name == "non_field_errors" else f"/{escaped(str(name))}"
                yield from field_errors(inner, pointer + step, location=location)
        case list():
            for index, inner in enumerate(details):
                step = "" if _is_message(inner) else f"/{index}"
                yield from field_errors(inner, pointer + step, location=location)


def _is_message(details: Any) -> bool:
    return isinstance(details, dict) and set(details) == {"message", "code"}


def escaped(name: str) -> str:
    """A name as one step of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def _summary(errors: Iterable[Mapping[str, str]]) -> str:
    """`detail` in one line: a client that shows nothing else still names the fields."""
    return " ".join(
        f"{error['pointer'].lstrip('/') or 'body'}: {error['detail']}" for error in errors
    )
