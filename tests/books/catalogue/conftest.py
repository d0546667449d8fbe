"""Catalogues written by the line, and taken in."""

import io
from types import SimpleNamespace

import pytest

from books.catalogue.importing import import_books, rows_of
from books.catalogue.records import Layout
from books.models import Book


def in_bytes(content):
    return content if isinstance(content, bytes) else content.encode()


@pytest.fixture
def read():
    """`read("title,authors…")` is the file's rows, unchecked."""

    def rows(content, **layout):
        return list(rows_of(io.BytesIO(in_bytes(content)), Layout(**layout)))

    return rows


@pytest.fixture
def take_in(db):
    """`take_in("title,authors…")` imports a file: the report, and every remark in order."""

    def imported(content, *, put=None, **layout):
        remarks = []
        report = import_books(
            io.BytesIO(in_bytes(content)), Layout(**layout), put=put, on_remark=remarks.append
        )
        return SimpleNamespace(report=report, remarks=remarks)

    return imported


@pytest.fixture
def books():
    """`books()` is all that is stored of every book, in the order of ids."""

    def rows():
        return [
            (book.title, book.author_names, book.isbn, book.published_year, book.language,
             book.genre_slugs, book.description)
            for book in Book.objects.with_people().order_by("pk")
        ]  # fmt: skip

    return rows
