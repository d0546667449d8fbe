"""What can be done in the background: `@job("books.import", …)` in an app's `jobs.py`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jobs.context import JobContext, Refused

__all__ = ["JobContext", "Kind", "Refused", "all_kinds", "job", "kind_named"]

Work = Callable[[JobContext, dict[str, Any]], Mapping[str, Any] | None]
Check = Callable[[dict[str, Any], Any], None]
Schema = Mapping[str, Any]

NO_PARAMS: Schema = {"type": "object", "properties": {}, "additionalProperties": False}


@dataclass(frozen=True)
class Kind:
    """A kind of job: the function that does it, and what it promises.

    `params` is the JSON Schema (2020-12) of what it takes. A failed attempt is
    repeated until there have been `attempts`; one that takes longer than
    `time_limit` seconds fails for good. Clients may ask for it if `requestable`.
    It is forgotten `days_kept` days after its end. `check` gets the input, which
    keeps to the schema, and the owner's id; it raises a validation error for what
    can be told at once not to work.
    """

    name: str
    work: Work
    title: str
    params: Schema
    requestable: bool
    attempts: int
    time_limit: int
    days_kept: int
    check: Check | None


_kinds: dict[str, Kind] = {}


def job(
    name: str,
    *,
    params: Schema = NO_PARAMS,
    title: str = "",
    requestable: bool = True,
    attempts: int = 5,
    time_limit: int = 600,
    days_kept: int = 30,
    check: Check | None = None,
) -> Callable[[Work], Work]:
    """Let the function carry out jobs of this kind.

    It may be started again after a crash, at any point: what it does must come
    to the same, for which `JobContext.once` is there. What it returns is the
    job's `result`, what it raises is tried again; `Refused` is not.
    """

    def register(work: Work) -> Work:
        if name in _kinds:
            raise ValueError(f"Two kinds of job are called {name}.")
        said = title or (work.__doc__ or "").partition("\n")[0]
        limits = (attempts, time_limit, days_kept)
        _kinds[name] = Kind(name, work, said, params, requestable, *limits, check)
        return work

    return register


def kind_named(name: str) -> Kind | None:
    """The kind; None where no code has this name."""
    return _kinds.get(name)


def all_kinds() -> list[Kind]:
    """Every kind that this process knows, by name."""
    return [_kinds[name] for name in sorted(_kinds)]


def forget(name: str) -> None:
    """Undo `job`, for tests."""
    _kinds.pop(name, None)
