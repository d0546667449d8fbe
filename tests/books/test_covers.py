"""A book's cover is an upload's id, and goes with the upload."""

import uuid

import pytest
from django.utils import timezone

from books.handlers import forget_cover
from books.models import Book
from events.envelope import Event
from tests.books.api import BOOKS, address_of, errors_of

COVER = "0199b1d2-7c5e-7d3a-9f00-3f7f6a2d9c11"


def deleted(upload_id):
    data = {"id": upload_id}
    return Event(uuid.uuid4(), "uploads.upload.deleted", upload_id, timezone.now(), data)


def test_a_book_can_have_a_cover(client_of, alice):
    body = {"title": "Emma", "authors": ["Jane Austen"], "cover": COVER}

    assert client_of(alice).post(BOOKS, body).json()["cover"] == COVER


@pytest.mark.parametrize("cover", ["x", 5, "", ["a"]])
def test_anything_but_an_id_is_invalid(client_of, alice, cover):
    body = {"title": "Emma", "authors": ["Jane Austen"], "cover": cover}

    response = client_of(alice).post(BOOKS, body)

    assert response.status_code == 400
    assert {pointer.split("/")[1] for pointer, _ in errors_of(response)} == {"cover"}


def test_the_end_of_the_upload_clears_it(anonymous, add_book):
    book, other = add_book(cover=COVER), add_book(cover=str(uuid.uuid4()))
    before = anonymous.get(address_of(book))["ETag"]

    forget_cover(deleted(COVER))

    after = anonymous.get(address_of(book))
    assert after.json()["cover"] is None
    assert after["ETag"] != before
    assert anonymous.get(address_of(other)).json()["cover"] == other.cover


def test_it_is_one_statement_however_many_books(add_book, django_assert_num_queries):
    for _ in range(3):
        add_book(cover=COVER)

    with django_assert_num_queries(1):
        forget_cover(deleted(COVER))

    assert not Book.objects.filter(cover=COVER).exists()
