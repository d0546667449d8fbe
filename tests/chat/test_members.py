"""`POST`, `DELETE /chat/rooms/{slug}/members/`: who is in a room."""

import pytest

from chat.models import Membership, Room
from tests.chat.api import ROOMS

OPEN, SECRET = f"{ROOMS}open/members/", f"{ROOMS}secret/members/"


def members(room):
    return set(Membership.objects.filter(room=room).values_list("user_id", flat=True))


def test_anybody_walks_into_an_open_room(client_of, alice, bob, room):
    answer = client_of(bob).post(OPEN)

    assert answer.status_code == 201
    assert answer.json()["user"] == {"id": str(bob.pk), "name": "Bob"}
    assert members(room) == {alice.pk, bob.pk}


def test_walking_in_twice_is_once(client_of, bob, room):
    client_of(bob).post(OPEN)

    assert client_of(bob).post(OPEN).status_code == 200


def test_the_owner_brings_others_into_a_private_one(client_of, alice, bob, private):
    answer = client_of(alice).post(SECRET, {"user": str(bob.pk)})

    assert answer.status_code == 201
    assert members(private) == {alice.pk, bob.pk}


def test_a_member_does_not(client_of, bob, charlie, private):
    Membership.objects.create(room=private, user=bob)

    assert client_of(bob).post(SECRET, {"user": str(charlie.pk)}).status_code == 403


def test_a_stranger_does_not_find_it(client_of, charlie, private):
    assert client_of(charlie).post(SECRET).status_code == 404
    assert client_of(charlie).delete(SECRET).status_code == 404


@pytest.mark.parametrize("user", ["01890000-0000-7000-8000-000000000000", "x", 5, None, []])
def test_a_user_who_is_none_is_refused(client_of, alice, private, user):
    answer = client_of(alice).post(SECRET, {"user": user})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/user"


def test_the_list_names_them_in_the_order_of_their_coming(client_of, alice, bob, room):
    Membership.objects.create(room=room, user=bob)

    answer = client_of(bob).get(OPEN)

    assert [each["user"]["name"] for each in answer.json()["results"]] == ["Alice", "Bob"]
    assert "example.com" not in answer.content.decode()


@pytest.mark.parametrize("way", ["body", "query"])
def test_the_owner_removes_a_member(client_of, alice, bob, private, way):
    Membership.objects.create(room=private, user=bob)
    address, body = SECRET, {"user": str(bob.pk)}
    if way == "query":
        address, body = f"{SECRET}?user={bob.pk}", None

    assert client_of(alice).delete(address, body).status_code == 204

    assert members(private) == {alice.pk}


def test_a_member_removes_nobody_else(client_of, bob, charlie, room):
    Membership.objects.create(room=room, user=bob)
    Membership.objects.create(room=room, user=charlie)

    assert client_of(bob).delete(OPEN, {"user": str(charlie.pk)}).status_code == 403


def test_one_leaves_by_oneself_and_twice_is_as_good(client_of, bob, room):
    Membership.objects.create(room=room, user=bob)

    assert [client_of(bob).delete(OPEN).status_code for _ in range(2)] == [204, 204]

    assert bob.pk not in members(room)


def test_a_room_whose_owner_leaves_goes_to_who_was_in_it_longest(
    client_of, alice, bob, charlie, private
):
    Membership.objects.create(room=private, user=charlie)
    Membership.objects.create(room=private, user=bob)

    client_of(alice).delete(SECRET)

    assert Room.objects.get().owner == charlie


def test_a_private_room_that_all_have_left_is_gone(client_of, alice, private):
    client_of(alice).delete(SECRET)

    assert not Room.objects.exists()


def test_an_open_one_stays(client_of, alice, room):
    client_of(alice).delete(OPEN)

    assert Room.objects.get().owner is None
