"""What has happened and is to be told (outbox), and who still has to hear it (inbox)."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone
from uuid_utils.compat import uuid7

from events.envelope import (
    LONGEST_REQUEST_ID,
    LONGEST_SUBJECT,
    LONGEST_TRACEPARENT,
    LONGEST_TYPE,
    Event,
)


class OutboxEvent(models.Model):
    """An event that was written down with the change it tells of, until it has been passed on."""

    event_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    type = models.CharField(max_length=LONGEST_TYPE)
    subject = models.CharField(max_length=LONGEST_SUBJECT)
    time = models.DateTimeField(default=timezone.now)
    data = models.JSONField(default=dict)
    request_id = models.CharField(max_length=LONGEST_REQUEST_ID, blank=True)
    traceparent = models.CharField(
        max_length=LONGEST_TRACEPARENT,
        blank=True,
        default="",
        db_default="",
        help_text="Of the trace that it is part of.",
    )
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "event"
        indexes = (
            models.Index(fields=["id"], name="outbox_unsent", condition=Q(sent_at=None)),
            models.Index(fields=["sent_at"], name="outbox_sent"),
        )

    def __str__(self) -> str:
        return f"{self.type} of {self.subject}"

    def as_event(self) -> Event:
        return Event(
            id=self.event_id,
            type=self.type,
            subject=self.subject,
            time=self.time,
            data=self.data,
            request_id=self.request_id,
            traceparent=self.traceparent,
        )


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Deliveries, chosen by what is left to do with them."""

    def waiting(self) -> "DeliveryQuerySet":
        return self.filter(state=Delivery.WAITING)

    def dead(self) -> "DeliveryQuerySet":
        return self.filter(state=Delivery.DEAD)

    def due(self) -> "DeliveryQuerySet":
        """Those whose turn it is: none before it waits for the same handler and subject."""
        earlier = Delivery.objects.waiting().filter(
            handler=OuterRef("handler"), subject=OuterRef("subject"), pk__lt=OuterRef("pk")
        )
        return self.waiting().filter(~Exists(earlier), due_at__lte=timezone.now()).order_by("pk")


class Delivery(models.Model):
    """One event for one handler. The pair is unique, so that no event is handled twice."""

    WAITING, HANDLED, DEAD = "waiting", "handled", "dead"

    event_id = models.UUIDField(editable=False)
    handler = models.CharField(max_length=200, blank=True, help_text="Empty: it was unreadable.")
    type = models.CharField(max_length=LONGEST_TYPE)
    subject = models.CharField(max_length=LONGEST_SUBJECT)
    event = models.JSONField(help_text="The whole of it, as a CloudEvent.")
    state = models.CharField(
        max_length=10, default=WAITING, choices=[(each, each) for each in (WAITING, HANDLED, DEAD)]
    )
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    error = models.TextField(blank=True)
    received_at = models.DateTimeField(default=timezone.now)
    handled_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = (
            models.UniqueConstraint(fields=["event_id", "handler"], name="delivery_once"),
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "handled", "dead")), name="delivery_state"
            ),
        )
        indexes = (
            models.Index(
                fields=["handler", "subject", "id"],
                name="delivery_order",
                condition=Q(state="waiting"),
            ),
            models.Index(fields=["due_at"], name="delivery_due", condition=Q(state="waiting")),
            models.Index(fields=["id"], name="delivery_dead", condition=Q(state="dead")),
            models.Index(
                fields=["handled_at"], name="delivery_handled", condition=Q(state="handled")
            ),
        )

    def __str__(self) -> str:
        return f"{self.type} of {self.subject} for {self.handler or 'nobody'}"


class Lease(models.Model):
    """Who may do alone what only one process at a time should do."""

    name = models.CharField(primary_key=True, max_length=100)
    holder = models.CharField(max_length=100)
    until = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.name}, held by {self.holder}"
