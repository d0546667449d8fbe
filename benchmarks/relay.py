"""Events a second from the outbox to RabbitMQ: each confirmed before the next, or many together.

    BROKER_URL=amqp://guest:guest@127.0.0.1:5672// .venv/bin/python benchmarks/relay.py
    DATABASE_URL=postgresql://postgres@127.0.0.1:5432/postgres .venv/bin/python benchmarks/relay.py

The same rows are sent in turns (A B A B …), from a database and to an exchange of this
run's own, which it deletes. "One subject" is what no way can send together.
"""

# ruff: noqa: T201, E402

import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.environment import pristine_environment
from tests.processes import own_database

BROKER = os.environ.get("BROKER_URL") or "amqp://guest:guest@127.0.0.1:5672//"
PACKAGES = ("Django", "kombu", "amqp")


@contextmanager
def prepared() -> Iterator[None]:
    """A database with the site's tables, and an exchange; both gone at the end."""
    with tempfile.TemporaryDirectory() as directory, own_database(Path(directory)) as url:
        os.environ |= pristine_environment(
            DJANGO_SETTINGS_MODULE="backend_practice.settings",
            DATA_DIR=directory,
            DATABASE_URL=url,
            BROKER_URL=BROKER,
            EVENTS_EXCHANGE=f"benchmark.{uuid.uuid4().hex[:12]}",
        )
        import django
        from django.core.management import call_command
        from django.db import connections

        django.setup()
        call_command("migrate", verbosity=0)
        try:
            yield
        finally:
            forget_the_exchange()
            connections.close_all()


def forget_the_exchange() -> None:
    from events import broker

    with broker.connected() as connection:
        channel = connection.default_channel
        for service in broker.services():
            channel.queue_delete(broker.queue_of(service).name)
            channel.queue_delete(broker.dead_letter_queue_of(service).name)
        channel.exchange_delete(broker.exchange().name)
        channel.exchange_delete(broker.dead_letter_exchange().name)


def tell(events: int, subjects: int) -> None:
    """Fill the outbox."""
    from django.db import transaction

    from events.outbox import publish_many

    with transaction.atomic():
        facts = [(str(number % subjects), {"number": number}) for number in range(events)]
        publish_many("benchmark.thing.happened", facts)


def seconds_to_send(*, together: bool) -> float:
    """How long the relay's own loop takes to empty the outbox."""
    from events import broker
    from events.relay import send_unsent
    from events.sender import Sender

    class OneByOne(Sender):
        """As it would be with each confirmed before the next."""

        def send(self, *arguments: object) -> None:
            super().send(*arguments)  # type: ignore[arg-type]
            self.wait()

    make: Callable[..., Sender] = Sender if together else OneByOne
    with broker.connected() as connection:
        sender, start = make(connection), time.perf_counter()
        while send_unsent(sender):
            pass
        return time.perf_counter() - start


def measure(name: str, *, rounds: int, events: int, subjects: int) -> None:
    rates: dict[bool, list[float]] = {False: [], True: []}
    for together in (False, True) * rounds:
        tell(events, subjects)
        rates[together].append(events / seconds_to_send(together=together))
    before, after = (statistics.median(rates[together]) for together in (False, True))
    spread = [f"{min(each):,.0f}–{max(each):,.0f}" for each in rates.values()]
    cells = (name, f"{before:,.0f} ({spread[0]})", f"{after:,.0f} ({spread[1]})")
    print(f"| {' | '.join(cells)} | {after / before:.1f} |")


def run(rounds: int, events: int) -> None:
    with prepared():
        from django.db import connection

        print("| | one by one, events a second | together | ratio |")
        print("| --- | --: | --: | --: |")
        measure("a subject each", rounds=rounds, events=events, subjects=events)
        measure("20 subjects", rounds=rounds, events=events, subjects=20)
        measure("one subject", rounds=rounds, events=events, subjects=1)
        print(f"\n{rounds} rounds of {events} events, {connection.vendor}")
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    print(f"Python {platform.python_version()}, {packages}; {os.cpu_count()} CPUs")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--events", type=int, default=2_000, help="in each round")
    run(**vars(parser.parse_args()))
