"""`/chat/rooms/` and `/chat/rooms/{slug}/`."""

import pytest

from chat.models import Membership, Room
from tests.chat.api import ROOMS
from tests.chat.conftest import room_of


def slugs(answer):
    return [each["slug"] for each in answer.json()["results"]]


def test_a_new_room_has_its_maker_in_it(client_of, alice):
    answer = client_of(alice).post(ROOMS, {"slug": "tea", "title": "Tea room", "private": True})

    assert answer.status_code == 201, answer.content
    assert answer["Location"].endswith("/api/v1/chat/rooms/tea/")
    room = answer.json()
    assert (room["slug"], room["title"], room["private"]) == ("tea", "Tea room", True)
    assert room["owner"] == str(alice.pk)
    assert list(Membership.objects.values_list("user", flat=True)) == [alice.pk]


def test_a_slug_alone_makes_an_open_room(client_of, alice):
    room = client_of(alice).post(ROOMS, {"slug": "tea"}).json()

    assert (room["title"], room["private"]) == ("tea", False)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/slug"),
        ({"slug": "Tea Room"}, "/slug"),
        ({"slug": "x" * 51}, "/slug"),
        ({"slug": 5}, "/slug"),
        ({"slug": "tea", "title": ""}, "/title"),
        ({"slug": "tea", "title": "x" * 101}, "/title"),
        ({"slug": "tea", "title": "a\0b"}, "/title"),
        ({"slug": "tea", "private": "yes"}, "/private"),
        ({"slug": "tea", "colour": "green"}, "/colour"),
    ],
)
def test_what_is_not_valid_is_named(client_of, alice, body, pointer):
    answer = client_of(alice).post(ROOMS, body)

    assert answer.status_code == 400
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]


def test_a_slug_that_is_taken_is_a_conflict(client_of, bob, room):
    answer = client_of(bob).post(ROOMS, {"slug": room.slug})

    assert answer.status_code == 409
    assert answer.json()["errors"][0]["pointer"] == "/slug"


def test_nobody_is_let_in_without_a_login(anonymous, room):
    assert anonymous.get(ROOMS).status_code == 401
    assert anonymous.get(f"{ROOMS}{room.slug}/messages/").status_code == 401


def test_a_private_room_is_seen_by_its_members_alone(client_of, alice, charlie, room, private):
    assert slugs(client_of(alice).get(ROOMS)) == ["secret", "open"]
    assert slugs(client_of(charlie).get(ROOMS)) == ["open"]
    for path in ("", "messages/", "members/"):
        assert client_of(charlie).get(f"{ROOMS}secret/{path}").status_code == 404


def test_its_owner_changes_a_room(client_of, alice, room):
    client = client_of(alice)
    etag = client.get(f"{ROOMS}open/")["ETag"]

    answer = client.patch(f"{ROOMS}open/", {"title": "New"}, headers={"If-Match": etag})

    assert answer.json()["title"] == "New"
    assert answer["ETag"] != etag
    stale = client.patch(f"{ROOMS}open/", {"title": "Old"}, headers={"If-Match": etag})
    assert stale.status_code == 412


def test_the_slug_stays(client_of, alice, room):
    answer = client_of(alice).patch(f"{ROOMS}open/", {"slug": "other"})

    assert answer.json()["slug"] == "open"


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_nobody_else_does(client_of, bob, room, method):
    answer = getattr(client_of(bob), method)(f"{ROOMS}open/", {})

    assert answer.status_code == 403


def test_staff_do(client_of, admin, private):
    assert client_of(admin).patch(f"{ROOMS}secret/", {"title": "New"}).status_code == 200


def test_a_room_goes_with_all_that_is_in_it(client_of, alice, room):
    assert client_of(alice).delete(f"{ROOMS}open/").status_code == 204

    assert not Room.objects.exists()
    assert not Membership.objects.exists()


def test_the_list_costs_the_same_however_many_rooms_there_are(
    client_of, alice, django_assert_num_queries
):
    client = client_of(alice)
    for number in range(12):
        room_of(alice, f"room-{number}", private=bool(number % 2))

    with django_assert_num_queries(3):  # session, user, rooms
        client.get(ROOMS, {"limit": 10})
