"""Figures about events for `/metrics`: what waits in the outbox and the inbox, and what is dead."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from events.models import Delivery, OutboxEvent

MOST = 10_000  # counting goes no further


def figures() -> Iterator[Metric]:
    """Each from an index that holds only what is still to be done."""
    unsent = OutboxEvent.objects.filter(sent_at=None)
    waiting = Delivery.objects.waiting()
    yield _one("outbox_unsent", f"Events not yet passed on, up to {MOST:,}.", _up_to_most(unsent))
    first = unsent.order_by("pk").values_list("time", flat=True).first()
    yield _one("outbox_lag_seconds", "How long the oldest of them waits.", _age(first))
    yield _one(
        "inbox_waiting", f"Deliveries not yet handled, up to {MOST:,}.", _up_to_most(waiting)
    )
    due = waiting.order_by("due_at").values_list("due_at", flat=True).first()
    yield _one("inbox_lag_seconds", "For how long the oldest of them has been due.", _age(due))
    dead = _up_to_most(Delivery.objects.dead())
    yield _one("dead_letters", f"Events that no handler could handle, up to {MOST:,}.", dead)


def _one(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=value)


def _age(since: datetime | None) -> float:
    return max(0.0, (timezone.now() - since).total_seconds()) if since else 0.0


def _up_to_most(rows: QuerySet[Any]) -> int:
    return len(rows.order_by().values_list("pk")[:MOST])
