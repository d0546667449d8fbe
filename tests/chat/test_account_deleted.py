"""Somebody deletes the account: what was said stays and nobody said it, rooms go to others."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from chat import handlers
from chat.messages import Delete, Send, record
from chat.models import Membership, Message, Room
from chat.people import person
from events.envelope import Event
from tests.chat.api import ROOMS


def say(room, user, text, client_id="c1"):
    return record(room.pk, [Send(user.pk, person(user), client_id, text)])


def deleted(user_id):
    """The event that tells of it."""
    return Event(uuid4(), "accounts.user.deleted", user_id, datetime.now(UTC), {"id": user_id})


@pytest.fixture
def left_behind(client_of, alice, bob, room):
    """bob, in an open room in which alice has spoken, whose account is gone."""
    Membership.objects.create(room=room, user=bob)
    say(room, alice, "hello")
    user_id = str(alice.pk)
    alice.delete()
    handlers.forget_user(deleted(user_id))
    return bob


def test_what_was_said_stays_and_nobody_said_it(client_of, left_behind):
    (message,) = client_of(left_behind).get(f"{ROOMS}open/messages/").json()["results"]

    assert message["text"] == "hello"
    assert message["user"] == {"id": None, "name": "deleted account"}


def test_the_room_goes_to_who_was_in_it_longest(left_behind):
    assert Room.objects.get().owner == left_behind


def test_a_private_room_with_nobody_else_in_it_is_deleted(alice, private):
    user_id = str(alice.pk)
    alice.delete()

    handlers.forget_user(deleted(user_id))

    assert not Room.objects.exists()


def test_a_service_that_still_has_the_user_forgets_who_spoke(alice, room):
    say(room, alice, "hello")

    handlers.forget_user(deleted(str(alice.pk)))

    assert list(Message.objects.values_list("user", flat=True)) == [None]
    assert not Membership.objects.exists()


def test_whoever_looks_after_the_site_deletes_any_message(alice, room):
    say(room, alice, "hello")
    message = Message.objects.get()

    record(room.pk, [Delete(None, message.pk)])

    assert Message.objects.get().text == ""
