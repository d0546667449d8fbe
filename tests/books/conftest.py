"""A book of alice's, and books by the handful."""

import pytest

from books.services import add_review, create_book
from tests.books.api import EMMA_ISBN


@pytest.fixture
def add_book(alice):
    """`add_book(title="Emma")` is a book of alice's, with what is told and little else."""

    def add(*, owner=alice, title="Middlemarch", authors=("George Eliot",), genres=(), **fields):
        return create_book(
            owner=owner, title=title, authors=list(authors), genres=list(genres), **fields
        )

    return add


@pytest.fixture
def book(add_book):
    """A book of alice's with every member filled in."""
    return add_book(
        title="Emma",
        authors=["Jane Austen", "Fiona Stafford"],
        isbn=EMMA_ISBN,
        published_year=1815,
        language="en-GB",
        genres=["classics", "comedy"],
        description="Handsome, clever, and rich.",
        cover="0199b1d2-7c5e-7d3a-9f00-3f7f6a2d9c11",
    )


@pytest.fixture
def review(book, bob):
    """What bob thinks of alice's book."""
    return add_review(book.pk, owner=bob, rating=4, text="Badly done, Emma!")
