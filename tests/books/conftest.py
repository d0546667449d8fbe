"""A book of alice's, books by the handful, and a way to do several things at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

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


@pytest.fixture
def at_once():
    """`at_once(first, second)` calls all of them at the same moment; what each returned."""

    def run(*calls):
        barrier = Barrier(len(calls))

        def call_with_the_others(call):
            try:
                barrier.wait(timeout=10)
                return call()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(call_with_the_others, calls))

    return run
