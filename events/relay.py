"""From the outbox to the broker: in order, confirmed, by one process at a time."""

import logging
import threading
import time
from contextlib import suppress

from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone
from kombu.connection import Connection

from backend_practice.backoff import backoff
from events import broker, leases
from events.models import OutboxEvent
from events.sender import Sender

logger = logging.getLogger(__name__)

NAME = "events.relay"
AT_ONCE = 200
# A slow broker shall not have a batch outlive the lease that it is sent under.
SECONDS_A_BATCH = 10
SECONDS_BETWEEN_LOOKS = 0.2
SECONDS_STANDING_BY = 2.0


def relay_until(stop: threading.Event) -> None:
    """Pass events on until told to stop; broker and database may go and come back."""
    holder, failures = leases.new_holder(), 0
    try:
        while not stop.is_set():
            try:
                with broker.connected() as connection:
                    logger.info("Passing events on to %s", connection.as_uri())
                    failures = 0
                    _relay(connection, holder, stop)
            except Exception as error:
                failures += 1
                logger.warning("Events wait in the outbox: %s: %s", type(error).__name__, error)
                connections.close_all()
                stop.wait(backoff(failures, first=0.5, longest=broker.LONGEST_PAUSE))
    finally:
        with suppress(DatabaseError):  # it runs out by itself
            leases.give_up(NAME, holder)
        connections.close_all()


def _relay(connection: Connection, holder: str, stop: threading.Event) -> None:
    sender = Sender(connection)
    while not stop.is_set():
        close_old_connections()
        if not leases.hold(NAME, holder):
            _listen(connection, SECONDS_STANDING_BY)
        elif not send_unsent(sender):
            _listen(connection, SECONDS_BETWEEN_LOOKS)


def _listen(connection: Connection, seconds: float) -> None:
    """Pause, and hear meanwhile what the broker says: that it lives, or that it goes."""
    with suppress(TimeoutError):
        connection.drain_events(timeout=seconds)
    connection.heartbeat_check()


def send_unsent(sender: Sender) -> int:
    """Send a batch in order; how many have arrived.

    No transaction is open meanwhile. What was confirmed is marked whatever happens
    to the rest; what is sent twice after a crash, inboxes know already.
    """
    until = time.monotonic() + SECONDS_A_BATCH
    try:
        for row in OutboxEvent.objects.filter(sent_at=None).order_by("pk")[:AT_ONCE]:
            sender.send(row.pk, row.as_event())
            if time.monotonic() > until:
                break
        sender.wait()
    finally:
        arrived = sender.take_arrived()
        OutboxEvent.objects.filter(pk__in=arrived).update(sent_at=timezone.now())
    return len(arrived)
