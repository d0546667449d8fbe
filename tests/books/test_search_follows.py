"""What is found follows every change, whoever makes it: services, the admin, or plain SQL."""

import pytest
from django.db import connection

from books.models import Author, Book
from books.services import refresh_derived
from tests.books.api import BOOKS, address_of, found

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def index_is_whole():
    """After each test SQLite compares its index with the rows, and complains of any difference."""
    yield
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO books_words(books_words, rank) VALUES ('integrity-check', 1)"
            )


def test_a_new_book_is_found_at_once(client_of, alice):
    client = client_of(alice)
    client.post(BOOKS, {"title": "Emma", "authors": ["Jane Austen"]})

    assert found(client, BOOKS, q="emma austen") == ["Emma"]


def test_a_book_is_found_by_its_new_title_and_not_by_the_old(client_of, alice, book):
    client = client_of(alice)
    client.patch(address_of(book), {"title": "Highbury"})

    assert found(client, BOOKS, q="highbury") == ["Highbury"]
    assert found(client, BOOKS, q="emma") == []


def test_a_book_is_found_by_its_new_authors_and_not_by_the_old(client_of, alice, book):
    client = client_of(alice)
    client.patch(address_of(book), {"authors": ["Alexander McCall Smith"]})

    assert found(client, BOOKS, q="mccall") == ["Emma"]
    assert found(client, BOOKS, q="austen") == []


def test_a_change_of_something_else_leaves_it_found(client_of, alice, book):
    client = client_of(alice)
    client.patch(address_of(book), {"published_year": 1900})

    assert found(client, BOOKS, q="emma austen") == ["Emma"]


def test_a_deleted_book_is_not_found(client_of, alice, book):
    client = client_of(alice)
    client.delete(address_of(book))

    assert found(client, BOOKS, q="emma") == []


def test_a_renamed_author_is_found_by_the_new_name(anonymous, book):
    author = Author.objects.get(name="Jane Austen")
    author.name = "A Lady"
    author.derive()
    author.save()
    etag = anonymous.get(address_of(book))["ETag"]

    refresh_derived(Book.objects.with_people().by_author(author.pk))

    assert found(anonymous, BOOKS, q="lady stafford") == ["Emma"]
    assert found(anonymous, BOOKS, q="austen") == []
    assert anonymous.get(address_of(book))["ETag"] != etag


def test_refreshing_undoes_no_change_that_was_made_meanwhile(anonymous, client_of, alice, book):
    stale = list(Book.objects.with_people().filter(pk=book.pk))
    client_of(alice).patch(address_of(book), {"title": "Highbury"})
    etag = anonymous.get(address_of(book))["ETag"]

    refresh_derived(stale)

    assert found(anonymous, BOOKS, q="highbury") == ["Highbury"]
    assert anonymous.get(address_of(book))["ETag"] != etag


def test_refreshing_a_book_that_is_gone_is_no_error(book):
    stale = list(Book.objects.all())
    book.delete()

    refresh_derived(stale)

    assert not Book.objects.exists()


def test_a_bulk_update_is_followed(anonymous, book):
    Book.objects.filter(pk=book.pk).update(search_text="raw words")

    assert found(anonymous, BOOKS, q="raw") == ["Emma"]
    assert found(anonymous, BOOKS, q="emma") == []


def test_plain_sql_is_followed(anonymous, book):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE books_book SET search_text = 'plain words' WHERE id = %s", [book.pk])

    assert found(anonymous, BOOKS, q="plain") == ["Emma"]
    assert found(anonymous, BOOKS, q="emma") == []


def test_a_bulk_delete_is_followed(anonymous, book):
    Book.objects.all().delete()

    assert found(anonymous, BOOKS, q="emma") == []


def test_bulk_created_books_are_found(anonymous):
    Book.objects.bulk_create(Book(title=str(n), search_text=f"bulk {n}") for n in range(3))

    assert found(anonymous, BOOKS, q="bulk 2") == ["2"]


def test_a_book_without_any_word_can_come_and_go(client_of, alice):
    client = client_of(alice)
    address = client.post(BOOKS, {"title": "!!!", "authors": ["???"]})["Location"]

    assert client.patch(address, {"title": "Words"}).status_code == 200
    assert found(client, BOOKS, q="words") == ["Words"]
    assert client.delete(address).status_code == 204
