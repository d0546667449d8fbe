"""From a row to an entry of the catalogue.

Title and authors make a book: without them a row is refused. Of the rest, what
cannot be used is left out, and said.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from books.catalogue import cells
from books.catalogue.records import Record
from books.catalogue.report import Remark, Unusable, shown
from books.catalogue.values import Values
from books.models import fingerprint_of

MISSING = {"title": "There is no title.", "authors": "There is no author."}


@dataclass(slots=True)
class Entry:
    """A row that makes a book."""

    line: int
    title: str
    authors: list[str]
    isbn: str | None
    published_year: int | None
    language: str | None
    genres: list[str]
    description: str
    fingerprint: str


def entry_from(record: Record, values: Values) -> tuple[Entry | None, list[Remark]]:
    """The row's entry, None where it is refused, and what there is to say about it."""
    row = _Row(record, refuse=True)
    title, authors = row.take("title", values.title), row.take("authors", values.authors)
    if row.remarks:
        return None, row.remarks
    row.refuse = False
    entry = Entry(
        line=record.line,
        title=title,
        authors=authors,
        isbn=row.take("isbn", values.isbn),
        published_year=row.take("published_year", values.published_year),
        language=row.take("language", values.language),
        genres=_genres(row, values),
        description=row.take("description", values.description) or "",
        fingerprint=fingerprint_of(title, authors),
    )
    return entry, row.remarks


class _Row:
    """Takes values from a row's cells, and notes what it could not take."""

    def __init__(self, record: Record, *, refuse: bool) -> None:
        self.line, self.cells = record
        self.refuse = refuse
        self.remarks: list[Remark] = []

    def take(self, field: str, read: Callable[[Any], Any]) -> Any:
        """What `read` makes of the field's cell; None without one that can be used."""
        cell = self.cells.get(field)
        if cells.is_empty(cell):
            if self.refuse:
                self.note(field, Unusable("required", MISSING[field]), "")
            return None
        try:
            return read(cell)
        except Unusable as error:
            self.note(field, error, cell)
            return None

    def note(self, field: str, error: Unusable, cell: Any) -> None:
        remark = Remark(self.line, field, error.code, error.reason, shown(cell), self.refuse)
        self.remarks.append(remark)


def _genres(row: _Row, values: Values) -> list[str]:
    """The genres that can be used, each once; each of the others is noted."""
    slugs: dict[str, None] = {}
    for item in row.take("genres", cells.genres_of) or []:
        try:
            slugs[values.genre(item)] = None
        except Unusable as error:
            row.note("genres", error, item)
    most = values.fields["genres"].max_length
    if len(slugs) > most:
        too_many = Unusable("max_length", f"Only the first {most} are kept.")
        row.note("genres", too_many, list(slugs)[most])
    return list(slugs)[:most]
