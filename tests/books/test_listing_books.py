"""GET /books/: pages, newest first."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.books.api import BOOKS, errors_of, found, walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(add_book):
    """25 books, `Book 01` the oldest."""
    return [add_book(title=f"Book {number:02}") for number in range(1, 26)]


def titles_of(pages):
    return [[book["title"] for book in page["results"]] for page in pages]


def test_an_empty_catalogue_is_a_page_without_neighbours(anonymous):
    response = anonymous.get(BOOKS)

    assert response.json() == {"next": None, "previous": None, "results": []}


def test_the_newest_come_first(anonymous, shelf):
    assert found(anonymous, BOOKS)[:3] == ["Book 25", "Book 24", "Book 23"]


def test_a_page_has_twenty_unless_told(anonymous, shelf):
    pages = walk(anonymous, BOOKS)

    assert [len(page["results"]) for page in pages] == [20, 5]


@pytest.mark.parametrize("limit", [1, 24, 25, 26, 100])
def test_a_limit_is_kept(anonymous, shelf, limit):
    assert len(found(anonymous, BOOKS, limit=limit)) == min(limit, 25)


@pytest.mark.parametrize("limit", ["0", "-1", "101", "1e1", "ten", "", "1.5", "9" * 2000])
def test_a_limit_out_of_bounds_is_refused(anonymous, limit):
    response = anonymous.get(BOOKS, {"limit": limit})

    assert response.status_code == 400
    assert {pointer for pointer, _ in errors_of(response)} == {"/limit"}


def test_links_keep_the_rest_of_the_question(anonymous, shelf):
    url = f"{BOOKS}?limit=5&ordering=title&q=book"

    query = parse_qs(urlsplit(anonymous.get(url).json()["next"]).query)

    assert {name: query[name] for name in ("limit", "ordering", "q")} == {
        "limit": ["5"],
        "ordering": ["title"],
        "q": ["book"],
    }


def test_a_book_that_comes_meanwhile_makes_none_appear_twice(anonymous, shelf, add_book):
    first = anonymous.get(f"{BOOKS}?limit=10").json()
    add_book(title="Newcomer")

    rest = walk(anonymous, first["next"])

    assert sum(titles_of([first, *rest]), []) == [f"Book {n:02}" for n in range(25, 0, -1)]


def test_a_book_that_goes_meanwhile_makes_none_get_lost(anonymous, shelf):
    first = anonymous.get(f"{BOOKS}?limit=10").json()
    shelf[15].delete()  # the last of the first page: the next page starts after it

    rest = walk(anonymous, first["next"])

    assert sum(titles_of(rest), []) == [f"Book {n:02}" for n in range(15, 0, -1)]


def test_a_cursor_that_was_tampered_with_is_refused(anonymous, shelf):
    link = anonymous.get(f"{BOOKS}?limit=5").json()["next"]
    cursor = parse_qs(urlsplit(link).query)["cursor"][0]

    response = anonymous.get(BOOKS, {"cursor": "A" + cursor})

    assert response.status_code == 400


@pytest.mark.parametrize("cursor", ["", "x", "a.b", "\0", "é", "." * 500, "eyJ4IjoxfQ", "x" * 3000])
def test_a_cursor_of_ones_own_making_is_refused(anonymous, cursor):
    response = anonymous.get(BOOKS, {"cursor": cursor})

    assert response.status_code == 400
    assert {pointer for pointer, _ in errors_of(response)} == {"/cursor"}


def test_a_cursor_of_another_order_is_refused(anonymous, shelf):
    link = anonymous.get(f"{BOOKS}?limit=5").json()["next"]
    cursor = parse_qs(urlsplit(link).query)["cursor"][0]

    response = anonymous.get(BOOKS, {"cursor": cursor, "ordering": "title"})

    assert response.status_code == 400


def test_a_book_in_a_list_is_what_it_is_alone(anonymous, book, review):
    listed = anonymous.get(BOOKS).json()["results"]

    assert listed == [anonymous.get(f"{BOOKS}{book.pk}/").json()]
