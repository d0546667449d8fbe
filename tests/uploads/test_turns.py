"""Nobody holds all the threads that carry files."""

from contextlib import ExitStack

import pytest

from tests.uploads.api import PRESIGN, UPLOADS, content_of, post_file, uploaded
from tests.uploads.test_direct import ANNOUNCED, put
from tests.uploads.test_tus import Tus
from uploads import turns


@pytest.fixture
def held(alice, settings):
    """All of alice's turns are taken, until the test's end."""
    settings.FILES_AT_ONCE_A_USER = 2
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(turns.turn_of(alice.pk))
        yield stack


@pytest.fixture
def upload(as_alice):
    return uploaded(as_alice)


def is_one_too_many(response):
    assert response.status_code == 429, response.content
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["limit"] == {"name": "FILES_AT_ONCE_A_USER", "value": 2}
    return int(response["Retry-After"]) > 0


def test_one_more_file_than_may_be_under_way_is_told_to_wait(upload, as_alice, held):
    assert is_one_too_many(post_file(as_alice))
    assert is_one_too_many(as_alice.get(upload["url"]))


def test_so_is_one_that_is_resumed_or_goes_straight(as_alice, held):
    tus = Tus(as_alice)

    assert is_one_too_many(tus.append(tus.begin(), 0, b"x"))
    assert is_one_too_many(put(as_alice, as_alice.post(PRESIGN, ANNOUNCED).json()))


def test_everybody_else_goes_on(upload, as_charlie, held):
    assert post_file(as_charlie).status_code == 201


def test_what_carries_no_file_goes_on(upload, as_alice, held):
    assert as_alice.get(UPLOADS).status_code == 200
    assert as_alice.head(upload["url"]).status_code == 200


def test_once_one_has_ended_there_is_room_again(upload, as_alice, held):
    held.close()

    assert post_file(as_alice).status_code == 201


def test_each_file_gives_its_turn_back(upload, as_alice, as_charlie):
    post_file(as_alice, b"text", "a.png")
    post_file(as_charlie)
    answer = as_alice.get(upload["url"])
    assert sum(turns._held.values()) == 1

    content_of(answer)

    assert not turns._held


def test_a_file_that_is_lost_is_not_found_and_holds_no_turn(upload, as_alice, storage, caplog):
    [path] = storage.rglob(upload["id"])
    path.unlink()

    assert as_alice.get(upload["url"]).status_code == 404
    assert "has no object" in caplog.text
    assert not turns._held
