"""A book and a review are changed by their owner or by staff, and by nobody else."""

import pytest

from accounts.models import User
from tests.books.api import address_of, address_of_review

BOOK = {"title": "Emma", "authors": ["Jane Austen"]}
REVIEW = {"rating": 1}
CHANGES_OF_A_BOOK = [("put", BOOK), ("patch", {"title": "X"}), ("delete", None)]
CHANGES_OF_A_REVIEW = [("put", REVIEW), ("patch", {"rating": 1}), ("delete", None)]
SUCCESS = {"put": 200, "patch": 200, "delete": 204}


@pytest.fixture
def staff(db):
    return User.objects.create_user("dora@example.com", is_staff=True)


@pytest.mark.parametrize(("method", "body"), CHANGES_OF_A_BOOK)
def test_the_owner_of_a_book_may(client_of, alice, book, method, body):
    response = getattr(client_of(alice), method)(address_of(book), body)

    assert response.status_code == SUCCESS[method]


@pytest.mark.parametrize(("method", "body"), CHANGES_OF_A_BOOK)
def test_staff_may_change_anybodys_book(client_of, staff, book, method, body):
    response = getattr(client_of(staff), method)(address_of(book), body)

    assert response.status_code == SUCCESS[method]


@pytest.mark.parametrize(("method", "body"), CHANGES_OF_A_BOOK)
def test_a_stranger_may_not_change_a_book(client_of, charlie, book, method, body):
    client = client_of(charlie)
    before = client.get(address_of(book))

    response = getattr(client, method)(address_of(book), body)

    assert response.status_code == 403
    after = client.get(address_of(book))
    assert (after.json(), after["ETag"]) == (before.json(), before["ETag"])


@pytest.mark.parametrize(("method", "body"), CHANGES_OF_A_BOOK)
def test_without_a_login_nobody_changes_a_book(anonymous, book, method, body):
    response = getattr(anonymous, method)(address_of(book), body)

    assert response.status_code == 401
    assert "WWW-Authenticate" in response
    assert anonymous.get(address_of(book)).json()["title"] == "Emma"


@pytest.mark.parametrize(("method", "body"), CHANGES_OF_A_BOOK)
def test_a_book_without_an_owner_is_nobodys_but_staffs(
    client_of, charlie, staff, book, method, body
):
    book.owner.delete()

    refused = getattr(client_of(charlie), method)(address_of(book), body)
    done = getattr(client_of(staff), method)(address_of(book), body)

    assert (refused.status_code, done.status_code) == (403, SUCCESS[method])


def test_staffs_change_leaves_the_owner(client_of, staff, alice, book):
    response = client_of(staff).put(address_of(book), BOOK)

    assert response.json()["owner"] == str(alice.pk)


@pytest.mark.parametrize(("method", "body"), CHANGES_OF_A_REVIEW)
def test_the_owner_of_a_review_may(client_of, bob, review, method, body):
    response = getattr(client_of(bob), method)(address_of_review(review), body)

    assert response.status_code == SUCCESS[method]


@pytest.mark.parametrize(("method", "body"), CHANGES_OF_A_REVIEW)
def test_staff_may_change_anybodys_review(client_of, staff, review, method, body):
    response = getattr(client_of(staff), method)(address_of_review(review), body)

    assert response.status_code == SUCCESS[method]


@pytest.mark.parametrize(("method", "body"), CHANGES_OF_A_REVIEW)
def test_the_owner_of_a_book_may_not_change_what_is_said_of_it(
    client_of, alice, review, method, body
):
    client = client_of(alice)

    response = getattr(client, method)(address_of_review(review), body)

    assert response.status_code == 403
    assert client.get(address_of_review(review)).json()["rating"] == 4


@pytest.mark.parametrize(("method", "body"), CHANGES_OF_A_REVIEW)
def test_without_a_login_nobody_changes_a_review(anonymous, review, method, body):
    response = getattr(anonymous, method)(address_of_review(review), body)

    assert response.status_code == 401
    assert anonymous.get(address_of_review(review)).json()["rating"] == 4
