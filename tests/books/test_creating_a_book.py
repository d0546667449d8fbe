"""POST /books/"""

import pytest

from books.models import Author, Book, Genre
from tests.books.api import BOOKS, EMMA_ISBN, errors_of

EMMA = {"title": "Emma", "authors": ["Jane Austen"]}


def test_title_and_authors_alone_make_a_valid_book(client_of, alice):
    response = client_of(alice).post(BOOKS, EMMA)

    assert response.status_code == 201
    body = response.json()
    assert set(body) == {
        *("id", "title", "authors", "isbn", "published_year", "language", "genres"),
        *("description", "cover", "rating", "reviews_count", "owner", "created_at", "updated_at"),
    }
    assert (body["title"], body["authors"]) == ("Emma", ["Jane Austen"])
    assert (body["genres"], body["description"], body["reviews_count"]) == ([], "", 0)
    missing = ("isbn", "published_year", "language", "cover", "rating")
    assert all(body[name] is None for name in missing)


def test_a_book_belongs_to_whoever_created_it(client_of, bob):
    body = client_of(bob).post(BOOKS, EMMA).json()

    assert body["owner"] == str(bob.pk)


def test_a_new_book_was_never_updated(client_of, alice):
    body = client_of(alice).post(BOOKS, EMMA).json()

    assert body["created_at"] == body["updated_at"]
    assert body["created_at"].endswith("Z")


def test_location_leads_to_the_new_book(client_of, alice):
    client = client_of(alice)

    response = client.post(BOOKS, EMMA)

    assert response["Location"] == f"http://testserver{BOOKS}{response.json()['id']}/"
    assert client.get(response["Location"]).json() == response.json()


def test_the_answer_has_the_etag_that_get_gives(client_of, alice):
    client = client_of(alice)

    response = client.post(BOOKS, EMMA)

    assert response["ETag"] == client.get(response["Location"])["ETag"]


def test_every_member_that_was_sent_comes_back(client_of, alice):
    sent = {
        "title": "Emma",
        "authors": ["Jane Austen", "Fiona Stafford"],
        "isbn": EMMA_ISBN,
        "published_year": 1815,
        "language": "en-GB",
        "genres": ["classics", "comedy"],
        "description": "Handsome, clever,\nand rich.",
        "cover": "0199b1d2-7c5e-7d3a-9f00-3f7f6a2d9c11",
    }

    body = client_of(alice).post(BOOKS, sent).json()

    assert {name: body[name] for name in sent} == sent


def test_authors_keep_their_order(client_of, alice):
    authors = ["Terry Pratchett", "Neil Gaiman", "Aristotle", "Émile Zola", "Mo Yan"]

    response = client_of(alice).post(BOOKS, {"title": "Good Omens", "authors": authors})

    assert response.json()["authors"] == authors


def test_an_author_who_is_known_is_not_made_again(client_of, alice, add_book):
    add_book(authors=["Jane Austen"])

    client_of(alice).post(BOOKS, {"title": "Emma", "authors": ["Jane Austen", "JANE AUSTEN"]})

    assert set(Author.objects.values_list("name", flat=True)) == {"Jane Austen", "JANE AUSTEN"}


def test_genres_come_sorted_and_are_made_when_missing(client_of, alice):
    response = client_of(alice).post(BOOKS, {**EMMA, "genres": ["romance", "comedy"]})

    assert response.json()["genres"] == ["comedy", "romance"]
    assert Genre.objects.count() == 2


def test_read_only_members_are_ignored(client_of, alice, bob):
    read_only = {
        "id": 4711,
        "rating": 5,
        "reviews_count": 99,
        "owner": str(bob.pk),
        "created_at": "1815-12-23T00:00:00Z",
        "updated_at": None,
    }

    body = client_of(alice).post(BOOKS, {**EMMA, **read_only}).json()

    assert body["id"] != 4711
    assert (body["rating"], body["reviews_count"], body["owner"]) == (None, 0, str(alice.pk))
    assert not body["created_at"].startswith("1815")


def test_a_member_that_does_not_exist_is_an_error(client_of, alice):
    response = client_of(alice).post(BOOKS, {**EMMA, "titel": "Emma", "a/b~c": 1})

    assert response.status_code == 400
    assert set(errors_of(response)) == {("/titel", "unknown"), ("/a~1b~0c", "unknown")}


def test_everything_that_is_wrong_is_told_at_once(client_of, alice):
    response = client_of(alice).post(BOOKS, {"isbn": "1", "published_year": "x", "extra": 1})

    assert response.status_code == 400
    assert {pointer for pointer, _ in errors_of(response)} == {
        *("/title", "/authors", "/isbn", "/published_year", "/extra")
    }


@pytest.mark.parametrize("body", ["null", "[]", '"Emma"', "5", "true", "[[]]"])
def test_a_body_that_is_no_object_is_invalid(client_of, alice, body):
    response = client_of(alice).post(BOOKS, body, content_type="application/json")

    assert response.status_code == 400
    assert response.json()["type"] == "/problems/invalid-input/"


@pytest.mark.parametrize(
    "body", [b"{", b'{"title": "\xff"}', b'{"title": NaN}', b'{"a": "\\ud800"}']
)
def test_a_body_that_is_no_json_is_malformed(client_of, alice, body):
    response = client_of(alice).post(BOOKS, body, content_type="application/json")

    assert response.status_code == 400
    assert response.json()["type"] == "/problems/malformed-request/"


def test_an_empty_body_lacks_what_is_required(client_of, alice):
    response = client_of(alice).post(BOOKS, b"", content_type="application/json")

    assert response.status_code == 400
    assert errors_of(response) == [("/title", "required"), ("/authors", "required")]


def test_a_body_that_is_no_json_by_its_type_is_refused(client_of, alice):
    response = client_of(alice).post(BOOKS, "title=Emma", content_type="text/plain")

    assert response.status_code == 415


def test_without_the_trailing_slash_it_works_as_well(client_of, alice):
    response = client_of(alice).post(BOOKS.rstrip("/"), EMMA)

    assert response.status_code == 201


@pytest.mark.django_db
def test_a_stranger_without_a_login_creates_nothing(anonymous):
    response = anonymous.post(BOOKS, EMMA)

    assert response.status_code == 401
    assert "WWW-Authenticate" in response
    assert not Book.objects.exists()


def test_an_isbn_that_another_book_has_is_a_conflict(client_of, alice, book):
    response = client_of(alice).post(BOOKS, {**EMMA, "isbn": "0-14-143958-0"})

    assert response.status_code == 409
    assert errors_of(response) == [("/isbn", "unique")]


def test_a_book_that_is_refused_leaves_nothing_behind(client_of, alice, book):
    body = {"title": "X", "authors": ["New Author"], "genres": ["new"], "isbn": book.isbn}

    client_of(alice).post(BOOKS, body)

    assert Book.objects.count() == 1
    assert not Author.objects.filter(name="New Author").exists()
    assert not Genre.objects.filter(slug="new").exists()


def test_many_books_may_have_no_isbn(client_of, alice):
    client = client_of(alice)

    answers = [client.post(BOOKS, {**EMMA, "isbn": None}).status_code for _ in range(3)]

    assert answers == [201, 201, 201]
