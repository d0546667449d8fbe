"""Telling what has happened: `publish` in the transaction of the change itself.

Either both are there after the commit or neither, so nothing that happened goes
untold, and nothing is told that did not happen.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from backend_practice import bulk
from backend_practice.http.context import current_request_id, current_traceparent
from events import waking
from events.envelope import Event, parse_event
from events.models import OutboxEvent

COLUMNS = ("event_id", "type", "subject", "time", "data", "request_id", "traceparent")


def publish(type: str, data: dict[str, Any], *, subject: str) -> None:  # noqa: A002
    """Tell that this has happened to `subject`; the handlers hear of it after the commit.

    `type` is `<app>.<thing>.<past tense>`, `data` is JSON. Raises
    `TransactionManagementError` outside of a transaction, and `UnreadableEvent`
    or `TypeError` for what nobody could read: told, it would hold up all that follows.
    """
    publish_many(type, [(subject, data)])


def publish_many(type: str, facts: Iterable[tuple[str, dict[str, Any]]]) -> None:  # noqa: A002
    """As `publish`, for many subjects with what is to be told of each."""
    if not connection.in_atomic_block:
        reason = "An event is published in the transaction of the change that it tells of."
        raise transaction.TransactionManagementError(reason)
    now, bears = timezone.now(), (current_request_id(), current_traceparent())
    rows = [(uuid7(), type, subject, now, data, *bears) for subject, data in facts]
    for row in rows:
        parse_event(Event(*row).to_json())
    if len(rows) == 1:
        OutboxEvent.objects.create(**dict(zip(COLUMNS, rows[0], strict=True)))
    else:
        bulk.insert(OutboxEvent, COLUMNS, rows)
    transaction.on_commit(waking.wake, robust=True)
