"""How a file is to be read, and what comes out of it before anything is checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from books.catalogue.files import CSV


class Record(NamedTuple):
    """A row as the file has it: the cells of the fields it has columns for."""

    line: int
    cells: dict[str, Any]


@dataclass(frozen=True)
class Layout:
    """How a file is written; what is None is found out from the file.

    `mapping` names the columns of fields that have unusual ones: field → column.
    """

    form: str = CSV
    mapping: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    delimiter: str | None = None
