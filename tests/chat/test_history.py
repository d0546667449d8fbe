"""What is read of a room costs the same however much was said in it."""

from uuid import uuid4

import pytest
from django.db import connection

from chat.live.looking import revisions_of
from chat.live.topics import PAGE, Position, RoomTopic
from chat.models import Message, Room
from chat.selectors import messages_in
from tests.chat.api import ROOMS
from tests.chat.conftest import room_of

ROWS = 1000


@pytest.fixture
def long_talk(room, alice):
    """Many messages in one room, and as many elsewhere."""
    for each in (room, room_of(alice, "other")):
        Message.objects.bulk_create(
            (
                Message(
                    room=each, seq=n, user=alice, client_id=str(n), text=f"{n}",
                    first_revision=n, revision=n,
                )
                for n in range(1, ROWS + 1)
            ),
            batch_size=500,
        )  # fmt: skip
        Room.objects.filter(pk=each.pk).update(last_seq=ROWS, revision=ROWS)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return room


def deep(room):
    return messages_in(room).filter(seq__lt=500)


@pytest.mark.parametrize(
    "asked",
    [
        lambda room: messages_in(room).order_by("-seq")[:20],
        lambda room: deep(room).order_by("-seq")[:20],
        lambda room: Message.objects.filter(room=room, seq__gt=ROWS - 10).order_by("seq"),
        lambda room: Message.objects.filter(room=room, seq__lte=40).order_by("-seq")[:1],
        lambda room: Message.objects.filter(
            room=room, seq__lte=ROWS - 10, revision__gt=ROWS - 5, revision__lte=ROWS
        ).order_by("revision")[:PAGE],
        lambda room: Message.objects.filter(
            room=room, user_id__in=[uuid4()], client_id__in=["1", "2"]
        ).order_by(),
    ],
    ids=["newest", "deep", "missed", "position", "changed", "known"],
)
def test_an_index_answers(long_talk, asked):
    plan = asked(long_talk).explain()

    assert "USING INDEX" in plan.upper() or "INDEX SCAN" in plan.upper(), plan
    assert "TEMP B-TREE" not in plan.upper()
    assert "SCAN CHAT_MESSAGE\n" not in f"{plan}\n".upper()
    assert "Seq Scan on chat_message" not in plan


@pytest.mark.parametrize("limit", [5, 100])
def test_a_page_costs_the_same_queries_however_long_it_is(
    client_of, alice, long_talk, limit, django_assert_num_queries
):
    client = client_of(alice)

    with django_assert_num_queries(4):  # session, user, room, messages with who said them
        page = client.get(f"{ROOMS}{long_talk.slug}/messages/", {"limit": limit}).json()

    assert [each["seq"] for each in page["results"]] == list(range(ROWS, ROWS - limit, -1))


def test_pages_follow_each_other_without_a_gap(client_of, alice, long_talk):
    client, seqs = client_of(alice), []
    address = f"{ROOMS}{long_talk.slug}/messages/?limit=100"
    while address and len(seqs) < 300:
        page = client.get(address).json()
        seqs += [each["seq"] for each in page["results"]]
        address = page["next"]

    assert seqs == list(range(ROWS, ROWS - 300, -1))


def test_what_was_missed_is_read_by_pages_each_in_one_query(long_talk, django_assert_num_queries):
    topic, start = RoomTopic(long_talk.pk), Position(ROWS - 250, ROWS - 250)

    with django_assert_num_queries(5):  # three pages, the end of them, and what was changed
        pages = list(topic.pages(start, Position(ROWS, ROWS)))

    assert [len(page) for page in pages] == [PAGE, PAGE, 50]


def test_the_look_at_many_rooms_is_one_query(alice, django_assert_num_queries):
    rooms = [room_of(alice, f"room-{number}") for number in range(20)]

    with django_assert_num_queries(1):
        found = revisions_of([RoomTopic(room.pk) for room in rooms])

    assert len(found) == 20
