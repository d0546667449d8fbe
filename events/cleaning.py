"""Forgetting what nobody will ask for: events that everybody has heard of."""

from datetime import timedelta

from django.utils import timezone

from events.models import Delivery, OutboxEvent

KEPT = timedelta(days=7)  # longer than any message is on its way: a repeat is still known
AT_ONCE = 1000


def forget_old() -> int:
    """Delete what was passed on or handled a week ago, bit by bit; how many rows."""
    before = timezone.now() - KEPT
    deleted = 0
    for old in (
        OutboxEvent.objects.filter(sent_at__lt=before),
        Delivery.objects.filter(state=Delivery.HANDLED, handled_at__lt=before),
    ):
        while keys := list(old.values_list("pk", flat=True)[:AT_ONCE]):
            deleted += old.filter(pk__in=keys).delete()[0]
    return deleted
