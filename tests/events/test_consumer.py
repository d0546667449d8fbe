"""From RabbitMQ into the inbox: acknowledged once it is committed, and noted once."""

import zlib

import orjson
import pytest
from django.db import DataError, OperationalError

from events import broker, deliverer, inbox
from events.consumer import consume_until, take_in_dead
from events.models import Delivery
from events.relay import send_unsent
from events.sender import Sender
from tests.events.conftest import HAPPENED
from tests.events.test_cloudevents import ATTRIBUTES, EVENT
from tests.patience import eventually

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def relay_now(exchange):
    """Sends what is in the outbox."""

    def send():
        with broker.connected() as connection:
            return send_unsent(Sender(connection))

    return send


@pytest.fixture
def nothing_waits(waiting_at_the_broker):
    """Whether the queues are empty, with nothing on its way to be acknowledged."""

    def look():
        return not waiting_at_the_broker("all") and not waiting_at_the_broker("all.dead")

    return look


def cloudevent(**changes):
    return orjson.dumps({**ATTRIBUTES, "type": HAPPENED, **changes})


def test_what_was_sent_while_nobody_consumed_comes_later_in_order(relay_now, heard, tell, beside):
    for number in range(30):
        tell(subject=str(number % 3), number=number)
    relay_now()

    beside(consume_until)

    eventually(lambda: Delivery.objects.count() == 30)
    deliverer.deliver_all()
    of_subject = [event.data["number"] for event in heard if event.subject == "1"]
    assert of_subject == list(range(1, 30, 3))
    assert len(heard) == 30


def test_what_comes_twice_is_heard_once(exchange, heard, message, beside, nothing_waits):
    for _ in range(3):
        message(cloudevent())

    stop = beside(consume_until)
    eventually(Delivery.objects.exists)
    deliverer.deliver_all()
    message(cloudevent())
    eventually(nothing_waits)
    stop.set()
    stop.thread.join(timeout=5)
    deliverer.deliver_all()

    assert [event.data for event in heard] == [EVENT.data]
    assert nothing_waits()


def test_what_nobody_listens_to_is_taken_and_forgotten(exchange, message, beside, nothing_waits):
    message(cloudevent(type="tests.thing.that_nobody_wants"))

    beside(consume_until)

    eventually(nothing_waits)
    assert not Delivery.objects.exists()


def test_a_consumer_that_fails_in_the_middle_loses_nothing_and_keeps_the_order(
    relay_now, heard, tell, beside, monkeypatch
):
    for number in range(20):
        tell(number=number)
    relay_now()
    receive, failures = inbox.receive, [OperationalError("away"), OperationalError("away")]

    def receive_sometimes(events):
        if events[0].data["number"] == 7 and failures:
            raise failures.pop()
        receive(events)

    monkeypatch.setattr(inbox, "receive", receive_sometimes)
    beside(consume_until)

    eventually(lambda: Delivery.objects.count() == 20)
    deliverer.deliver_all()
    assert [event.data["number"] for event in heard] == list(range(20))


def test_while_the_database_is_away_nothing_is_taken(relay_now, heard, tell, beside, monkeypatch):
    tell()
    relay_now()
    from events import consumer

    calls = []

    class Away:
        def ensure_connection(self):
            calls.append(1)
            if len(calls) < 3:
                raise OperationalError("away")

    monkeypatch.setattr(consumer, "database", Away())
    beside(consume_until)

    eventually(Delivery.objects.exists)
    assert len(calls) == 3


DEEP = b'{"a":' * 1000 + b"1" + b"}" * 1000
RUBBISH = {
    "no-json": (b"nonsense", {}),
    "empty": (b"", {}),
    "binary": (bytes(range(256)), {}),
    "a-list": (b"[]", {}),
    "nul": (cloudevent(data={"a": "\x00"}), {}),
    "deep": (cloudevent(data="DEEP").replace(b'"DEEP"', DEEP), {}),
    "long-subject": (cloudevent(subject="7" * 1000), {}),
    "long-type": (cloudevent(type="t" * 1000), {}),
    "request-id-no-text": (cloudevent(requestid={"a": 1}), {}),
    "half-a-pair": (b"\\ud800", {"content_encoding": "unicode_escape"}),
    "no-encoding": (b"nonsense", {"content_encoding": "no-such-encoding"}),
    "no-compression": (b"nonsense", {"application_headers": {"compression": "no-such-thing"}}),
    "not-compressed": (b"nonsense", {"application_headers": {"compression": "application/x-gzip"}}),
}


@pytest.mark.parametrize("name", RUBBISH)
def test_what_cannot_be_read_ends_as_a_dead_letter_and_others_go_on(
    exchange, heard, message, beside, nothing_waits, name
):
    body, properties = RUBBISH[name]
    message(body, **properties)
    message(cloudevent())

    beside(consume_until)

    dead = eventually(lambda: Delivery.objects.dead().first())
    eventually(lambda: Delivery.objects.waiting().exists())
    eventually(nothing_waits)
    assert dead.handler == ""
    assert dead.error
    deliverer.deliver_all()
    assert len(heard) == 1


@pytest.mark.parametrize("name", RUBBISH)
def test_rubbish_among_the_brokers_dead_letters_is_noted_too(
    exchange, message, beside, nothing_waits, name
):
    body, properties = RUBBISH[name]
    message(body, queue="all.dead", **properties)
    message(cloudevent(), queue="all.dead", **properties)

    beside(consume_until)

    eventually(lambda: Delivery.objects.dead().count() == 2)
    eventually(nothing_waits)


class NotedMessage:
    """As the broker gives it: headers like these would stop a RabbitMQ's own dead-lettering."""

    body, is_acknowledged = b"nonsense", False

    def __init__(self, headers):
        self.headers = headers

    def ack(self):
        self.is_acknowledged = True


@pytest.mark.parametrize(
    "deaths", [None, "often", 7, {}, [], ["often"], [7], [None], [{}], [{"reason": 7}], [{"a": 1}]]
)
@pytest.mark.parametrize("body", [b"nonsense", cloudevent()])
def test_no_header_keeps_a_dead_letter_from_being_noted(deaths, body):
    dead = NotedMessage({"x-death": deaths})
    dead.body = body

    take_in_dead(dead)

    assert dead.is_acknowledged
    assert Delivery.objects.get().error


@pytest.mark.parametrize("body", [b"nonsense", cloudevent()])
def test_a_dead_letter_that_comes_again_before_its_ack_is_noted_once(body):
    dead = NotedMessage({"x-death": [{"reason": "rejected", "count": 1}]})
    dead.body = body

    take_in_dead(dead)
    dead.headers["x-delivery-count"] = 1
    take_in_dead(dead)

    assert Delivery.objects.dead().count() == 1


def test_two_unreadable_messages_are_two_dead_letters():
    for body in (b"nonsense", b"more nonsense"):
        dead = NotedMessage({})
        dead.body = body
        take_in_dead(dead)

    assert Delivery.objects.dead().count() == 2


def test_a_dead_letter_of_the_brokers_can_be_replayed(exchange, heard, message, beside):
    message(cloudevent(), queue="all.dead")
    beside(consume_until)
    dead = eventually(lambda: Delivery.objects.dead().first())
    assert dead.error.startswith("The broker gave it up")
    assert (dead.type, dead.subject) == (HAPPENED, EVENT.subject)

    inbox.replay(dead)
    deliverer.deliver_all()

    assert [event.data for event in heard] == [EVENT.data]
    assert not Delivery.objects.dead().exists()


@pytest.mark.parametrize("error", [DataError("too long"), TypeError("no such thing")])
def test_what_cannot_be_noted_is_refused_alone(
    exchange, heard, message, beside, monkeypatch, error
):
    receive = inbox.receive

    def refuse_one(events):
        if events[0].subject == "poison":
            raise error
        receive(events)

    monkeypatch.setattr(inbox, "receive", refuse_one)
    message(cloudevent(subject="poison"))
    message(cloudevent())
    beside(consume_until)

    dead = eventually(lambda: Delivery.objects.dead().first())
    assert (dead.subject, dead.error) == ("poison", "The broker gave it up: rejected.")
    eventually(lambda: Delivery.objects.waiting().exists())


def test_what_ends_its_consumer_each_time_is_given_up_by_the_broker(
    exchange, heard, message, beside, monkeypatch
):
    monkeypatch.setattr(broker, "MOST_DELIVERIES", 2)
    monkeypatch.setattr("events.consumer.backoff", lambda *args, **options: 0.05)

    def fail(events):
        raise OperationalError("never")

    monkeypatch.setattr(inbox, "receive", fail)
    message(cloudevent())
    beside(consume_until)

    dead = eventually(lambda: Delivery.objects.dead().first())
    assert dead.error == "The broker gave it up: delivery_limit."


def test_failures_that_follow_each_other_have_longer_pauses(
    exchange, heard, message, beside, monkeypatch
):
    failures = []

    def no_pause(number, **limits):
        failures.append(number)
        return 0.01

    def fail(events):
        if len(failures) < 4:
            raise OperationalError("read-only")

    monkeypatch.setattr("events.consumer.backoff", no_pause)
    monkeypatch.setattr(inbox, "receive", fail)
    message(cloudevent())
    beside(consume_until)

    eventually(lambda: failures == [1, 2, 3, 4])


def test_two_consumers_share_the_work_and_the_order(relay_now, heard, tell, beside):
    beside(consume_until)
    beside(consume_until)
    for number in range(30):
        tell(number=number)
    relay_now()

    eventually(lambda: Delivery.objects.count() == 30)
    deliverer.deliver_all()

    assert [event.data["number"] for event in heard] == list(range(30))


def test_what_is_compressed_is_read(exchange, heard, message, beside):
    headers = {"compression": "application/x-gzip"}
    message(zlib.compress(cloudevent()), application_headers=headers)

    beside(consume_until)

    eventually(Delivery.objects.exists)
    deliverer.deliver_all()
    assert len(heard) == 1
