"""In one process: from the outbox into the inbox, and to the handlers."""

import pytest
from django.db import transaction

from backend_practice.http.context import current_request_id, request_id
from events import deliverer, in_process
from events.envelope import Event
from events.in_process import pass_on
from events.models import Delivery, OutboxEvent
from events.outbox import publish
from tests.events.conftest import HAPPENED

pytestmark = pytest.mark.django_db


def test_a_handler_hears_the_event_as_it_was_told(heard, tell):
    with request_id("0190-request"):
        tell(subject="7", rating=5)
    row = OutboxEvent.objects.get()

    deliverer.deliver_all()

    assert heard == [
        Event(row.event_id, HAPPENED, "7", row.time, {"rating": 5}, request_id="0190-request")
    ]


def test_what_is_delivered_is_marked_so(heard, tell):
    tell()

    deliverer.deliver_all()

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.error) == (Delivery.HANDLED, 1, "")
    assert delivery.handled_at >= delivery.received_at
    assert OutboxEvent.objects.get().sent_at


def test_each_subject_hears_in_the_order_of_telling(heard, tell):
    for number in range(6):
        tell(subject=str(number % 2), number=number)

    deliverer.deliver_all()

    of_subject = {"0": [], "1": []}
    for event in heard:
        of_subject[event.subject].append(event.data["number"])
    assert of_subject == {"0": [0, 2, 4], "1": [1, 3, 5]}


def test_what_a_handler_tells_is_heard_too_and_bears_the_same_request_id(on, heard, tell):
    seen = []

    @on("tests.thing.began")
    def go_on(event):
        seen.append(current_request_id())
        publish(HAPPENED, {}, subject=event.subject)

    with request_id("0190-request"):
        tell("tests.thing.began")

    deliverer.deliver_all()

    assert [event.request_id for event in heard] == ["0190-request"]
    assert seen == ["0190-request"]
    assert current_request_id() == ""


def test_more_than_fit_at_once_are_all_delivered_in_order(heard, monkeypatch):
    monkeypatch.setattr(in_process, "AT_ONCE", 7)
    with transaction.atomic():
        for number in range(20):
            publish(HAPPENED, {"number": number}, subject="1")

    deliverer.deliver_all()

    assert [event.data["number"] for event in heard] == list(range(20))


def test_queries_do_not_grow_with_the_events_that_are_passed_on(
    heard, tell, django_assert_num_queries
):
    for number in range(30):
        tell(subject=str(number))

    with django_assert_num_queries(6):  # is there any; a savepoint of two; lock; note; mark
        assert pass_on() == 30


def test_when_there_is_nothing_to_do_nothing_is_locked(django_assert_num_queries):
    with django_assert_num_queries(2):  # is there any unsent; is there any due
        deliverer.deliver_all()


def test_with_a_broker_the_outbox_is_left_to_the_relay(settings, heard, tell):
    settings.BROKER_URL = "amqp://127.0.0.1:1//"
    tell()

    deliverer.deliver_all()

    assert OutboxEvent.objects.get().sent_at is None
    assert heard == []


def test_an_event_that_is_committed_late_is_still_delivered(heard, tell):
    for number in range(3):
        tell(number=number)
    late = OutboxEvent.objects.earliest("pk")
    OutboxEvent.objects.filter(pk=late.pk).update(sent_at=late.time)
    deliverer.deliver_all()
    OutboxEvent.objects.filter(pk=late.pk).update(sent_at=None)

    deliverer.deliver_all()

    assert [event.data["number"] for event in heard] == [1, 2, 0]
