"""A book's rating is the mean of its reviews, at every moment."""

import pytest
from django.db.models import Count, Sum

from books.models import Book, Review
from books.services import add_review, recount_ratings
from tests.books.api import address_of, address_of_review, reviews_of


def rating_of(client, book):
    body = client.get(address_of(book)).json()
    return body["rating"], body["reviews_count"]


def assert_consistent(book):
    """The sums in the book are those of its reviews."""
    book.refresh_from_db()
    sums = Review.objects.filter(book=book).aggregate(total=Sum("rating"), count=Count("pk"))
    assert (book.ratings_total, book.reviews_count) == (sums["total"] or 0, sums["count"])


def test_a_book_without_reviews_has_no_rating(anonymous, book):
    assert rating_of(anonymous, book) == (None, 0)


@pytest.mark.parametrize(
    ("ratings", "mean"), [((5,), 5), ((1, 2), 1.5), ((1, 1, 2), 1.33), ((5, 5, 4), 4.67)]
)
def test_the_rating_is_the_mean_to_two_places(anonymous, book, alice, bob, charlie, ratings, mean):
    for reader, rating in zip((alice, bob, charlie), ratings, strict=False):
        add_review(book.pk, owner=reader, rating=rating, text="")

    assert rating_of(anonymous, book) == (mean, len(ratings))


def test_it_is_right_in_the_very_next_answer(client_of, bob, book):
    client = client_of(bob)

    address = client.post(reviews_of(book), {"rating": 4})["Location"]
    assert rating_of(client, book) == (4, 1)

    client.patch(address, {"rating": 2})
    assert rating_of(client, book) == (2, 1)

    client.patch(address, {"text": "Only words"})
    assert rating_of(client, book) == (2, 1)

    client.delete(address)
    assert rating_of(client, book) == (None, 0)


def test_a_change_of_the_book_keeps_its_rating(client_of, alice, review):
    client = client_of(alice)

    client.put(address_of(review.book), {"title": "X", "authors": ["Y"]})

    assert rating_of(client, review.book) == (4, 1)


def test_a_reader_who_leaves_leaves_the_review(anonymous, review, bob):
    bob.delete()

    assert anonymous.get(address_of_review(review)).json()["owner"] is None
    assert rating_of(anonymous, review.book) == (4, 1)
    assert_consistent(review.book)


def test_many_readers_may_leave(anonymous, review, alice, bob, charlie):
    add_review(review.book_id, owner=charlie, rating=1, text="")
    bob.delete()
    charlie.delete()

    assert rating_of(anonymous, review.book) == (2.5, 2)
    assert_consistent(review.book)


def test_counting_again_mends_what_was_changed_behind_the_services_back(review):
    Review.objects.filter(pk=review.pk).update(rating=1)
    Review.objects.create(book=review.book, rating=2)

    recount_ratings([review.book_id])

    assert_consistent(review.book)
    assert Book.objects.get(pk=review.book_id).rating == 1.5


def test_counting_again_makes_a_new_etag(anonymous, review):
    before = anonymous.get(address_of(review.book))["ETag"]

    recount_ratings([review.book_id])

    assert anonymous.get(address_of(review.book))["ETag"] != before


def test_counting_again_for_a_book_that_is_gone_is_no_error(review):
    book_id = review.book_id
    review.book.delete()

    recount_ratings([book_id])

    assert not Book.objects.exists()
