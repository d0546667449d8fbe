"""`publish` writes the fact down with the change that it tells of."""

from uuid import UUID

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.transaction import TransactionManagementError

from backend_practice.http.context import request_id
from events import deliverer, waking
from events.envelope import UnreadableEvent, parse_event
from events.models import OutboxEvent
from events.outbox import publish, publish_many
from tests.events.conftest import HAPPENED


@pytest.mark.django_db(transaction=True)
def test_outside_of_a_transaction_nothing_is_told():
    with pytest.raises(TransactionManagementError, match="in the transaction of the change"):
        publish(HAPPENED, {}, subject="1")

    assert not OutboxEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_not_told():
    with transaction.atomic():
        Group.objects.create(name="readers")
        publish(HAPPENED, {}, subject="1")
        transaction.set_rollback(True)

    assert not OutboxEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_inner_block_that_is_rolled_back_takes_only_its_own_events_with_it(tell):
    with transaction.atomic():
        publish(HAPPENED, {}, subject="outer")
        with transaction.atomic():
            publish(HAPPENED, {}, subject="inner")
            transaction.set_rollback(True)

    assert [row.subject for row in OutboxEvent.objects.all()] == ["outer"]


@pytest.mark.django_db
def test_an_event_says_what_happened_to_whom_and_when(tell):
    tell(subject="7", rating=5)

    row = OutboxEvent.objects.get()
    assert (row.type, row.subject, row.data) == (HAPPENED, "7", {"rating": 5})
    assert isinstance(row.event_id, UUID)
    assert row.event_id.version == 7
    assert row.sent_at is None


@pytest.mark.django_db
def test_an_event_bears_the_id_of_the_request_that_caused_it(tell):
    with request_id("0190-request"):
        tell()
    tell(subject="of no request")

    assert [row.request_id for row in OutboxEvent.objects.order_by("pk")] == ["0190-request", ""]


@pytest.mark.django_db(transaction=True)
def test_the_thread_that_delivers_is_woken_after_the_commit_and_not_before():
    with transaction.atomic():
        publish(HAPPENED, {}, subject="1")
        before = waking._something_to_do.is_set()

    assert not before
    assert waking._something_to_do.is_set()


DEEP = {}
for _ in range(300):
    DEEP = {"deeper": DEEP}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"data": {"text": "a\x00b"}}, "NUL"),
        ({"data": {"text": "\ud800"}}, "surrogates"),
        ({"data": {"number": 2**64}}, "64-bit"),
        ({"data": {1: "a key that is no text"}}, "str"),
        ({"data": {"what": object()}}, "serializable"),
        ({"data": ["no", "object"]}, "data is no object"),
        ({"data": DEEP}, "Recursion limit"),
        ({"subject": ""}, "subject"),
        ({"subject": 7}, "subject"),
        ({"subject": "7" * 201}, "subject"),
        ({"subject": "7\x00"}, "NUL"),
        ({"type": "tests.thing.happened" * 6}, "type"),
        ({"type": "tests.thing.geschätzt"}, "type"),
    ],
)
def test_what_nobody_could_read_is_not_told(change, complaint):
    event = {"type": HAPPENED, "data": {}, "subject": "1", **change}

    with pytest.raises((UnreadableEvent, TypeError), match=complaint), transaction.atomic():
        publish(event["type"], event["data"], subject=event["subject"])

    assert not OutboxEvent.objects.exists()


@pytest.mark.django_db
def test_what_is_told_can_be_read(tell):
    tell(subject="Ä" * 200, text="𝄞 \\u0000", number=2**53, nothing=None, truth=True)

    row = OutboxEvent.objects.get()
    assert parse_event(row.as_event().to_json()) == row.as_event()


@pytest.mark.django_db
@pytest.mark.parametrize("count", [0, 1, 40])
def test_many_facts_are_told_at_once_in_their_order(count, heard, django_assert_max_num_queries):
    facts = [(str(number), {"number": number}) for number in range(count)]

    with request_id("0190-request"), django_assert_max_num_queries(1):
        publish_many(HAPPENED, facts)

    deliverer.deliver_all()
    assert [(event.subject, event.data) for event in heard] == facts
    assert {event.request_id for event in heard} <= {"0190-request"}


@pytest.mark.django_db
def test_one_of_many_that_nobody_could_read_stops_them_all():
    facts = [("1", {}), ("2", {"text": "a\x00b"})]

    with pytest.raises(UnreadableEvent, match="NUL"), transaction.atomic():
        publish_many(HAPPENED, facts)

    assert not OutboxEvent.objects.exists()
