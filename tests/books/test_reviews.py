"""/books/{id}/reviews/ and /books/{id}/reviews/{review_id}/"""

import pytest

from books.models import Review
from books.services import add_review
from tests.books.api import BOOKS, address_of, address_of_review, errors_of, reviews_of, walk


def test_a_reader_reviews_a_book(client_of, bob, book):
    client = client_of(bob)

    response = client.post(reviews_of(book), {"rating": 4, "text": "Badly done, Emma!"})

    assert response.status_code == 201
    body = response.json()
    assert body["created_at"] == body["updated_at"]
    assert body == {
        "id": body["id"],
        "book": book.pk,
        "rating": 4,
        "text": "Badly done, Emma!",
        "owner": str(bob.pk),
        "created_at": body["created_at"],
        "updated_at": body["updated_at"],
    }


def test_location_leads_to_the_new_review(client_of, bob, book):
    client = client_of(bob)

    response = client.post(reviews_of(book), {"rating": 4})

    assert response["Location"] == f"http://testserver{reviews_of(book)}{response.json()['id']}/"
    again = client.get(response["Location"])
    assert (again.json(), again["ETag"]) == (response.json(), response["ETag"])


def test_a_rating_alone_makes_a_valid_review(client_of, bob, book):
    response = client_of(bob).post(reviews_of(book), {"rating": 1})

    assert response.status_code == 201
    assert response.json()["text"] == ""


def test_one_may_review_ones_own_book(client_of, alice, book):
    assert client_of(alice).post(reviews_of(book), {"rating": 5}).status_code == 201


def test_a_second_review_by_one_reader_is_a_conflict(client_of, bob, review):
    client = client_of(bob)

    response = client.post(reviews_of(review.book), {"rating": 1})

    assert response.status_code == 409
    book = client.get(address_of(review.book)).json()
    assert (book["rating"], book["reviews_count"]) == (4, 1)


def test_one_reader_may_review_many_books(client_of, bob, review, add_book):
    assert client_of(bob).post(reviews_of(add_book()), {"rating": 1}).status_code == 201


def test_who_deleted_a_review_may_write_another(client_of, bob, review):
    client = client_of(bob)
    client.delete(address_of_review(review))

    assert client.post(reviews_of(review.book), {"rating": 1}).status_code == 201


def test_without_a_login_nobody_reviews(anonymous, book):
    response = anonymous.post(reviews_of(book), {"rating": 4})

    assert response.status_code == 401
    assert not Review.objects.exists()


def test_a_book_that_is_not_there_cannot_be_reviewed(client_of, bob):
    assert client_of(bob).post(f"{BOOKS}4711/reviews/", {"rating": 4}).status_code == 404


@pytest.mark.parametrize("rating", [1, 2, 3, 4, 5, 5.0])
def test_a_rating_is_1_to_5(client_of, bob, book, rating):
    response = client_of(bob).post(reviews_of(book), {"rating": rating})

    assert response.json()["rating"] == rating


@pytest.mark.parametrize(
    ("rating", "code"),
    [
        (0, "min_value"), (6, "max_value"), (-1, "min_value"), (2**63, "max_value"),
        (10**30, "max_value"), (None, "null"), ("5", "invalid"), (4.5, "invalid"),
        (True, "invalid"), ([5], "invalid"), ({}, "invalid"), ("", "invalid"),
    ],
)  # fmt: skip
def test_any_other_rating_is_refused(client_of, bob, book, rating, code):
    response = client_of(bob).post(reviews_of(book), {"rating": rating})

    assert response.status_code == 400
    assert errors_of(response) == [("/rating", code)]


@pytest.mark.parametrize(
    ("text", "code"),
    [(5, "invalid"), (None, "null"), ([], "invalid"), ("a\0b", "control_characters"),
     ("x" * 10_001, "max_length")],
)  # fmt: skip
def test_a_bad_text_is_refused(client_of, bob, book, text, code):
    response = client_of(bob).post(reviews_of(book), {"rating": 4, "text": text})

    assert response.status_code == 400
    assert errors_of(response) == [("/text", code)]


def test_a_rating_is_required(client_of, bob, book):
    response = client_of(bob).post(reviews_of(book), {})

    assert errors_of(response) == [("/rating", "required")]


def test_what_get_gives_can_be_put_back(client_of, bob, review):
    client = client_of(bob)
    given = client.get(address_of_review(review)).json()

    response = client.put(address_of_review(review), given)

    assert response.status_code == 200
    assert response.json() == {**given, "updated_at": response.json()["updated_at"]}
    assert response.json()["updated_at"] > given["updated_at"]


def test_put_empties_a_text_that_is_left_out(client_of, bob, review):
    response = client_of(bob).put(address_of_review(review), {"rating": 2})

    assert (response.json()["rating"], response.json()["text"]) == (2, "")


@pytest.mark.parametrize(("member", "value"), [("rating", 2), ("text", "Well done.")])
def test_patch_touches_the_member_that_is_sent_and_no_other(client_of, bob, review, member, value):
    client = client_of(bob)
    before = client.get(address_of_review(review)).json()

    after = client.patch(address_of_review(review), {member: value}).json()

    assert after == {**before, member: value, "updated_at": after["updated_at"]}
    assert client.get(address_of_review(review)).json() == after


def test_a_review_cannot_move_to_another_book_or_reader(client_of, bob, charlie, review, add_book):
    changes = {"book": add_book().pk, "owner": str(charlie.pk)}

    after = client_of(bob).patch(address_of_review(review), changes).json()

    assert (after["book"], after["owner"]) == (review.book_id, str(bob.pk))


def test_a_deleted_review_is_gone(client_of, bob, review):
    client = client_of(bob)

    response = client.delete(address_of_review(review))

    assert response.status_code == 204
    assert client.get(address_of_review(review)).status_code == 404
    assert client.delete(address_of_review(review)).status_code == 404


def test_anybody_may_read_reviews_the_newest_first(anonymous, review, alice):
    newer = add_review(review.book_id, owner=alice, rating=5, text="Mine")

    results = anonymous.get(reviews_of(review.book)).json()["results"]

    assert [listed["id"] for listed in results] == [newer.pk, review.pk]
    assert results[1] == anonymous.get(address_of_review(review)).json()


def test_reviews_come_in_pages(anonymous, review, alice, charlie):
    for reader in (alice, charlie):
        add_review(review.book_id, owner=reader, rating=5, text="")

    there = walk(anonymous, f"{reviews_of(review.book)}?limit=1")
    back = walk(anonymous, there[-1]["previous"], towards="previous")

    assert len({page["results"][0]["id"] for page in there}) == 3
    assert [page["results"] for page in reversed(back)] == [page["results"] for page in there[:-1]]


def test_the_reviews_of_a_book_that_is_not_there_are_not_found(anonymous, db):
    assert anonymous.get(f"{BOOKS}4711/reviews/").status_code == 404


@pytest.mark.parametrize("query", ["?limit=0", "?rating=5", "?cursor=x", "?q=x"])
def test_a_question_that_reviews_do_not_answer_is_refused(anonymous, book, query):
    assert anonymous.get(reviews_of(book) + query).status_code == 400
