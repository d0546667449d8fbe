"""A child asked for under the wrong parent is not found, whatever is to be done with it."""

import pytest

from tests.books.api import AUTHORS, BOOKS, GENRES, address_of_review, found

METHODS = [
    ("get", None),
    ("head", None),
    ("put", {"rating": 1}),
    ("patch", {"rating": 1}),
    ("delete", None),
]


@pytest.mark.parametrize(("method", "body"), METHODS)
def test_a_review_under_the_wrong_book_is_not_found(client_of, bob, review, add_book, method, body):
    client = client_of(bob)
    before = client.get(address_of_review(review))

    response = getattr(client, method)(f"{BOOKS}{add_book().pk}/reviews/{review.pk}/", body)

    assert response.status_code == 404
    after = client.get(address_of_review(review))
    assert (after.json(), after["ETag"]) == (before.json(), before["ETag"])


@pytest.mark.parametrize(("method", "body"), METHODS)
def test_a_review_under_no_book_is_not_found(client_of, bob, review, method, body):
    response = getattr(client_of(bob), method)(f"{BOOKS}4711/reviews/{review.pk}/", body)

    assert response.status_code == 404


@pytest.mark.parametrize(("method", "body"), METHODS)
@pytest.mark.parametrize("review_id", ["0", "4711", "x", "-1", "9" * 30])
def test_a_review_that_is_not_there_is_not_found(client_of, bob, book, review_id, method, body):
    url = f"{BOOKS}{book.pk}/reviews/{review_id}/"

    response = getattr(client_of(bob), method)(url, body)

    assert response.status_code == 404


def test_staff_find_nothing_under_the_wrong_parent_either(client_of, admin, review, add_book):
    response = client_of(admin).delete(f"{BOOKS}{add_book().pk}/reviews/{review.pk}/")

    assert response.status_code == 404


@pytest.mark.parametrize("path", ["reviews", "reviews/", "reviews/{review}", "reviews/{review}/"])
def test_nested_routes_need_no_trailing_slash(anonymous, review, path):
    url = f"{BOOKS}{review.book_id}/{path.format(review=review.pk)}"

    assert anonymous.get(url).status_code == 200


def test_the_books_of_an_author(anonymous, book, add_book):
    add_book(title="Persuasion", authors=["Jane Austen"])
    add_book(title="Middlemarch", authors=["George Eliot"])
    author = anonymous.get(AUTHORS, {"limit": 100}).json()["results"]
    austen = next(one for one in author if one["name"] == "Jane Austen")

    titles = found(anonymous, f"{AUTHORS}{austen['id']}/books/")

    assert titles == ["Persuasion", "Emma"]


def test_the_books_of_a_genre(anonymous, book, add_book):
    add_book(title="Persuasion", genres=["classics"])
    add_book(title="Middlemarch", genres=["novels"])

    assert found(anonymous, f"{GENRES}classics/books/") == ["Persuasion", "Emma"]


@pytest.mark.parametrize("parent", ["author", "genre"])
def test_nested_lists_can_do_what_the_catalogue_can(anonymous, add_book, parent):
    for title, year in [("Emma", 1815), ("Emma again", 1816), ("Persuasion", 1817)]:
        book = add_book(title=title, authors=["Jane Austen"], genres=["novels"],
                        published_year=year)  # fmt: skip
    author = book.authorships.get().author_id
    url = f"{AUTHORS}{author}/books/" if parent == "author" else f"{GENRES}novels/books/"

    assert found(anonymous, url, q="emma") == ["Emma", "Emma again"]
    assert found(anonymous, url, published_from=1816, ordering="title") == [
        *("Emma again", "Persuasion")
    ]
    assert found(anonymous, url, author="jane austen", genre="novels", limit=1) == ["Persuasion"]
    assert anonymous.get(url, {"genre": "unheard-of"}).status_code == 400


def test_a_book_of_two_genres_is_given_once(anonymous, add_book):
    add_book(title="Solaris", genres=["classics", "science-fiction"])

    assert found(anonymous, f"{GENRES}classics/books/", genre="science-fiction") == ["Solaris"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["authors/4711/books/", "authors/0/books/", "authors/x/books/", "authors/4711/",
     "genres/unheard-of/books/", "genres/unheard-of/", "genres/%00/books/", "genres/é/books/",
     "books/isbn/", "books/isbn/x/", "books/reviews/", "books/1/authors/", "reviews/1/"],
)  # fmt: skip
def test_what_has_no_parent_is_not_found(anonymous, path):
    response = anonymous.get(f"/api/v1/{path}")

    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("books/", "GET, POST, HEAD, OPTIONS"),
        ("books/{book}/reviews/", "GET, POST, HEAD, OPTIONS"),
        ("books/{book}/reviews/{review}/", "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"),
        ("authors/", "GET, HEAD, OPTIONS"),
        ("genres/", "GET, HEAD, OPTIONS"),
        ("genres/classics/books/", "GET, HEAD, OPTIONS"),
        ("books/isbn/9780141439587/", "GET, HEAD, OPTIONS"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(client_of, alice, review, path, allow):
    url = "/api/v1/" + path.format(book=review.book_id, review=review.pk)
    method = "delete" if "DELETE" not in allow else "post"

    response = getattr(client_of(alice), method)(url, {})

    assert response.status_code == 405
    assert response["Allow"] == allow
