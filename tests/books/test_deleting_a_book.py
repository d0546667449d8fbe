"""DELETE /books/{id}/"""

from books.models import Author, Authorship, Book, Review
from tests.books.api import BOOKS, address_of, address_of_review, found


def test_a_deleted_book_is_gone(client_of, alice, book):
    client = client_of(alice)

    response = client.delete(address_of(book))

    assert (response.status_code, response.content) == (204, b"")
    assert client.get(address_of(book)).status_code == 404
    assert found(client, BOOKS) == []


def test_a_second_time_it_is_not_found(client_of, alice, book):
    client = client_of(alice)
    client.delete(address_of(book))

    assert client.delete(address_of(book)).status_code == 404


def test_its_reviews_go_with_it(client_of, alice, review):
    client = client_of(alice)

    client.delete(address_of(review.book))

    assert client.get(address_of_review(review)).status_code == 404
    assert not Review.objects.exists()
    assert not Authorship.objects.exists()


def test_its_authors_stay(client_of, alice, book):
    client_of(alice).delete(address_of(book))

    assert Author.objects.count() == 2


def test_its_id_is_never_given_again(client_of, alice, book, add_book):
    client_of(alice).delete(address_of(book))

    assert add_book().pk > book.pk


def test_its_isbn_is_free_again(client_of, alice, book, add_book):
    client_of(alice).delete(address_of(book))

    add_book(isbn=book.isbn)

    assert Book.objects.get().isbn == book.isbn
