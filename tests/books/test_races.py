"""Requests that meet: each gets an answer that is true, and nothing is lost."""

from collections import Counter

import pytest
from django.db.models import Count, Sum

from accounts.models import User
from books.models import Author, Book, Genre, Review
from books.services import add_review
from tests.books.api import BOOKS, EMMA_ISBN, address_of, address_of_review, reviews_of

pytestmark = pytest.mark.django_db(transaction=True)

EMMA = {"title": "Emma", "authors": ["Jane Austen"]}
MANY = 6


@pytest.fixture
def readers(db):
    """As many users as there are threads."""
    return [User.objects.create_user(f"reader{n}@example.com") for n in range(MANY)]


def sending(client, method, url, body=None, **headers):
    """A call that sends this and returns the status."""
    return lambda: getattr(client, method)(url, body, headers=headers).status_code


def assert_rating_is_that_of_the_reviews(book):
    book = Book.objects.get(pk=book.pk)
    sums = Review.objects.filter(book=book).aggregate(total=Sum("rating"), count=Count("pk"))
    assert (book.ratings_total, book.reviews_count) == (sums["total"] or 0, sums["count"])


def test_of_two_books_with_one_isbn_one_is_made(client_of, alice, bob, at_once):
    body = {**EMMA, "isbn": EMMA_ISBN}

    statuses = at_once(
        sending(client_of(alice), "post", BOOKS, body),
        sending(client_of(bob), "post", BOOKS, body),
    )

    assert sorted(statuses) == [201, 409]
    assert Book.objects.count() == 1


def test_of_many_books_with_one_isbn_one_is_made(client_of, readers, at_once):
    body = {**EMMA, "isbn": EMMA_ISBN}

    statuses = at_once(*(sending(client_of(reader), "post", BOOKS, body) for reader in readers))

    assert Counter(statuses) == {201: 1, 409: MANY - 1}


def test_of_two_books_that_change_to_one_isbn_one_does(client_of, alice, add_book, at_once):
    one, other = add_book(), add_book()

    statuses = at_once(
        sending(client_of(alice), "patch", address_of(one), {"isbn": EMMA_ISBN}),
        sending(client_of(alice), "patch", address_of(other), {"isbn": EMMA_ISBN}),
    )

    assert sorted(statuses) == [200, 409]


def test_a_new_author_and_genre_of_many_books_are_made_once(client_of, readers, at_once):
    body = {**EMMA, "genres": ["classics", "comedy"]}

    statuses = at_once(*(sending(client_of(reader), "post", BOOKS, body) for reader in readers))

    assert statuses == [201] * MANY
    assert Author.objects.get().books.count() == MANY
    assert Genre.objects.count() == 2


def test_authors_in_opposite_orders_block_nobody_for_good(client_of, readers, at_once):
    names = [f"Author {n}" for n in range(30)]
    bodies = [
        {"title": "X", "authors": names if n % 2 else names[::-1], "genres": genres}
        for n, genres in enumerate([["a", "b"], ["b", "a"]] * (MANY // 2))
    ]

    statuses = at_once(
        *(
            sending(client_of(reader), "post", BOOKS, body)
            for reader, body in zip(readers, bodies, strict=True)
        )
    )

    assert statuses == [201] * MANY
    assert Author.objects.count() == 30


def test_of_two_reviews_by_one_reader_one_is_made(client_of, bob, book, at_once):
    statuses = at_once(
        sending(client_of(bob), "post", reviews_of(book), {"rating": 1}),
        sending(client_of(bob), "post", reviews_of(book), {"rating": 5}),
    )

    assert sorted(statuses) == [201, 409]
    assert_rating_is_that_of_the_reviews(book)


def test_the_rating_is_right_after_many_reviews_at_once(client_of, readers, book, at_once):
    statuses = at_once(
        *(
            sending(client_of(reader), "post", reviews_of(book), {"rating": 1 + n % 5})
            for n, reader in enumerate(readers)
        )
    )

    assert statuses == [201] * MANY
    body = client_of(readers[0]).get(address_of(book)).json()
    assert (body["rating"], body["reviews_count"]) == (2.67, MANY)


def test_the_rating_is_right_after_changes_and_deletions_at_once(client_of, readers, book, at_once):
    reviews = [add_review(book.pk, owner=reader, rating=3, text="") for reader in readers]
    clients = [client_of(reader) for reader in readers]

    def change_or_delete(n):
        url = address_of_review(reviews[n])
        if n % 2:
            return sending(clients[n], "delete", url)
        return sending(clients[n], "patch", url, {"rating": 5})

    statuses = at_once(*(change_or_delete(n) for n in range(MANY)))

    assert sorted(statuses) == [200, 200, 200, 204, 204, 204]
    assert_rating_is_that_of_the_reviews(book)
    assert Book.objects.get(pk=book.pk).rating == 5


def test_of_many_changes_of_one_version_one_is_made(client_of, alice, book, at_once):
    etag = client_of(alice).get(address_of(book))["ETag"]

    statuses = at_once(
        *(
            sending(client_of(alice), "patch", address_of(book), {"title": f"Emma {n}"},
                    **{"If-Match": etag})
            for n in range(MANY)
        )
    )  # fmt: skip

    assert Counter(statuses) == {200: 1, 412: MANY - 1}


def test_changes_of_different_members_are_all_kept(client_of, alice, book, at_once):
    changes = [
        {"title": "Highbury"},
        {"authors": ["A Lady"]},
        {"published_year": 1816},
        {"language": "fr"},
        {"genres": ["novels"]},
        {"description": "Changed"},
    ]

    statuses = at_once(
        *(sending(client_of(alice), "patch", address_of(book), change) for change in changes)
    )

    assert statuses == [200] * len(changes)
    body = client_of(alice).get(address_of(book)).json()
    assert all({**body, **change} == body for change in changes)
    assert client_of(alice).get(BOOKS, {"q": "highbury lady"}).json()["results"] == [body]


def test_each_of_many_changes_has_an_etag_of_its_own(client_of, alice, book, at_once):
    def change():
        return client_of(alice).patch(address_of(book), {"description": "X"})["ETag"]

    etags = at_once(*[change] * MANY)

    assert len(set(etags)) == MANY


def test_a_review_and_a_change_of_its_book_are_both_kept(client_of, alice, bob, book, at_once):
    statuses = at_once(
        sending(client_of(alice), "patch", address_of(book), {"title": "Highbury"}),
        sending(client_of(bob), "post", reviews_of(book), {"rating": 2}),
    )

    assert statuses == [200, 201]
    body = client_of(bob).get(address_of(book)).json()
    assert (body["title"], body["rating"], body["reviews_count"]) == ("Highbury", 2, 1)


def test_a_review_of_a_book_that_goes_comes_in_time_or_not_at_all(
    client_of, alice, bob, book, at_once
):
    deleted, reviewed = at_once(
        sending(client_of(alice), "delete", address_of(book)),
        sending(client_of(bob), "post", reviews_of(book), {"rating": 2}),
    )

    assert deleted == 204
    assert reviewed in (201, 404)
    assert not Review.objects.exists()


def test_a_change_of_a_book_that_goes_comes_in_time_or_not_at_all(client_of, alice, book, at_once):
    deleted, changed = at_once(
        sending(client_of(alice), "delete", address_of(book)),
        sending(client_of(alice), "put", address_of(book), EMMA),
    )

    assert deleted == 204
    assert changed in (200, 404)
    assert not Book.objects.exists()


def test_of_many_deletions_one_is_made(client_of, alice, book, at_once):
    statuses = at_once(
        *(sending(client_of(alice), "delete", address_of(book)) for _ in range(MANY))
    )

    assert Counter(statuses) == {204: 1, 404: MANY - 1}


def test_a_reader_who_leaves_while_the_review_changes_breaks_nothing(
    client_of, admin, bob, review, at_once
):
    client = client_of(admin)

    _, status = at_once(
        bob.delete, sending(client, "patch", address_of_review(review), {"rating": 1})
    )

    assert status in (200, 503)
    assert_rating_is_that_of_the_reviews(review.book)
