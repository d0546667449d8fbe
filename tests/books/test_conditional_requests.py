"""ETags of books and reviews: 304 for who has it already, 412 for who would overwrite a change."""

import pytest

from books.services import add_review, change_review, delete_review
from tests.books.api import BOOKS, address_of, address_of_review

BODIES = {
    "book": {"put": {"title": "X", "authors": ["Y"]}, "patch": {"title": "X"}, "delete": None},
    "review": {"put": {"rating": 1}, "patch": {"rating": 1}, "delete": None},
}
SUCCESS = {"put": 200, "patch": 200, "delete": 204}
STALE = ['"stale"', '"b1.1.0"', "*-", '""', 'W/"stale"', '"a", "b"']


def unconditional(etag):
    return None


@pytest.fixture(params=["book", "review"])
def resource(request, review):
    """The address of alice's book, then of bob's review, with whom they belong to."""
    if request.param == "book":
        return "book", address_of(review.book), review.book.owner
    return "review", address_of_review(review), review.owner


def send(client, resource, method, **headers):
    kind, address, _ = resource
    return getattr(client, method)(address, BODIES[kind][method], headers=headers)


def test_an_etag_is_strong(anonymous, resource):
    etag = anonymous.get(resource[1])["ETag"]

    assert etag.startswith('"')
    assert etag.endswith('"')


@pytest.mark.parametrize("spelling", ["{}", "W/{}", '"other", {}', "*"])
def test_who_has_it_already_is_told_so(anonymous, resource, spelling):
    etag = anonymous.get(resource[1])["ETag"]

    response = anonymous.get(resource[1], headers={"If-None-Match": spelling.format(etag)})

    assert (response.status_code, response.content) == (304, b"")
    assert response["ETag"] == etag


def test_who_has_an_older_one_gets_the_new(anonymous, resource):
    response = anonymous.get(resource[1], headers={"If-None-Match": '"older"'})

    assert response.status_code == 200


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
@pytest.mark.parametrize("stale", STALE)
def test_a_stale_change_is_refused_and_changes_nothing(client_of, resource, method, stale):
    client = client_of(resource[2])
    before = client.get(resource[1])

    response = send(client, resource, method, **{"If-Match": stale})

    assert response.status_code == 412
    assert response.json()["type"] == "/problems/precondition-failed/"
    after = client.get(resource[1])
    assert (after.json(), after["ETag"]) == (before.json(), before["ETag"])


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
@pytest.mark.parametrize("spelling", ["{}", '"other", {}', "*"])
def test_a_change_of_the_current_version_is_made(client_of, resource, method, spelling):
    client = client_of(resource[2])
    etag = client.get(resource[1])["ETag"]

    response = send(client, resource, method, **{"If-Match": spelling.format(etag)})

    assert response.status_code == SUCCESS[method]


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_weak_etag_is_not_enough_for_a_change(client_of, resource, method):
    client = client_of(resource[2])
    etag = client.get(resource[1])["ETag"]

    response = send(client, resource, method, **{"If-Match": f"W/{etag}"})

    assert response.status_code == 412


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_if_none_match_can_forbid_a_change(client_of, resource, method):
    client = client_of(resource[2])

    response = send(client, resource, method, **{"If-None-Match": "*"})

    assert response.status_code == 412


def test_each_change_makes_a_new_etag(client_of, resource):
    client = client_of(resource[2])

    etags = {send(client, resource, "patch")["ETag"] for _ in range(3)}

    assert len(etags) == 3


def test_two_books_never_share_an_etag(anonymous, add_book):
    one, other = add_book(), add_book()

    assert anonymous.get(address_of(one))["ETag"] != anonymous.get(address_of(other))["ETag"]


def test_an_etag_changes_when_the_owner_leaves(anonymous, resource):
    before = anonymous.get(resource[1])
    resource[2].delete()

    response = anonymous.get(resource[1], headers={"If-None-Match": before["ETag"]})

    assert response.status_code == 200
    assert response.json()["owner"] is None


def test_a_new_review_changes_the_books_etag(anonymous, book, bob):
    before = anonymous.get(address_of(book))["ETag"]

    add_review(book.pk, owner=bob, rating=3, text="")

    assert anonymous.get(address_of(book))["ETag"] != before


def test_another_rating_changes_the_books_etag(anonymous, review, bob):
    before = anonymous.get(address_of(review.book))["ETag"]

    change_review(
        review.book_id, review.pk, by=bob, precondition=unconditional, changes={"rating": 1}
    )

    assert anonymous.get(address_of(review.book))["ETag"] != before


def test_a_review_that_goes_changes_the_books_etag(anonymous, review, bob):
    before = anonymous.get(address_of(review.book))["ETag"]

    delete_review(review.book_id, review.pk, by=bob, precondition=unconditional)

    assert anonymous.get(address_of(review.book))["ETag"] != before


def test_a_book_is_not_changed_on_an_etag_from_before_its_rating(client_of, alice, book, bob):
    client = client_of(alice)
    etag = client.get(address_of(book))["ETag"]
    add_review(book.pk, owner=bob, rating=3, text="")

    response = client.patch(address_of(book), {"title": "X"}, headers={"If-Match": etag})

    assert response.status_code == 412


def test_a_read_of_a_version_that_is_gone_is_refused(anonymous, resource):
    response = anonymous.get(resource[1], headers={"If-Match": '"gone"'})

    assert response.status_code == 412


@pytest.mark.django_db
def test_what_is_not_there_is_not_found_whatever_the_condition(anonymous):
    response = anonymous.get(f"{BOOKS}4711/", headers={"If-None-Match": "*"})

    assert response.status_code == 404


def test_a_stranger_learns_nothing_from_a_condition(client_of, charlie, resource):
    response = send(client_of(charlie), resource, "delete", **{"If-Match": '"guess"'})

    assert response.status_code == 403
