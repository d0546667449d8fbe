"""What can be broken: the request on its way in, the answer on its way out, frames, or code."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

CONTROL = "/__mutants__/"  # where the broken site is told how to be broken
Change = Callable[[Any], Any]


@dataclass(frozen=True)
class Mutant:
    """One broken variant. `at` says where: a pattern for `METHOD /path?query`."""

    kills: str
    says: str
    at: str = ""
    # The request
    method: str = ""
    drop: tuple[str, ...] = ()  # headers
    give: dict[str, str] = field(default_factory=dict)  # headers
    path: Change | None = None
    query: Change | None = None
    sent: Change | None = None  # the body's JSON
    raw: Change | None = None  # the body's bytes
    # The answer
    status: int | Change | None = None
    without: tuple[str, ...] = ()  # headers
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | Change | None = None
    told: Change | None = None  # the body's JSON
    # Frames of a WebSocket: what becomes of one, as a list of those that go on
    hears: Callable[[dict[str, Any]], list[Any]] | None = None  # from the client
    tells: Callable[[dict[str, Any]], list[Any]] | None = None  # to the client
    closes: Change | None = None  # the code of a close
    # The code
    code: str = ""  # `package.module:name.of.attribute`
    instead: Change | None = None  # given the original, what stands there instead
    at_restart: Callable[[], None] | None = None

    @property
    def name(self) -> str:
        """`hello-world: ends in a line break`, as an address may hold it."""
        return re.sub(r"[^a-z0-9]+", "-", f"{self.kills}--{self.says}".lower()).strip("-")

    def is_at(self, request: str) -> bool:
        return bool(self.at) and re.match(self.at, request) is not None


def only_for(wanted: int, instead: int) -> Change:
    """A status that becomes another, and the others stay."""
    return lambda status: instead if status == wanted else status


def nothing(original: Any) -> Any:
    """A function that does nothing."""
    return lambda *arguments, **options: None


def always(value: Any) -> Change:
    """A function that returns this, whatever it is asked."""
    return lambda original: lambda *arguments, **options: value


def becomes(value: Any) -> Change:
    """This value in the place of another."""
    return lambda original: value


def without_members(*names: str) -> Change:
    """An object without these members."""

    def change(told: Any) -> Any:
        if not isinstance(told, dict):
            return told
        return {name: value for name, value in told.items() if name not in names}

    return change


def with_members(**members: Any) -> Change:
    """An object with these members."""
    return lambda told: {**told, **members} if isinstance(told, dict) else told


def each_result(change: Change) -> Change:
    """A list with each of its rows changed."""
    return lambda told: {**told, "results": [change(row) for row in told["results"]]}


def without_parameter(name: str) -> Change:
    """A query without this parameter."""
    return lambda query: re.sub(rf"(^|&){name}=[^&]*", "", query).strip("&")
