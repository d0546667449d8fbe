"""GET /books/isbn/{isbn}/"""

import pytest

from tests.books.api import BOOKS, DUNE_ISBN, address_of


@pytest.mark.parametrize(
    "spelling", ["9780141439587", "978-0-14-143958-7", "0141439580", "0-14-143958-0"]
)
def test_any_spelling_finds_the_book(anonymous, book, spelling):
    response = anonymous.get(f"{BOOKS}isbn/{spelling}/")

    assert response.status_code == 200
    assert response.json() == anonymous.get(address_of(book)).json()


@pytest.mark.parametrize("spelling", ["080442957X", "0-8044-2957-x"])
def test_an_x_may_be_small_or_large(anonymous, add_book, spelling):
    book = add_book(isbn="9780804429573")

    assert anonymous.get(f"{BOOKS}isbn/{spelling}").json()["id"] == book.pk


def test_it_says_where_the_book_lives(anonymous, book):
    response = anonymous.get(f"{BOOKS}isbn/{book.isbn}/")

    assert response["Content-Location"] == address_of(book)
    assert response["ETag"] == anonymous.get(address_of(book))["ETag"]


def test_who_has_it_already_is_told_so(anonymous, book):
    etag = anonymous.get(address_of(book))["ETag"]

    response = anonymous.get(f"{BOOKS}isbn/{book.isbn}/", headers={"If-None-Match": etag})

    assert (response.status_code, response.content) == (304, b"")


@pytest.mark.parametrize(
    "isbn", [DUNE_ISBN, "9780141439588", "0141439581", "123", "x" * 10, "-" * 10, "-" * 13,
             "978014143958７", "9" * 500, "9780141439587%00", "isbn"],
)  # fmt: skip
def test_what_is_no_isbn_of_a_book_is_not_found(anonymous, book, isbn):
    assert anonymous.get(f"{BOOKS}isbn/{isbn}/").status_code == 404
