"""What a request asks of the database does not grow with its rows, and nothing is counted."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from books.models import Author, Authorship, Book, Genre, Review
from tests.books.api import AUTHORS, BOOKS, GENRES, address_of, reviews_of

pytestmark = pytest.mark.django_db

ISBN = "9780141439587"
EACH_BOOK_HAS = 3  # authors, and genres


def fill(rows):
    """As many books, each with authors of its own, all in the same genres; one is reviewed."""
    books = Book.objects.bulk_create(
        Book(title=f"Book {n}", search_text=f"book {n}", title_key=f"book {n}", language="en",
             published_year=1900, isbn=None if n else ISBN)
        for n in range(rows)
    )  # fmt: skip
    authors = Author.objects.bulk_create(
        Author(name=f"Author {n}", name_key=f"author {n}") for n in range(rows * EACH_BOOK_HAS)
    )
    first = Author.objects.create(name="Everywhere", name_key="everywhere")
    genres = Genre.objects.bulk_create(Genre(slug=f"genre-{n}") for n in range(rows))
    for n, book in enumerate(books):
        own = [first, *authors[n * EACH_BOOK_HAS :][:EACH_BOOK_HAS]]
        Authorship.objects.bulk_create(
            Authorship(book=book, author=author, position=place) for place, author in enumerate(own)
        )
        book.genres.set(genres[:EACH_BOOK_HAS])
    readers = User.objects.bulk_create(User(email=f"reader{n}@example.com") for n in range(rows))
    Review.objects.bulk_create(Review(book=books[0], owner=reader, rating=5) for reader in readers)
    Book.objects.filter(pk=books[0].pk).update(reviews_count=rows, ratings_total=5 * rows)
    return books[0]


def queries_of(call):
    with CaptureQueriesContext(connection) as captured:
        response = call()
    assert response.status_code < 300, response.content
    return [query["sql"] for query in captured.captured_queries]


READS = {
    "books": lambda book: f"{BOOKS}?limit=100",
    "search": lambda book: f"{BOOKS}?limit=100&q=book",
    "filters": lambda book: (
        f"{BOOKS}?limit=100&author=everywhere&genre=genre-0&language=en"
        "&published_from=1900&published_to=1900"
    ),
    "by title": lambda book: f"{BOOKS}?limit=100&ordering=title",
    "by year": lambda book: f"{BOOKS}?limit=100&ordering=-published_year",
    "by creation": lambda book: f"{BOOKS}?limit=100&ordering=created_at",
    "by rating": lambda book: f"{BOOKS}?limit=100&ordering=-rating",
    "books of an author": lambda book: (
        f"{AUTHORS}{Author.objects.get(name='Everywhere').pk}/books/?limit=100"
    ),
    "books of a genre": lambda book: f"{GENRES}genre-0/books/?limit=100",
    "reviews": lambda book: f"{reviews_of(book)}?limit=100",
    "authors": lambda book: f"{AUTHORS}?limit=100",
    "genres": lambda book: f"{GENRES}?limit=100",
    "one book": address_of,
    "a book by its isbn": lambda book: f"{BOOKS}isbn/{ISBN}/",
}
QUERIES_AT_MOST = {"filters": 5, "books of an author": 4, "books of a genre": 4, "reviews": 2,
                   "authors": 1, "genres": 1}  # fmt: skip


@pytest.mark.parametrize("read", READS)
def test_a_read_asks_as_much_for_100_rows_as_for_2(anonymous, read):
    url = READS[read](fill(2))
    few = queries_of(lambda: anonymous.get(url))
    for model in (Book, Author, Genre, User):
        model.objects.all().delete()

    url = READS[read](fill(100))
    many = queries_of(lambda: anonymous.get(url))

    assert len(many) == len(few) <= QUERIES_AT_MOST.get(read, 3)


@pytest.mark.parametrize("read", READS)
def test_no_read_counts_its_rows_or_skips_over_them(anonymous, read):
    url = READS[read](fill(3)).replace("limit=100", "limit=1")

    statements = queries_of(lambda: anonymous.get(url))
    if "limit=1" in url:
        statements += queries_of(lambda: anonymous.get(anonymous.get(url).json()["next"]))

    assert statements
    assert not [sql for sql in statements if re.search(r"COUNT\(|OFFSET", sql, re.IGNORECASE)]


@pytest.mark.parametrize(
    ("method", "body"),
    [("patch", {"title": "X"}), ("patch", {"genres": ["a", "b"]}), ("delete", None)],
)
def test_a_change_asks_as_much_for_a_book_of_100_authors_as_of_1(
    client_of, alice, add_book, method, body
):
    client = client_of(alice)
    add_book(genres=["a", "b"])  # genres that are made now are made only once
    one = add_book(authors=["A"])
    hundred = add_book(authors=[f"Author {n}" for n in range(100)])

    few = queries_of(lambda: getattr(client, method)(address_of(one), body))
    many = queries_of(lambda: getattr(client, method)(address_of(hundred), body))

    assert len(few) == len(many)


@pytest.mark.parametrize("method", ["post", "put"])
def test_writing_100_authors_asks_as_much_as_writing_1(client_of, alice, add_book, method):
    client = client_of(alice)
    book = add_book()
    url = BOOKS if method == "post" else address_of(book)
    few_body = {"title": "X", "authors": ["New"], "genres": ["new"]}
    many_body = {"title": "X", "authors": [f"Author {n}" for n in range(100)],
                 "genres": [f"genre-{n}" for n in range(20)]}  # fmt: skip

    few = queries_of(lambda: getattr(client, method)(url, few_body))
    many = queries_of(lambda: getattr(client, method)(url, many_body))

    # SQLite takes a limited number of values in one INSERT, so a long list is split.
    assert len(many) <= len(few) + 2


def test_who_has_a_book_already_costs_one_short_query(anonymous, book):
    etag = anonymous.get(address_of(book))["ETag"]

    with CaptureQueriesContext(connection) as captured:
        response = anonymous.get(address_of(book), headers={"If-None-Match": etag})

    assert response.status_code == 304
    (query,) = captured.captured_queries
    assert "description" not in query["sql"]
