"""An answer, and what a check expects of it.

Every `expect…` raises `Failure` with what was expected and what came.
"""

import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin, urlsplit

from .exchanges import Exchange, short

MISSING = object()


class Failure(Exception):
    """The server does not keep the contract here.

    `cause` stands in the place of the check's own, `hint` before it: for what has
    little to do with what the check is about.
    """

    def __init__(
        self, expected: str, came: str = "", exchange: Exchange | None = None,
        *, cause: str = "", hint: str = "",
    ) -> None:  # fmt: skip
        super().__init__(expected)
        self.expected, self.came, self.exchange = expected, came, exchange
        self.cause, self.hint = cause, hint


class Skipped(Exception):
    """The check cannot be run against this server; the text says what it would need."""


class Answer:
    """A status, headers and a body."""

    def __init__(
        self, status: int, headers: Any, body: bytes, exchange: Exchange, seconds: float = 0.0
    ) -> None:
        self.status, self.headers, self.body = status, headers, body
        self.exchange, self.seconds = exchange, seconds

    # ---- What it is

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", errors="replace")

    @property
    def media_type(self) -> str:
        """Of `text/html; charset=utf-8` the `text/html`, in lower case."""
        return str(self.headers.get("Content-Type", "")).partition(";")[0].strip().lower()

    @property
    def etag(self) -> str:
        return str(self.headers.get("ETag", ""))

    def json(self) -> Any:
        """The body, read as JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            self.fail("a body in JSON")

    def object(self) -> dict[str, Any]:
        """The body, a JSON object."""
        value = self.json()
        if not isinstance(value, dict):
            self.fail("a JSON object")
        return dict(value)

    def results(self) -> list[Any]:
        """The rows of a list."""
        rows = self.object().get("results")
        if not isinstance(rows, list):
            self.fail('a list: {"next": …, "previous": …, "results": […]}')
        return list(rows)  # type: ignore[arg-type]

    def member(self, name: str) -> Any:
        """A member that the object is to have."""
        value = self.object().get(name, MISSING)
        if value is MISSING:
            self.fail(f"a member `{name}`")
        return value

    def link(self, name: str) -> str:
        """A header that holds an address, as a whole address."""
        try:
            return urljoin(self.exchange.asked.url, self.header(name))
        except ValueError as error:
            raise Failure(f"an address in {name}", f"{error}", self.exchange) from error

    def header(self, name: str) -> str:
        """A header that is to be there."""
        value = self.headers.get(name)
        if value is None:
            self.fail(f"a header {name}", f"none; the headers are {', '.join(self.headers)}")
        return str(value)

    # ---- What is expected

    def expect(self, *statuses: int, why: str = "") -> "Answer":
        """One of these statuses."""
        if self.status not in statuses:
            wanted = " or ".join(str(status) for status in statuses)
            expected = f"status {wanted}{f', {why}' if why else ''}"
            cause = self._no_route() if max(statuses) < 300 else ""
            raise Failure(expected, "", self.exchange, cause=cause)
        return self

    def _no_route(self) -> str:
        """What is likely where something should have been found or taken, and was not."""
        if self.status not in (404, 405, 501):
            return ""
        asked = self.exchange.asked
        return (
            f"There is no route for {asked.method} {urlsplit(asked.url).path} yet, or it does not "
            "find what it is asked for. If your server has it elsewhere, say where: `prefix` and "
            "[paths] in a file, given as --config."
        )

    def expect_type(self, media_type: str, charset: str = "") -> "Answer":
        given = self.headers.get("Content-Type", "")
        wanted = f"{media_type}; charset={charset}" if charset else media_type
        if self.media_type != media_type or (charset and charset not in given.lower()):
            self.fail(f"Content-Type: {wanted}", f"Content-Type: {given or 'none'}")
        return self

    def expect_header(self, name: str, holds: str) -> "Answer":
        """A header with this word in it, in upper or lower case."""
        value = self.header(name)
        if holds.lower() not in value.lower():
            self.fail(f"{name} with {holds}", f"{name}: {value}")
        return self

    def expect_body(self, body: bytes | str) -> "Answer":
        wanted = body.encode() if isinstance(body, str) else body
        if self.body != wanted:
            self.fail(f"exactly the body {short_bytes(wanted)}", short_bytes(self.body))
        return self

    def expect_members(self, **members: Any) -> "Answer":
        """An object with these values, whatever else it has."""
        given = self.object()
        for name, value in members.items():
            if given.get(name, MISSING) != value:
                came = short(given[name]) if name in given else "nothing of that name"
                self.fail(f"`{name}` to be {short(value)}", f"{came}, in {short(given)}")
        return self

    def expect_that(self, true: Any, expected: str, came: str = "") -> "Answer":
        if not true:
            self.fail(expected, came)
        return self

    def expect_refused(self, *statuses: int, pointer: str = "") -> "Answer":
        """A problem (RFC 9457) of this status; for invalid input, one that names the field."""
        self.expect(*statuses).expect_type("application/problem+json")
        problem = self.object()
        for name in ("type", "title", "status", "detail", "instance", "request_id"):
            self.member(name)
        if problem["status"] != self.status:
            self.fail(f"`status` to be {self.status}, as in the first line")
        if pointer:
            errors = problem.get("errors")
            named = [each.get("pointer") for each in errors] if isinstance(errors, list) else []
            if not any(str(one).startswith(pointer) for one in named):
                self.fail(f'`errors` to name the field: {{"pointer": "{pointer}", …}}')
            if not all({"pointer", "code", "detail"} <= set(each) for each in errors or []):
                self.fail("each of `errors` to have `pointer`, `code` and `detail`")
        return self

    def fail(self, expected: str, came: str = "") -> None:
        raise Failure(expected, came, self.exchange)


def short_bytes(body: bytes) -> str:
    """Bytes as people read them."""
    if not body:
        return "nothing"
    text = repr(body)[1:]
    return text if len(text) <= 160 else f"{text[:160]}… ({len(body):,} bytes)"


def expect(true: Any, expected: str, came: str = "") -> None:
    """For what no single answer shows. Raises `Failure`."""
    if not true:
        raise Failure(expected, came)


def eventually(ask: Callable[[], Any], *, seconds: float, expected: str, came: Any = "") -> Any:
    """What `ask` gives as soon as that is something. Raises `Failure` after this time."""
    deadline = time.monotonic() + seconds
    while not (answer := ask()):
        if time.monotonic() > deadline:
            raise Failure(f"{expected}, within {seconds:g} s", came() if callable(came) else came)
        time.sleep(0.05)
    return answer
