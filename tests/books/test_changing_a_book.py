"""PATCH /books/{id}/"""

import pytest

from tests.books.api import BOOKS, DUNE_ISBN, address_of, errors_of

CHANGES = [
    ("title", "Emma, or Matchmaking"),
    ("authors", ["Jane Austen"]),
    ("isbn", DUNE_ISBN),
    ("isbn", None),
    ("published_year", 1816),
    ("published_year", None),
    ("language", "fr"),
    ("genres", []),
    ("genres", ["novels"]),
    ("description", ""),
    ("cover", None),
]


@pytest.mark.parametrize(("member", "value"), CHANGES)
def test_it_touches_the_member_that_is_sent_and_no_other(client_of, alice, book, member, value):
    client = client_of(alice)
    before = client.get(address_of(book)).json()

    response = client.patch(address_of(book), {member: value})

    assert response.status_code == 200
    after = client.get(address_of(book)).json()
    assert response.json() == after
    assert after == {**before, member: value, "updated_at": after["updated_at"]}
    assert after["updated_at"] > before["updated_at"]


def test_read_only_members_are_ignored(client_of, alice, book, bob):
    client = client_of(alice)
    before = client.get(address_of(book)).json()

    response = client.patch(address_of(book), {"owner": str(bob.pk), "rating": 5, "id": 1})

    assert response.status_code == 200
    assert {**response.json(), "updated_at": None} == {**before, "updated_at": None}


@pytest.mark.parametrize("member", ["title", "authors", "genres", "description"])
def test_what_must_be_there_cannot_be_null(client_of, alice, book, member):
    response = client_of(alice).patch(address_of(book), {member: None})

    assert response.status_code == 400
    assert errors_of(response) == [(f"/{member}", "null")]


def test_a_bad_value_changes_nothing(client_of, alice, book):
    client = client_of(alice)
    before = client.get(address_of(book))

    response = client.patch(address_of(book), {"title": "X", "published_year": "soon"})

    assert response.status_code == 400
    after = client.get(address_of(book))
    assert (after.json(), after["ETag"]) == (before.json(), before["ETag"])


def test_another_books_isbn_is_a_conflict(client_of, alice, book, add_book):
    add_book(title="Dune", isbn=DUNE_ISBN)

    response = client_of(alice).patch(address_of(book), {"isbn": DUNE_ISBN})

    assert response.status_code == 409
    assert client_of(alice).get(address_of(book)).json()["isbn"] == book.isbn


def test_an_isbn_that_was_given_up_is_free_again(client_of, alice, book, add_book):
    other = add_book(title="Emma")
    client = client_of(alice)
    client.patch(address_of(book), {"isbn": None})

    response = client.patch(address_of(other), {"isbn": book.isbn})

    assert response.status_code == 200


def test_a_book_that_is_not_there_is_not_found(client_of, alice):
    assert client_of(alice).patch(f"{BOOKS}4711/", {"title": "X"}).status_code == 404
