"""PUT /books/{id}/"""

import pytest

from books.models import Author
from tests.books.api import BOOKS, DUNE_ISBN, address_of, errors_of

OTHERWISE = {"updated_at"}


def without(names, body):
    return {name: value for name, value in body.items() if name not in names}


def test_what_get_gives_can_be_put_back(client_of, alice, book):
    client = client_of(alice)
    given = client.get(address_of(book)).json()

    response = client.put(address_of(book), given)

    assert response.status_code == 200
    assert without(OTHERWISE, response.json()) == without(OTHERWISE, given)
    assert response.json()["updated_at"] > given["updated_at"]
    assert client.get(address_of(book)).json() == response.json()


def test_what_get_gives_of_a_reviewed_book_can_be_put_back(client_of, alice, review):
    client = client_of(alice)
    given = client.get(address_of(review.book)).json()

    response = client.put(address_of(review.book), given)

    assert response.json()["rating"] == given["rating"] == 4
    assert response.json()["reviews_count"] == 1


def test_members_that_are_left_out_go_back_to_their_defaults(client_of, alice, book):
    body = {"title": "Emma", "authors": ["Jane Austen"]}

    response = client_of(alice).put(address_of(book), body)

    assert response.status_code == 200
    after = response.json()
    emptied = ("isbn", "published_year", "language", "cover")
    assert all(after[name] is None for name in emptied)
    assert (after["genres"], after["description"]) == ([], "")
    assert after["authors"] == ["Jane Austen"]


@pytest.mark.parametrize("missing", ["title", "authors"])
def test_what_is_required_cannot_be_left_out(client_of, alice, book, missing):
    body = without({missing}, {"title": "Emma", "authors": ["Jane Austen"]})

    response = client_of(alice).put(address_of(book), body)

    assert response.status_code == 400
    assert errors_of(response) == [(f"/{missing}", "required")]


def test_authors_can_change_places(client_of, alice, book):
    body = {"title": "Emma", "authors": ["Fiona Stafford", "Jane Austen"]}

    response = client_of(alice).put(address_of(book), body)

    assert response.json()["authors"] == ["Fiona Stafford", "Jane Austen"]


def test_all_authors_can_be_others(client_of, alice, book):
    body = {"title": "Emma", "authors": ["Alexander McCall Smith", "Jane Austen", "Anna Lefler"]}

    response = client_of(alice).put(address_of(book), body)

    assert response.json()["authors"] == body["authors"]
    assert Author.objects.filter(name="Fiona Stafford").exists()  # who may have other books


def test_an_isbn_may_stay_its_own(client_of, alice, book):
    body = {"title": "Emma", "authors": ["Jane Austen"], "isbn": book.isbn}

    response = client_of(alice).put(address_of(book), body)

    assert response.status_code == 200


def test_another_books_isbn_is_a_conflict_and_changes_nothing(client_of, alice, book, add_book):
    add_book(title="Dune", isbn=DUNE_ISBN)
    client = client_of(alice)
    before = client.get(address_of(book)).json()

    response = client.put(address_of(book), {"title": "X", "authors": ["Y"], "isbn": DUNE_ISBN})

    assert response.status_code == 409
    assert errors_of(response) == [("/isbn", "unique")]
    assert client.get(address_of(book)).json() == before
    assert not Author.objects.filter(name="Y").exists()


def test_a_book_that_is_not_there_is_not_made(client_of, alice):
    response = client_of(alice).put(f"{BOOKS}4711/", {"title": "Emma", "authors": ["Jane Austen"]})

    assert response.status_code == 404


def test_the_answer_has_the_new_etag(client_of, alice, book):
    client = client_of(alice)
    before = client.get(address_of(book))["ETag"]

    response = client.put(address_of(book), {"title": "Emma", "authors": ["Jane Austen"]})

    assert response["ETag"] != before
    assert response["ETag"] == client.get(address_of(book))["ETag"]
