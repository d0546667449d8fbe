"""Gives the catalogue out, in the form that the import reads back: memory stays flat."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import orjson

from books.catalogue.columns import FIELDS
from books.catalogue.files import JSON_LINES
from books.catalogue.formulas import escaped
from books.models import Book
from books.selectors import author_names, genre_slugs

BATCH = 1_000
BETWEEN = "; "
STORED_AS_GIVEN = ("title", "isbn", "published_year", "language", "description")

Members = dict[str, Any]


def export_books(
    form: str, *, on_batch: Callable[[int], object] = lambda count: None
) -> Iterator[bytes]:
    """Every book in the order of ids, as pieces of a file of this form.

    After each piece `on_batch` is called with its number of books, outside any
    transaction and query. A book that changes meanwhile is in as it was or as it is.
    """
    if form != JSON_LINES:
        yield _csv_text([FIELDS])
    for books in _batches():
        yield _json_lines(books) if form == JSON_LINES else _csv_rows(books)
        on_batch(len(books))


def _batches() -> Iterator[list[Members]]:
    """By key, not with one long query: that would hold up whoever writes between two batches."""
    books, last = Book.objects.order_by("pk").values("pk", *STORED_AS_GIVEN), 0
    while batch := list(books.filter(pk__gt=last)[:BATCH]):
        keys = (batch[0]["pk"], last := batch[-1]["pk"])
        authors, genres = author_names(*keys), genre_slugs(*keys)
        for book in batch:
            book |= {"authors": authors[book["pk"]], "genres": genres[book["pk"]]}
        # Who has no authors any more has gone since the query before.
        yield [{field: book[field] for field in FIELDS} for book in batch if book["authors"]]


def _json_lines(books: Sequence[Members]) -> bytes:
    return b"".join(orjson.dumps(book) + b"\n" for book in books)


def _csv_rows(books: Sequence[Members]) -> bytes:
    return _csv_text([_cells(book) for book in books])


def _cells(book: Members) -> list[Any]:
    lists = {"authors": _names_cell(book["authors"]), "genres": BETWEEN.join(book["genres"])}
    cells = (book | lists).values()
    return [escaped(cell) if isinstance(cell, str) else cell for cell in cells]


def _names_cell(names: list[str]) -> str:
    """Names with a semicolon between; as JSON where that would be read otherwise."""
    text = BETWEEN.join(names)
    plain = not any("," in name or ";" in name for name in names) and not text.startswith("[")
    return text if plain else orjson.dumps(names).decode()


def _csv_text(rows: Sequence[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
