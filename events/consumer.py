"""From the broker into the inbox: a message is acknowledged once its rows are committed."""

import logging
import threading
import time
from hashlib import sha256
from typing import Any
from uuid import UUID

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
DEATHS = "x-death"  # the header in which RabbitMQ says why it gave a message up
SECONDS_BETWEEN_BEATS = 1.0
# The broker counts a failure for all that were on their way: 20 of them take eight minutes.
LONGEST_PAUSE = 30


def consume_until(stop: threading.Event) -> None:
    """Take events in until told to stop; broker and database may go and come back."""
    failures = 0
    while not stop.is_set():
        since, longest = time.monotonic(), broker.LONGEST_PAUSE
        try:
            # Without it every message would come back unread, and be counted as a failure.
            database.ensure_connection()
            with broker.connected() as connection:
                logger.info("Taking events in from %s", connection.as_uri())
                longest = LONGEST_PAUSE
                _consume(connection, stop)
        except Exception as error:
            lasted = time.monotonic() - since
            failures = 1 if lasted > LONGEST_PAUSE else failures + 1
            logger.warning("Events wait at the broker: %s", describe(error))
            connections.close_all()
            stop.wait(backoff(failures, first=0.5, longest=longest))
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
    """Put it among the broker's dead letters, from where it comes back as one of ours.

    Not where it says itself that it has been there: RabbitMQ reads that, and where it is
    not as RabbitMQ writes it, 3.10 loses the process that moves dead letters.
    """
    logger.warning("A message cannot be taken in: %s", describe(error))
    if DEATHS in _headers_of(message):
        take_in_dead(message, error)
    else:
        message.reject()


def take_in_dead(message: Message, error: Exception | None = None) -> None:
    """Keep a dead letter of the broker's where people look for them.

    It stays at the broker until then, so nothing that stands in it may make this fail.
    """
    text = _text_of(message)
    try:
        event = parse_event(text)
        key, body = event.id, event.to_cloudevent()
        reason = str(error or f"The broker gave it up: {_why(message)}.")
    except UnreadableEvent as unreadable:
        key, body = _key_of(message), {"unreadable": printable(text.decode(errors="replace"))}
        reason = str(error or unreadable)
    inbox.bury(body, key=key, reason=printable(reason))
    message.ack()


def _key_of(message: Message) -> UUID:
    """The same each time that it comes, which it does when it could not be acknowledged."""
    said = repr(_headers_of(message).get(DEATHS))
    return UUID(bytes=sha256(_text_of(message) + said.encode()).digest()[:16], version=5)


def _text_of(message: Message) -> bytes:
    body = message.body
    return body.encode(errors="replace") if isinstance(body, str) else bytes(body)


def _headers_of(message: Message) -> dict[str, Any]:
    return message.headers or {}


def _why(message: Message) -> str:
    match _headers_of(message).get(DEATHS):
        case [{"reason": str(reason)}, *_]:
            return reason
    return "no reason given"
