"""GET /books/{id}/"""

import pytest

from tests.books.api import BOOKS, address_of

pytestmark = pytest.mark.django_db


def test_anybody_may_read_a_book(anonymous, book, alice):
    response = anonymous.get(address_of(book))

    assert response.status_code == 200
    assert response.json() == {
        "id": book.pk,
        "title": "Emma",
        "authors": ["Jane Austen", "Fiona Stafford"],
        "isbn": "9780141439587",
        "published_year": 1815,
        "language": "en-GB",
        "genres": ["classics", "comedy"],
        "description": "Handsome, clever, and rich.",
        "cover": "0199b1d2-7c5e-7d3a-9f00-3f7f6a2d9c11",
        "rating": None,
        "reviews_count": 0,
        "owner": str(alice.pk),
        "created_at": book.created_at.isoformat().replace("+00:00", "Z"),
        "updated_at": book.updated_at.isoformat().replace("+00:00", "Z"),
    }


@pytest.mark.parametrize(
    "book_id", ["0", "00", "01", "-1", "1.0", "999999999", "9223372036854775807",
           "9223372036854775808", "9" * 30, "abc", "١", "1%00", "null", "%2e%2e", "1'--"],
)  # fmt: skip
def test_an_id_that_no_book_has_is_not_found(anonymous, book, book_id):
    response = anonymous.get(f"{BOOKS}{book_id}/")

    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"


def test_head_answers_as_get_without_a_body(anonymous, book):
    response = anonymous.head(address_of(book))

    assert response.status_code == 200
    assert response.content == b""
    assert response["ETag"] == anonymous.get(address_of(book))["ETag"]


@pytest.mark.parametrize("path", [BOOKS, f"{BOOKS}1/"])
def test_a_method_that_is_not_there_is_told_which_are(client_of, alice, path):
    response = client_of(alice).trace(path)

    assert response.status_code == 405
    assert "GET" in response["Allow"]


def test_a_book_cannot_be_posted_to(client_of, alice, book):
    response = client_of(alice).post(address_of(book), {})

    assert response.status_code == 405
    assert response["Allow"] == "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"


def test_a_book_whose_owner_left_has_none(anonymous, book, alice):
    alice.delete()

    response = anonymous.get(address_of(book))

    assert response.json()["owner"] is None
