"""What is known of the request at hand, wherever the code runs: its id and what it has cost.

Context variables follow a request over threads and coroutines.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

_request_id: ContextVar[str] = ContextVar("request_id", default="")
_cost: ContextVar["Cost | None"] = ContextVar("cost", default=None)


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
