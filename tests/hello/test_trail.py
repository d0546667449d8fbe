"""The trail of a request: the events that bear its id, and who has heard them."""

import pytest
from django.db import transaction

from backend_practice.http.context import request_id
from events.in_process import pass_on
from events.models import Delivery, OutboxEvent
from events.outbox import publish
from hello.trail import events_of

pytestmark = pytest.mark.django_db

HERE = {"REMOTE_ADDR": "127.0.0.1"}


def tell(subject, *, bears):
    with request_id(bears), transaction.atomic():
        publish("books.book.deleted", {"id": int(subject)}, subject=subject)


def test_the_events_of_this_request_are_told_in_order_and_no_others(client):
    for subject, bears in [("1", "mine-0001"), ("2", "another-1"), ("3", "mine-0001")]:
        tell(subject, bears=bears)

    answer = client.get("/stages/trail/mine-0001/", **HERE).json()

    told = [event["event"] for event in answer["events"]]
    assert [event["subject"] for event in told] == ["1", "3"]
    assert {event["requestid"] for event in told} == {"mine-0001"}


def test_who_has_heard_of_an_event_is_told_with_it(client):
    tell("1", bears="mine-0001")
    pass_on()
    event = OutboxEvent.objects.get(subject="1")
    Delivery.objects.create(
        event_id=event.event_id, handler="chat.tell", type=event.type, subject="1", event={}
    )

    answer = client.get("/stages/trail/mine-0001/", **HERE).json()

    heard = answer["events"][0]["deliveries"]
    assert {"handler": "chat.tell", "state": "waiting", "attempts": 0, "handled_at": None} in heard


def test_an_unknown_id_has_no_trail(client):
    assert client.get("/stages/trail/nobody-did-this/", **HERE).json() == {"events": []}


def test_it_is_shown_on_this_machine_alone(client):
    assert client.get("/stages/trail/mine-0001/", REMOTE_ADDR="203.0.113.9").status_code == 403


def test_a_process_without_events_has_none_to_show(client, settings):
    settings.INSTALLED_APPS = [app for app in settings.INSTALLED_APPS if app != "events"]

    assert client.get("/stages/trail/mine-0001/", **HERE).status_code == 404


def test_queries_do_not_grow_with_the_events(django_assert_num_queries):
    for number in range(5):
        tell(str(number), bears="mine-0001")

    with django_assert_num_queries(3):
        events_of("mine-0001")
