"""Messages are stored in order, each once, several in one transaction."""

import pytest
from django.db import IntegrityError, transaction

from chat.messages import Send, record
from chat.models import Membership, Message, Notification, Room
from chat.notifications import handles_in
from chat.people import person
from events.models import OutboxEvent


def send(user, text, client_id):
    return Send(user.pk, person(user), client_id, text)


def texts(room):
    return list(Message.objects.filter(room=room).values_list("seq", "text"))


def types(frames):
    return [frame.text.partition('"type":"')[2].partition('"')[0] for frame in frames]


def test_several_are_numbered_in_their_order(alice, room):
    recorded = record(room.pk, [send(alice, f"{n}", f"c{n}") for n in range(3)])

    assert texts(room) == [(1, "0"), (2, "1"), (3, "2")]
    assert types(recorded.answers) == ["ack"] * 3
    assert [(each.seq, each.revision) for each in recorded.frames] == [(1, 1), (2, 2), (3, 3)]


def test_a_client_id_twice_is_once_also_within_one_transaction(alice, room):
    first = record(room.pk, [send(alice, "hello", "c1"), send(alice, "hello", "c1")])
    again = record(room.pk, [send(alice, "hello", "c1")])

    assert texts(room) == [(1, "hello")]
    assert first.answers == [first.answers[0]] * 2
    assert again.answers == first.answers[:1]
    assert again.frames == []


def test_two_people_may_call_theirs_the_same(alice, bob, room):
    Membership.objects.create(room=room, user=bob)

    record(room.pk, [send(alice, "hers", "c1"), send(bob, "his", "c1")])

    assert texts(room) == [(1, "hers"), (2, "his")]


def test_who_is_no_member_is_refused_and_the_others_are_not(alice, bob, room):
    recorded = record(room.pk, [send(bob, "his", "c1"), send(alice, "hers", "c1")])

    assert types(recorded.answers) == ["error", "ack"]
    assert texts(room) == [(1, "hers")]


def test_a_room_that_is_gone_takes_nothing(alice, room):
    room_id = room.pk
    room.delete()

    assert types(record(room_id, [send(alice, "hello", "c1")]).answers) == ["error"]


def test_the_fact_is_told_in_the_same_transaction(alice, room):
    record(room.pk, [send(alice, "a secret", "c1")])

    event = OutboxEvent.objects.get(type="chat.message.sent")
    assert (event.data["room"], event.data["seq"], event.data["user"]) == ("open", 1, str(alice.pk))
    assert "a secret" not in str(event.data)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_leave_no_gap(alice, room, at_once):
    def say(number):
        return lambda: record(room.pk, [send(alice, "x", f"{number}-{n}") for n in range(3)])

    at_once(*(say(number) for number in range(8)))

    assert [seq for seq, _ in texts(room)] == list(range(1, 25))
    assert Room.objects.get(pk=room.pk).last_seq == 24


@pytest.mark.parametrize(
    "values", [{"seq": 1}, {"seq": 0}, {"seq": 2, "client_id": "c1"}, {"seq": 2, "text": ""}]
)
def test_the_database_itself_refuses_what_would_break_the_order(alice, room, values):
    record(room.pk, [send(alice, "hello", "c1")])
    defaults = {"client_id": "c2", "text": "x", "revision": 9, "first_revision": 9}

    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(room=room, user=alice, **(defaults | values))


@pytest.mark.parametrize("handle", ["@bob", "@BOB", "@bob@example.com", "hi @bob, look", "(@bob)"])
def test_a_member_who_is_named_is_notified(alice, bob, room, handle):
    Membership.objects.create(room=room, user=bob)

    record(room.pk, [send(alice, handle, "c1")])

    mention = Notification.objects.get()
    assert (mention.user, mention.type, mention.number) == (bob, "mention", 1)


@pytest.mark.parametrize("text", ["bob", "mail me at x@bob", "@bobby", "@alice", "@charlie"])
def test_others_are_not(alice, bob, charlie, room, text):
    Membership.objects.create(room=room, user=bob)

    record(room.pk, [send(alice, text, "c1")])

    assert not Notification.objects.exists()


@pytest.mark.once
def test_twenty_are_named_at_most():
    assert len(handles_in(" ".join(f"@user{n}" for n in range(50)))) == 20
