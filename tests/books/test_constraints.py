"""The database refuses by itself what the services would never send."""

import pytest
from django.db import DatabaseError, connection, transaction

from books.models import Author, Authorship, Book, Genre, Review

BOOK = [
    {"title": ""},
    {"title": None},
    {"title": "x" * 301},
    {"description": "x" * 10_001},
    {"description": None},
    {"isbn": ""},
    {"isbn": "0141439580"},
    {"isbn": "9770141439588"},
    {"isbn": "97801414395870"},
    {"isbn": "9800141439587"},
    {"published_year": -3001},
    {"published_year": 10_000},
    {"language": ""},
    {"language": "x" * 36},
    {"reviews_count": -1},
    {"ratings_total": -1},
    {"ratings_total": 1},
    {"reviews_count": 1},
    {"reviews_count": 1, "ratings_total": 6},
    {"reviews_count": 2, "ratings_total": 1},
    {"version": -1},
    {"created_at": None},
    {"search_text": None},
]


def is_refused(change):
    """Whether the database raises; PostgreSQL checks some rules only when it is asked to."""
    try:
        with transaction.atomic():
            change()
            connection.check_constraints()
    except DatabaseError:
        return True
    return False


@pytest.mark.parametrize("change", BOOK, ids=str)
def test_a_book_that_breaks_a_rule(book, change):
    assert is_refused(lambda: Book.objects.filter(pk=book.pk).update(**change))


@pytest.mark.parametrize(
    "change",
    [
        {"title": "x" * 300},
        {"description": ""},
        {"isbn": None},
        {"isbn": "9791090636071"},
        {"published_year": -3000},
        {"published_year": None},
        {"language": None},
        {"reviews_count": 2, "ratings_total": 10},
        {"owner": None},
    ],
    ids=str,
)
def test_a_book_that_keeps_the_rules_to_their_edge(book, change):
    assert not is_refused(lambda: Book.objects.filter(pk=book.pk).update(**change))


def test_two_books_with_one_isbn(book, add_book):
    other = add_book()

    assert is_refused(lambda: Book.objects.filter(pk=other.pk).update(isbn=book.isbn))


def test_a_book_of_an_owner_who_does_not_exist(book):
    nobody = "0199b1d2-7c5e-7d3a-9f00-3f7f6a2d9c11"

    assert is_refused(lambda: Book.objects.filter(pk=book.pk).update(owner_id=nobody))


@pytest.mark.parametrize("rating", [0, 6, -1, None])
def test_a_rating_that_is_not_1_to_5(review, rating):
    assert is_refused(lambda: Review.objects.filter(pk=review.pk).update(rating=rating))


def test_a_review_that_is_too_long(review):
    assert is_refused(lambda: Review.objects.filter(pk=review.pk).update(text="x" * 10_001))


def test_two_reviews_of_one_book_by_one_reader(review, bob):
    assert is_refused(lambda: Review.objects.create(book=review.book, owner=bob, rating=1))


def test_a_review_of_no_book(review):
    assert is_refused(lambda: Review.objects.filter(pk=review.pk).update(book_id=4711))


@pytest.mark.parametrize("name", ["", None, "x" * 201, "Jane Austen"])
def test_an_author_with_a_bad_name_or_anothers(book, name):
    author = Author.objects.exclude(name="Jane Austen").first()

    assert is_refused(lambda: Author.objects.filter(pk=author.pk).update(name=name))


@pytest.mark.parametrize("slug", ["", None, "x" * 51, "classics"])
def test_a_genre_with_a_bad_slug_or_anothers(book, slug):
    genre = Genre.objects.exclude(slug="classics").first()

    assert is_refused(lambda: Genre.objects.filter(pk=genre.pk).update(slug=slug))


def test_two_authors_in_one_place(book):
    second = Authorship.objects.get(book=book, position=1)

    assert is_refused(lambda: Authorship.objects.filter(pk=second.pk).update(position=0))


def test_one_author_in_two_places(book):
    author = book.authorships.get(position=0).author

    assert is_refused(lambda: Authorship.objects.create(book=book, author=author, position=2))


@pytest.mark.parametrize("missing", ["author_id", "book_id"])
def test_an_authorship_without_author_or_book(book, missing):
    authorship = Authorship.objects.filter(book=book)

    assert is_refused(lambda: authorship.filter(position=0).update(**{missing: 4711}))


def test_one_genre_twice(book):
    link = Book.genres.through
    genre = book.genres.first()

    assert is_refused(lambda: link.objects.create(book=book, genre=genre))


def test_an_author_whose_books_are_still_here_cannot_vanish_by_plain_sql(book):
    def vanish():
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM books_author")

    assert is_refused(vanish)


def test_the_columns_that_orders_use_follow_by_themselves(book):
    Book.objects.filter(pk=book.pk).update(published_year=None, reviews_count=2, ratings_total=9)

    book.refresh_from_db()

    assert (book.year_order, book.rating_order) == (-3001, 4.5)
