"""What an import has to say about its rows."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

MAX_VALUE = 100
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class CatalogueError(Exception):
    """Why a file cannot be read or written at all, in a sentence for people."""


class Unusable(Exception):
    """Why a value cannot be taken: a code like the API's, and a sentence."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


@dataclass(frozen=True, slots=True)
class Remark:
    """Why a row was refused, or which of its values the book was kept without.

    `line` is the line of the file, from 1, in which the row begins.
    """

    line: int
    field: str
    code: str
    reason: str
    value: str = ""
    refused: bool = False

    @property
    def kind(self) -> str:
        """What remarks are counted by, like `isbn.invalid`."""
        return f"{self.field}.{self.code}"


@dataclass
class ImportReport:
    """An import in figures: `read` is the sum of `created`, `unchanged` and `refused`.

    A refused row is counted once, however many remarks it draws.
    """

    read: int = 0
    created: int = 0
    unchanged: int = 0
    refused: int = 0
    warnings: int = 0
    kinds: Counter[str] = field(default_factory=Counter)

    def count(self, remark: Remark) -> None:
        """Count a remark; the row itself is counted by whoever refuses it."""
        self.kinds[remark.kind] += 1
        self.warnings += not remark.refused


def shown(value: Any) -> str:
    """A value as a remark shows it: on one line, and short."""
    text = value if isinstance(value, str) else repr(value)
    if len(text) > MAX_VALUE:
        text = text[: MAX_VALUE - 1] + "…"
    return "".join(letter if letter.isprintable() else REPLACEMENT for letter in text)
