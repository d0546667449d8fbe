"""From the broker into the inbox: a message is acknowledged once its rows are committed."""

import logging
import threading
import time

from django.conf import settings
from django.db import InterfaceError, InternalError, OperationalError, connections
from django.db import connection as database
from kombu.connection import Connection
from kombu.message import Message
from kombu.messaging import Consumer

from backend_practice.backoff import backoff
from events import broker, inbox, waking
from events.envelope import UnreadableEvent, parse_event
from events.printable import describe, printable

logger = logging.getLogger(__name__)

PREFETCH = 100
SECONDS_BETWEEN_BEATS = 1.0
# The broker counts a failure for all that were on their way: 20 of them take eight minutes.
LONGEST_PAUSE = 30


def consume_until(stop: threading.Event) -> None:
    """Take events in until told to stop; broker and database may go and come back."""
    failures = 0
    while not stop.is_set():
        since = time.monotonic()
        try:
            # Without it every message would come back unread, and be counted as a failure.
            database.ensure_connection()
            with broker.connected() as connection:
                logger.info("Taking events in from %s", connection.as_uri())
                _consume(connection, stop)
        except Exception as error:
            lasted = time.monotonic() - since
            failures = 1 if lasted > LONGEST_PAUSE else failures + 1
            logger.warning("Events wait at the broker: %s", describe(error))
            connections.close_all()
            stop.wait(backoff(failures, first=0.5, longest=LONGEST_PAUSE))
    connections.close_all()


def _consume(connection: Connection, stop: threading.Event) -> None:
    channel = connection.default_channel
    channel.basic_qos(0, PREFETCH, False)
    queue = broker.queue_of(settings.SERVICE)
    dead = broker.dead_letter_queue_of(settings.SERVICE)
    consumers = (
        Consumer(channel, [queue], on_message=take_in, on_decode_error=refuse, auto_declare=False),
        Consumer(
            *(channel, [dead]),
            on_message=take_in_dead,
            on_decode_error=take_in_dead,
            auto_declare=False,
        ),
    )
    for consumer in consumers:
        consumer.consume()
    while not stop.is_set():
        try:
            connection.drain_events(timeout=SECONDS_BETWEEN_BEATS)
        except TimeoutError:
            connection.heartbeat_check()
    # Takes in what has been delivered already: after a failure that would be out of order.
    for consumer in consumers:
        consumer.cancel()


def take_in(message: Message) -> None:
    """Note the event for its handlers; what cannot be noted goes to the dead letters."""
    try:
        inbox.receive([parse_event(_text_of(message))])
    except (OperationalError, InterfaceError, InternalError):
        raise  # which is the database's trouble and not the message's
    except Exception as error:
        refuse(message, error)
        return
    message.ack()
    waking.wake()


def refuse(message: Message, error: Exception) -> None:
    """Put it among the broker's dead letters, from where it comes back as one of ours."""
    logger.warning("A message cannot be taken in: %s", describe(error))
    message.reject()


def take_in_dead(message: Message, error: Exception | None = None) -> None:
    """Keep a dead letter of the broker's where people look for them.

    It stays at the broker until then, so nothing that stands in it may make this fail.
    """
    text = _text_of(message)
    try:
        event = parse_event(text)
        reason, body = f"The broker gave it up: {_why(message)}.", event.to_cloudevent()
    except UnreadableEvent as unreadable:
        reason, body = (
            str(error or unreadable),
            {"unreadable": printable(text.decode(errors="replace"))},
        )
    inbox.bury(body, reason=printable(reason))
    message.ack()


def _text_of(message: Message) -> bytes:
    body = message.body
    return body.encode(errors="replace") if isinstance(body, str) else bytes(body)


def _why(message: Message) -> str:
    match (message.headers or {}).get("x-death"):
        case [{"reason": str(reason)}, *_]:
            return reason
    return "no reason given"
