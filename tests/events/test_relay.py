"""From the outbox to RabbitMQ: in order, confirmed, by one process at a time."""

from contextlib import suppress

import orjson
import pytest
from kombu.messaging import Consumer

from events import broker, leases, relay
from events.models import Lease, OutboxEvent
from events.relay import relay_until, send_unsent
from events.sender import Sender
from tests.events.conftest import HAPPENED
from tests.patience import eventually

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]


def unsent():
    return OutboxEvent.objects.filter(sent_at=None).count()


def messages(queue="all"):
    """Everything that lies in the queue, taken out of it."""
    taken = []
    with broker.connected() as connection:
        everything = [broker.queue_of(queue)]
        with Consumer(
            connection.default_channel, everything, on_message=taken.append, auto_declare=False
        ):
            with suppress(TimeoutError):
                while True:
                    connection.drain_events(timeout=0.3)
            for message in taken:
                message.ack()
    return taken


def test_what_was_told_lies_at_the_broker_in_order(exchange, tell):
    for number in range(5):
        tell(subject=str(number % 2), number=number)

    with broker.connected() as connection:
        assert send_unsent(Sender(connection)) == 5

    taken = messages()
    assert [orjson.loads(each.body)["data"]["number"] for each in taken] == list(range(5))
    assert unsent() == 0


def test_a_message_is_a_persistent_cloudevent(exchange, tell):
    tell()
    row = OutboxEvent.objects.get()

    with broker.connected() as connection:
        send_unsent(Sender(connection))

    [taken] = messages()
    assert bytes(taken.body, "utf-8") == row.as_event().to_json()
    assert taken.content_type == "application/cloudevents+json"
    assert taken.properties["delivery_mode"] == 2
    assert taken.properties["message_id"] == str(row.event_id)
    assert taken.delivery_info["routing_key"] == HAPPENED


def test_every_service_has_a_queue_before_it_has_ever_run(settings, exchange, tell):
    settings.SERVICE = "books"
    tell()

    with broker.connected() as connection:
        send_unsent(Sender(connection))

    assert set(broker.services()) >= {"accounts", "books", "jobs"}
    assert {name: len(messages(name)) for name in broker.services()} == dict.fromkeys(
        broker.services(), 1
    )


def test_what_was_confirmed_before_a_failure_is_marked_and_nothing_else(
    exchange, tell, monkeypatch
):
    for number in range(3):
        tell(number=number)
    send = broker.send

    def send_one_and_fail(producer, event):
        if event.data["number"] == 1:
            raise ConnectionError("cut")
        send(producer, event)

    monkeypatch.setattr(broker, "send", send_one_and_fail)
    with broker.connected() as connection, pytest.raises(ConnectionError):
        send_unsent(Sender(connection))

    assert [row.sent_at is None for row in OutboxEvent.objects.order_by("pk")] == [
        False, True, True,
    ]  # fmt: skip
    assert len(messages()) == 1


def test_after_a_failure_it_goes_on_with_the_rest(exchange, tell, beside, monkeypatch):
    for number in range(3):
        tell(number=number)
    send, failures = broker.send, [ConnectionError("cut"), TimeoutError("silence")]

    def send_sometimes(producer, event):
        if event.data["number"] == 1 and failures:
            raise failures.pop()
        send(producer, event)

    monkeypatch.setattr(broker, "send", send_sometimes)
    beside(relay_until)

    eventually(lambda: unsent() == 0)
    assert [orjson.loads(each.body)["data"]["number"] for each in messages()] == [0, 1, 2]


def test_what_is_told_while_it_runs_is_sent_at_once(exchange, tell, beside):
    beside(relay_until)
    eventually(Lease.objects.exists)

    tell()

    eventually(lambda: unsent() == 0, seconds=2)
    assert len(messages()) == 1


def test_a_relay_that_ends_gives_its_lease_up(exchange, beside):
    stop = beside(relay_until)
    eventually(Lease.objects.exists)

    stop.set()
    stop.thread.join(timeout=5)

    assert not Lease.objects.exists()


def test_of_two_relays_one_stands_by_and_takes_over(exchange, tell, beside, monkeypatch):
    monkeypatch.setattr(relay, "SECONDS_STANDING_BY", 0.1)
    first = beside(relay_until)
    holder = eventually(lambda: Lease.objects.first()).holder
    beside(relay_until)
    for number in range(20):
        tell(number=number)
    eventually(lambda: unsent() == 0)
    assert Lease.objects.get().holder == holder

    first.set()
    eventually(lambda: Lease.objects.exclude(holder=holder).exists())
    tell(number=20)
    eventually(lambda: unsent() == 0)

    assert [orjson.loads(each.body)["data"]["number"] for each in messages()] == list(range(21))


def test_a_relay_whose_lease_went_to_another_sends_nothing(exchange, tell, beside, monkeypatch):
    monkeypatch.setattr(relay, "SECONDS_STANDING_BY", 0.05)
    asked = []
    hold = leases.hold
    monkeypatch.setattr(leases, "hold", lambda *names: asked.append(hold(*names)) or asked[-1])
    leases.hold(relay.NAME, "another")
    tell()

    beside(relay_until)

    eventually(lambda: len(asked) > 5)
    assert asked == [True] + [False] * (len(asked) - 1)
    assert unsent() == 1


def test_a_quiet_relay_keeps_its_connection(exchange, tell, beside, monkeypatch, caplog):
    monkeypatch.setattr(broker, "HEARTBEAT", 1)
    monkeypatch.setattr(relay, "SECONDS_STANDING_BY", 0.2)
    looks = []
    hold = leases.hold
    monkeypatch.setattr(leases, "hold", lambda *names: looks.append(1) or hold(*names))

    beside(relay_until)

    eventually(lambda: len(looks) > 15 or "Events wait" in caplog.text)
    assert "Events wait in the outbox" not in caplog.text
