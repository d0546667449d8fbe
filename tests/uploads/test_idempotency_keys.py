"""A form that is sent twice with the same Idempotency-Key becomes one upload."""

from tests.uploads.api import post_file
from uploads.models import Upload

KEY = {"HTTP_IDEMPOTENCY_KEY": "k1"}


def test_a_repeat_gives_the_first_answer_again(as_alice, files_left):
    first = post_file(as_alice, b"x", **KEY)
    again = post_file(as_alice, b"x", **KEY)

    assert again.status_code == 201
    assert again.content == first.content
    assert again["Location"] == first["Location"]
    assert again["Idempotent-Replayed"] == "true"
    assert files_left() == [first.json()["id"]]


def test_another_file_with_the_same_key_is_refused(as_alice, files_left):
    first = post_file(as_alice, b"x", **KEY)

    assert post_file(as_alice, b"y", **KEY).status_code == 422
    assert post_file(as_alice, b"x", "other.txt", **KEY).status_code == 422
    assert files_left() == [first.json()["id"]]


def test_a_key_is_a_users_own(as_alice, as_charlie):
    first, other = post_file(as_alice, b"x", **KEY), post_file(as_charlie, b"x", **KEY)

    assert first.json()["id"] != other.json()["id"]


def test_a_refusal_is_repeated_too(as_alice):
    first = post_file(as_alice, b"x", "a.png", **KEY)
    again = post_file(as_alice, b"x", "a.png", **KEY)

    assert (first.status_code, again.status_code) == (415, 415)
    assert again.content == first.content
    assert not Upload.objects.exists()


def test_a_key_that_cannot_be_is_malformed(as_alice):
    assert post_file(as_alice, HTTP_IDEMPOTENCY_KEY="a b").status_code == 400
