"""An event to tell of, somebody who hears it, and time that passes when a test says so."""

import threading
import uuid
from datetime import timedelta

import amqp
import pytest
from django.conf import settings as settings_of_now
from django.db import transaction
from django.db.models import F

from events import broker, handlers, waking
from events.models import Delivery
from events.outbox import publish

HAPPENED = "tests.thing.happened"


@pytest.fixture
def on():
    """`events.handlers.on`, undone after the test."""
    registered = []

    def on_until_the_end(*types):
        def register(handler):
            registered.append(handlers.on(*types)(handler))
            return handler

        return register

    yield on_until_the_end
    for handler in registered:
        handlers.forget(handler)


@pytest.fixture
def heard(on):
    """What a handler of `HAPPENED` has heard: its events, in order."""
    events = []

    @on(HAPPENED)
    def remember(event):
        events.append(event)

    return events


@pytest.fixture
def tell():
    """Publishes an event in a transaction of its own."""

    def publish_now(type=HAPPENED, subject="1", **data):  # noqa: A002
        with transaction.atomic():
            publish(type, data, subject=subject)

    return publish_now


@pytest.fixture
def later():
    """`later()` lets the pause of every delivery that waits be over."""

    def pass_time(seconds=86_400):
        Delivery.objects.waiting().update(due_at=F("due_at") - timedelta(seconds=seconds))

    return pass_time


@pytest.fixture(autouse=True)
def nobody_is_woken():
    """A hint that an earlier test has left wakes nobody."""
    waking.wait(0)


@pytest.fixture
def exchange(settings, amqp_url, monkeypatch):
    """The name of an exchange of this test's own; it is deleted, and its queues with it."""
    monkeypatch.setattr(broker, "SECONDS_UNTIL_A_QUEUE_LASTS", 0)  # nobody kills this broker
    settings.BROKER_URL = amqp_url
    settings.EVENTS_EXCHANGE = f"tests.{uuid.uuid4().hex[:12]}"
    yield settings.EVENTS_EXCHANGE
    with broker.connected() as connection:
        channel = connection.default_channel
        for service in broker.services():
            channel.queue_delete(broker.queue_of(service).name)
            channel.queue_delete(broker.dead_letter_queue_of(service).name)
        channel.exchange_delete(broker.exchange().name)
        channel.exchange_delete(broker.dead_letter_exchange().name)


@pytest.fixture
def beside():
    """`beside(relay_until)` runs it in a thread; the event it gives, or the end, stops it."""
    running = []

    def start(work):
        stop = threading.Event()
        running.append((stop, thread := threading.Thread(target=work, args=[stop], daemon=True)))
        thread.start()
        stop.thread = thread
        return stop

    yield start
    for stop, _ in running:
        stop.set()
    for _, thread in running:
        thread.join(timeout=15)
        assert not thread.is_alive()


@pytest.fixture
def message():
    """Puts any bytes into a queue of this site's, as a publisher of another kind might."""

    def send(body, queue="all", **properties):
        with broker.connected() as connection:
            name = f"{settings_of_now.EVENTS_EXCHANGE}.{queue}"
            raw = amqp.Message(body, delivery_mode=2, **properties)
            connection.default_channel.basic_publish_confirm(raw, routing_key=name)

    return send


@pytest.fixture
def waiting_at_the_broker():
    """How many messages are ready in a queue of this site's."""

    def count(queue="all"):
        with broker.connected() as connection:
            name = f"{settings_of_now.EVENTS_EXCHANGE}.{queue}"
            return connection.default_channel.queue_declare(name, passive=True).message_count

    return count
