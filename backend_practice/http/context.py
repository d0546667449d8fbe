"""What is known of the request at hand, wherever the code runs: its id, its trace and its cost.

Context variables follow a request over threads and coroutines.
"""

import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

_request_id: ContextVar[str] = ContextVar("request_id", default="")
_traceparent: ContextVar[str] = ContextVar("traceparent", default="")
_cost: ContextVar["Cost | None"] = ContextVar("cost", default=None)


# W3C Trace Context, 3.2: version, trace, the asker's span, flags; neither id is all zeros.
TRACEPARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})")


@dataclass
class Cost:
    """What a request has asked of the database so far."""

    queries: int = 0
    database_seconds: float = 0.0


def current_request_id() -> str:
    """The id of the request at hand, or an empty string outside of one."""
    return _request_id.get()


@contextmanager
def request_id(value: str) -> Iterator[None]:
    """Everything inside, logs and problems too, bears this request id."""
    token = _request_id.set(value)
    try:
        yield
    finally:
        _request_id.reset(token)


def current_traceparent() -> str:
    """The trace at hand and the span in it, as a `traceparent`; empty outside of any."""
    return _traceparent.get()


@contextmanager
def traceparent(value: str) -> Iterator[None]:
    """Everything inside is part of this trace."""
    token = _traceparent.set(value)
    try:
        yield
    finally:
        _traceparent.reset(token)


@contextmanager
def ours(name: str, parent: str) -> Iterator[str]:
    """A span that is passed on and stands in the logs, and that nobody collects."""
    yield child_of(parent)


# A name, and the `traceparent` of what caused it: the span's own, as long as it lasts.
Spans = Callable[[str, str], AbstractContextManager[str]]
_spans: Spans = ours


def collect_spans(spans: Spans) -> None:
    """Have the spans of this process made so from now on."""
    global _spans
    _spans = spans


@contextmanager
def span(name: str, parent: str) -> Iterator[None]:
    """Everything inside is a step of the trace that this `traceparent` is part of, or of a new one.

    Without a name it is the request, of which whoever collects spans knows already.
    """
    with _spans(name, parent) as its_own, traceparent(its_own):
        yield


def child_of(parent: str) -> str:
    """A new span in the trace of this `traceparent`; in a new trace where that is none."""
    match = TRACEPARENT.fullmatch(parent)
    trace, flags = (match[1], match[3]) if match else (secrets.token_hex(16), "01")
    return f"00-{trace}-{secrets.token_hex(8)}-{flags}"


def next_traceparent() -> str:
    """For whoever is asked now: a span below the one at hand."""
    return child_of(current_traceparent())


def current_trace_id() -> str:
    """The trace at hand: 32 hexadecimal digits, or empty outside of any."""
    return current_traceparent()[3:35]


@contextmanager
def measured_cost() -> Iterator[Cost]:
    """Counts the database's part of what happens inside; nested, one count serves all."""
    if outer := _cost.get():
        yield outer
        return
    cost = Cost()
    token = _cost.set(cost)
    try:
        yield cost
    finally:
        _cost.reset(token)


def count_query(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """A database execute wrapper; `HttpConfig` puts it on every connection."""
    cost = _cost.get()
    if cost is None:
        return execute(sql, params, many, context)
    start = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        cost.queries += 1
        cost.database_seconds += time.perf_counter() - start
