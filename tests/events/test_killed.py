"""Relay, consumer and broker killed as real processes: no event is lost, none is heard twice.

`TEST_KILLS=50` is the full count of random kills, `TEST_SEED` repeats their moments.
"""

import os
import random
import sys
import time
import uuid
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from events.consumer import consume_until
from events.models import Delivery, OutboxEvent
from tests.patience import eventually
from tests.victims import Victim

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]

KILLS = int(os.environ.get("TEST_KILLS") or 3)
EVENTS_A_KILL, SUBJECTS = 6, 5
SECONDS_TO_RECOVER = 90  # a broker on a busy machine needs half a minute to start
HEARD = "tests.thing.heard"


@pytest.fixture
def exchange(settings, own_rabbitmq):
    """An exchange of this test's own, at a broker that may be killed."""
    own_rabbitmq.start()
    settings.BROKER_URL = own_rabbitmq.url
    settings.EVENTS_EXCHANGE = f"tests.{uuid.uuid4().hex[:12]}"
    return settings.EVENTS_EXCHANGE


@pytest.fixture
def process(exchange, settings, tmp_path):
    """`process("relay_events")`: that command over this test's database, started."""
    started = []

    def start(command, *options):
        victim = Victim(
            [sys.executable, "-m", "tests.events.hearing", command, *options],
            {
                "DATABASE_URL": url_of_this_database(),
                "DATA_DIR": str(tmp_path),
                "BROKER_URL": settings.BROKER_URL,
                "EVENTS_EXCHANGE": exchange,
            },
            tmp_path / f"{command}.log",
        )
        started.append(victim)
        victim.start()
        return victim

    yield start
    for victim in started:
        victim.kill()


def url_of_this_database():
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


@pytest.fixture
def told(tell):
    """`told(20)` tells of so many events, in turn of each subject; `told.all` is what was told."""
    everything = []

    def tell_some(count):
        for _ in range(count):
            number = len(everything)
            everything.append((str(number % SUBJECTS), number))
            tell(subject=everything[-1][0], number=number)

    tell_some.all = everything
    return tell_some


def numbers_by_subject(pairs):
    return {each: [n for subject, n in pairs if subject == each] for each, _ in pairs}


def all_has_been_heard_once_and_in_order(told):
    eventually(lambda: heard().count() >= len(told.all), seconds=SECONDS_TO_RECOVER)
    eventually(lambda: not Delivery.objects.waiting().exists())
    pairs = [(subject, data["number"]) for subject, data in heard().values_list("subject", "data")]
    assert numbers_by_subject(pairs) == numbers_by_subject(told.all)
    assert not Delivery.objects.dead().exists()


def heard():
    return OutboxEvent.objects.filter(type=HEARD).order_by("pk")


def test_what_a_killed_relay_has_sent_and_not_marked_is_heard_once(
    process, told, waiting_at_the_broker
):
    told(20)
    first = process("relay_events", "--kill-once")
    first.process.wait(timeout=SECONDS_TO_RECOVER)
    sent = waiting_at_the_broker()
    assert sent
    assert OutboxEvent.objects.filter(sent_at=None).count() == 20

    first.start()
    eventually(
        lambda: not OutboxEvent.objects.filter(sent_at=None).exists(), seconds=SECONDS_TO_RECOVER
    )
    assert waiting_at_the_broker() == sent + 20
    process("consume_events")

    all_has_been_heard_once_and_in_order(told)


def test_what_a_killed_consumer_has_taken_in_and_not_acknowledged_is_heard_once(process, told):
    process("relay_events")
    told(20)
    consumer = process("consume_events", "--kill-once")
    consumer.process.wait(timeout=SECONDS_TO_RECOVER)
    assert Delivery.objects.exists()

    consumer.start()

    all_has_been_heard_once_and_in_order(told)


def test_what_the_broker_has_confirmed_outlives_its_crash_in_a_new_queue_too(
    process, told, own_rabbitmq
):
    told(20)
    process("relay_events")
    eventually(
        lambda: not OutboxEvent.objects.filter(sent_at=None).exists(), seconds=SECONDS_TO_RECOVER
    )

    own_rabbitmq.kill()
    own_rabbitmq.start()
    process("consume_events")

    all_has_been_heard_once_and_in_order(told)


def test_over_kills_of_relay_consumer_and_broker_every_event_is_heard_once(
    process, told, own_rabbitmq
):
    seed = int(os.environ.get("TEST_SEED") or time.time())
    chance = random.Random(seed)  # noqa: S311 - moments, not secrets
    victims = [process("relay_events"), process("consume_events"), own_rabbitmq]

    for number in range(KILLS):
        victim = victims[number % len(victims)]
        for _ in range(EVENTS_A_KILL):
            told(1)
            time.sleep(chance.uniform(0, 0.4))
        victim.kill()
        victim.start()
    told(EVENTS_A_KILL)

    print(f"TEST_SEED={seed}: {len(told.all)} events, {KILLS} kills")
    all_has_been_heard_once_and_in_order(told)


@pytest.mark.parametrize("deaths", ["often", ["often"], [{"reason": 7}], {}])
def test_a_header_that_is_not_the_brokers_own_does_not_break_the_broker(
    exchange, beside, message, deaths
):
    message(b"nonsense", application_headers={"x-death": deaths})
    message(b"more nonsense")

    beside(consume_until)

    eventually(lambda: Delivery.objects.dead().count() == 2)
