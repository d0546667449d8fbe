"""The look at the database finds whoever may listen no more, and nobody else."""

import pytest

from backend_practice.sockets import Caller
from chat.live import looking
from chat.live.closing import NOT_A_MEMBER, NOT_AUTHENTICATED
from chat.live.connections import Connection
from chat.models import Membership

pytestmark = pytest.mark.django_db


async def send(message):
    """Nowhere."""


def connection_of(user, room_id=0):
    connection = Connection(send, Caller(user))
    connection.room_id = room_id
    return connection


def test_members_stay_and_others_are_closed(alice, bob, room):
    hers, his = connection_of(alice, room.pk), connection_of(bob, room.pk)

    assert looking.unwanted([hers, his]) == [(his, NOT_A_MEMBER)]


def test_who_may_not_log_in_is_closed(alice, bob, room):
    alice.is_active = False
    alice.save()
    hers, his = connection_of(alice, room.pk), connection_of(bob)

    assert looking.unwanted([hers, his]) == [(hers, NOT_AUTHENTICATED)]


def test_who_enters_while_it_looks_stays(bob, room, monkeypatch):
    """A thousand who came at once found some of them closed for no reason."""
    his = connection_of(bob)
    members = looking._members

    def members_then_he_enters(places):
        found = members(places)
        Membership.objects.create(room=room, user=bob)
        his.room_id = room.pk
        return found

    monkeypatch.setattr(looking, "_members", members_then_he_enters)

    assert looking.unwanted([his]) == []


def test_it_costs_the_same_however_many_sockets_there_are(alice, room, django_assert_num_queries):
    connections = [connection_of(alice, room.pk) for _ in range(30)]

    with django_assert_num_queries(2):  # who may log in, who is a member
        assert looking.unwanted(connections) == []
