"""A page costs the same however deep it lies: the database walks an index and sorts nothing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backend_practice.http.pagination import write_cursor
from books.filters import ORDERINGS
from books.models import Author, Book, Review
from tests.books.api import AUTHORS, BOOKS, reviews_of

pytestmark = pytest.mark.django_db

ROWS = 3000


@pytest.fixture
def catalogue():
    """Books with ties and without; the database has been told, as it is after a while."""
    now = timezone.now()
    Book.objects.bulk_create(
        (
            Book(
                title=f"Book {n}",
                title_key=f"book {n % 1000:04}",
                search_text=f"book {n} w{n % 500}",
                published_year=n % 700 or None,
                created_at=now - timedelta(minutes=n // 2),
                reviews_count=n % 4,
                ratings_total=n % 4 * 3,
            )
            for n in range(ROWS)
        ),
        batch_size=500,
    )
    analyze()


def analyze():
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            cursor.execute("SELECT gin_clean_pending_list('books_words')")


def plan_of(call, table="books_book"):
    """How the database carries out the request's query of this table."""
    with CaptureQueriesContext(connection) as captured:
        response = call()
    assert response.status_code == 200
    sql = next(q["sql"] for q in captured.captured_queries if f'FROM "{table}"' in q["sql"])
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        cursor.execute(f"{explain} {sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def assert_walks(plan, index, table="books_book"):
    """It reads this index in its order, from the place where the page begins."""
    assert index in plan, plan
    if connection.vendor == "sqlite":
        assert "TEMP B-TREE" not in plan, plan
    else:
        assert "Sort" not in plan, plan
        assert f"Seq Scan on {table}" not in plan, plan


INDEX_OF = {
    "title_key": "book_by_title",
    "year_order": "book_by_year",
    "created_at": "book_by_creation",
    "rating_order": "book_by_rating",
}


@pytest.mark.parametrize("name", ORDERINGS)
def test_the_first_page_of_an_order_walks_its_index(anonymous, catalogue, name):
    plan = plan_of(lambda: anonymous.get(BOOKS, {"ordering": name}))

    assert_walks(plan, INDEX_OF[ORDERINGS[name].column])


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("name", ORDERINGS)
def test_a_page_deep_down_starts_where_it_lies(anonymous, catalogue, name, backward):
    ordering = ORDERINGS[name]
    middle = Book.objects.order_by(*ordering.order_by(backward=False))[ROWS // 2]
    cursor = write_cursor(ordering, middle, backward=backward)

    plan = plan_of(lambda: anonymous.get(BOOKS, {"ordering": name, "cursor": cursor}))

    assert_walks(plan, INDEX_OF[ordering.column])
    seek = "SEARCH" if connection.vendor == "sqlite" else "Index Cond: (ROW("
    assert seek in plan


@pytest.mark.parametrize("query", [{"published_to": 5}, {"published_from": 695}])
def test_years_that_few_books_have_are_looked_up_in_their_index(anonymous, catalogue, query):
    plan = plan_of(lambda: anonymous.get(BOOKS, {**query, "ordering": "published_year"}))

    assert "book_by_year" in plan
    assert ("SEARCH" if connection.vendor == "sqlite" else "Index Cond") in plan


def test_search_asks_the_full_text_index(anonymous, catalogue):
    plan = plan_of(lambda: anonymous.get(BOOKS, {"q": "book w7"}))

    if connection.vendor == "sqlite":
        assert "books_words VIRTUAL TABLE INDEX" in plan
        assert "SCAN books_book" not in plan
    else:
        assert "Bitmap Index Scan on books_words" in plan


def test_reviews_walk_an_index_of_their_book(anonymous, catalogue):
    book = Book.objects.first()
    Book.objects.filter(pk=book.pk).update(reviews_count=ROWS, ratings_total=3 * ROWS)
    now = timezone.now()
    Review.objects.bulk_create(
        Review(book=book, rating=3, created_at=now - timedelta(minutes=n)) for n in range(ROWS)
    )
    analyze()

    plan = plan_of(lambda: anonymous.get(reviews_of(book)), table="books_review")

    assert_walks(plan, "review_by_book_creation", table="books_review")


def test_authors_walk_an_index(anonymous):
    Author.objects.bulk_create(
        Author(name=f"Author {n}", name_key=f"author {n // 2}") for n in range(ROWS)
    )
    analyze()

    plan = plan_of(lambda: anonymous.get(AUTHORS), table="books_author")

    assert_walks(plan, "author_by_name", table="books_author")


def test_an_author_is_looked_up_by_name_in_an_index(anonymous):
    Author.objects.bulk_create(
        Author(name=f"Author {n}", name_key=f"author {n}") for n in range(ROWS)
    )
    analyze()

    plan = plan_of(lambda: anonymous.get(BOOKS, {"author": "author 7"}), table="books_author")

    assert "author_by_name" in plan
