"""Hearing what has happened: each event once for each handler, retried, never lost."""

import logging
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from backend_practice.backoff import backoff
from backend_practice.http.context import request_id, span
from events.envelope import Event, UnreadableEvent, read_event
from events.handlers import handler_named, handlers_of
from events.models import Delivery, DeliveryQuerySet
from events.printable import describe

logger = logging.getLogger(__name__)

AT_ONCE = 100
SECONDS_FOR_A_HANDLER = 60  # after which another process may try
LONGEST_BACKOFF = 300


class NoSuchHandler(LookupError):
    """The code that was to hear of the event is gone."""


def receive(events: Iterable[Event]) -> None:
    """Note each event once for each of its handlers; one that is known changes nothing."""
    Delivery.objects.bulk_create(
        [
            Delivery(
                event_id=event.id,
                handler=name,
                type=event.type,
                subject=event.subject,
                event=event.to_cloudevent(),
            )
            for event in events
            for name in handlers_of(event.type)
        ],
        ignore_conflicts=True,
    )


def deliver_due() -> int:
    """Call the handlers whose turn it is; how many deliveries were tried."""
    due = list(Delivery.objects.due().values_list("pk", "attempts")[:AT_ONCE])
    return sum(_deliver(key, attempts) for key, attempts in due)


def replay(delivery: Delivery) -> list[int]:
    """Give a dead letter all its attempts anew; the keys of the deliveries that it comes to.

    Raises `UnreadableEvent` for one that no reader could make sense of.
    """
    if delivery.handler:
        Delivery.objects.dead().filter(pk=delivery.pk).update(
            state=Delivery.WAITING, attempts=0, due_at=timezone.now()
        )
        return [delivery.pk]
    with transaction.atomic():
        event = read_event(delivery.event)
        receive([event])
        delivery.delete()
        heard = Delivery.objects.filter(event_id=event.id).exclude(handler="")
        return list(heard.values_list("pk", flat=True))


def bury(event: object, *, key: UUID, reason: str) -> None:
    """Keep what nobody could read as a dead letter; with a key that is known, nothing changes."""
    readable = event if isinstance(event, dict) else {"unreadable": event}
    Delivery.objects.get_or_create(
        event_id=key,
        handler="",
        defaults={
            "type": str(readable.get("type", ""))[:100],
            "subject": str(readable.get("subject", ""))[:200],
            "event": readable,
            "state": Delivery.DEAD,
            "error": reason,
        },
    )


def _deliver(key: int, attempts: int) -> bool:
    """Whether it was this process's turn: another may have been faster."""
    if not _claim(key, attempts):
        return False
    # A claim that ran out and went to another: this one has nothing to say any more.
    mine = Delivery.objects.waiting().filter(pk=key, attempts=attempts + 1)
    try:
        with transaction.atomic():
            if delivery := mine.select_for_update().first():
                _call(delivery)
                mine.update(state=Delivery.HANDLED, handled_at=timezone.now(), error="")
    except (Exception, SystemExit) as error:  # the thread outlives any handler
        _note_failure(mine, error)
    return True


def _claim(key: int, attempts: int) -> bool:
    """Counted before it is tried: an event that kills the process is not tried for ever."""
    until = timezone.now() + timedelta(seconds=SECONDS_FOR_A_HANDLER)
    mine = Delivery.objects.waiting().filter(pk=key, attempts=attempts)
    return bool(mine.update(attempts=F("attempts") + 1, due_at=until))


def _call(delivery: Delivery) -> None:
    if delivery.attempts > settings.EVENT_ATTEMPTS:
        raise RuntimeError("The process ended each time while it was handled.")
    handler = handler_named(delivery.handler)
    if handler is None:
        raise NoSuchHandler(f"There is no {delivery.handler}.")
    event = read_event(delivery.event)
    with request_id(event.request_id), span(f"event {event.type}", event.traceparent):
        handler(event)


def _note_failure(mine: DeliveryQuerySet, error: BaseException) -> None:
    if (delivery := mine.first()) is None:
        return
    is_last = delivery.attempts >= settings.EVENT_ATTEMPTS or isinstance(error, UnreadableEvent)
    wait = timedelta(seconds=backoff(delivery.attempts, longest=LONGEST_BACKOFF))
    logger.warning(
        "%s was not handled, attempt %s: %s",
        *(delivery, delivery.attempts, describe(error)),
        exc_info=is_last,
    )
    mine.update(
        state=Delivery.DEAD if is_last else Delivery.WAITING,
        due_at=timezone.now() + wait,
        error=describe(error),
    )
