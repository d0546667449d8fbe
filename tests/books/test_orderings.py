"""?ordering=: each order, walked to its end and all the way back, with ties and missing values."""

from datetime import UTC, datetime

import pytest

from accounts.models import User
from books.models import Book
from books.services import add_review
from tests.books.api import BOOKS, errors_of, walk

YEARS = [None, 1900, 1900, -750, None, 2000, 1900, 0, None, 1815, 1900, 2000, None]
RATINGS = [None, 5, 3, None, 3, 3, 1, 5, None, 4, 3, None, 3]
TITLES = ["b", "B", "É", "e", "a b", "ab", "a", "!", "Ä", "z", "?", "1", "b"]
SAME_MOMENT = datetime(2020, 1, 1, tzinfo=UTC)

# The same keys as the database's, worked out here: missing values come first.
KEYS = {
    "title": lambda book: book.title_key,
    "published_year": lambda book: -9999 if book.published_year is None else book.published_year,
    "created_at": lambda book: book.created_at,
    "rating": lambda book: book.rating or 0,
}
ORDERINGS = [sign + name for name in KEYS for sign in ("", "-")]


@pytest.fixture
def shelf(add_book, bob):
    """13 books with every kind of tie, the last three made in the same moment."""
    for title, year, rating in zip(TITLES, YEARS, RATINGS, strict=True):
        book = add_book(title=title, published_year=year)
        if rating:
            add_review(book.pk, owner=bob, rating=rating, text="")
    last = Book.objects.order_by("-pk").values_list("pk", flat=True)[:3]
    Book.objects.filter(pk__in=list(last)).update(created_at=SAME_MOMENT)


def expected(ordering):
    key = KEYS[ordering.lstrip("-")]
    books = sorted(Book.objects.all(), key=lambda book: (key(book), book.pk))
    ids = [book.pk for book in books]
    return ids[::-1] if ordering.startswith("-") else ids


def ids_of(page):
    return [book["id"] for book in page["results"]]


@pytest.mark.parametrize("ordering", ORDERINGS)
@pytest.mark.parametrize("limit", [1, 4, 13])
def test_following_next_shows_every_book_once_and_in_order(anonymous, shelf, ordering, limit):
    pages = walk(anonymous, f"{BOOKS}?ordering={ordering}&limit={limit}")

    assert sum(map(ids_of, pages), []) == expected(ordering)


@pytest.mark.parametrize("ordering", ORDERINGS)
@pytest.mark.parametrize("limit", [1, 4])
def test_following_previous_leads_back_through_the_same_books(anonymous, shelf, ordering, limit):
    last = walk(anonymous, f"{BOOKS}?ordering={ordering}&limit={limit}")[-1]

    pages = [last, *walk(anonymous, last["previous"], towards="previous")]

    assert sum(map(ids_of, reversed(pages)), []) == expected(ordering)
    assert pages[-1]["previous"] is None


@pytest.mark.parametrize("ordering", ORDERINGS)
def test_next_of_previous_is_the_page_itself(anonymous, shelf, ordering):
    first = anonymous.get(f"{BOOKS}?ordering={ordering}&limit=5").json()
    second = anonymous.get(first["next"]).json()

    back = anonymous.get(second["previous"]).json()

    assert ids_of(back) == ids_of(first)
    assert ids_of(anonymous.get(back["next"]).json()) == ids_of(second)


def test_means_that_no_decimal_fraction_can_tell_lose_no_book(anonymous, add_book):
    readers = [User(email=f"reader{number}@example.com") for number in range(3)]
    User.objects.bulk_create(readers)
    for ratings in [(1, 1, 2), (1, 2, 1), (5, 5, 4), (1, 1, 2), (2, 1, 1)]:
        book = add_book()
        for reader, rating in zip(readers, ratings, strict=True):
            add_review(book.pk, owner=reader, rating=rating, text="")

    pages = walk(anonymous, f"{BOOKS}?ordering=-rating&limit=1")

    assert len({page["results"][0]["id"] for page in pages}) == 5
    assert [page["results"][0]["rating"] for page in pages] == [4.67, 1.33, 1.33, 1.33, 1.33]


@pytest.mark.parametrize("ordering", ["", "id", "--title", "title,rating", "TITLE", "owner", "\0"])
def test_an_order_that_is_not_offered_is_refused(anonymous, db, ordering):
    response = anonymous.get(BOOKS, {"ordering": ordering})

    assert response.status_code == 400
    assert {pointer for pointer, _ in errors_of(response)} == {"/ordering"}
