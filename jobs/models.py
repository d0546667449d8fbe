"""The row is the truth about a job; brokers and workers only move it on."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from uuid_utils.compat import uuid7


class State(models.TextChoices):
    """Where a job stands. The last three are ends; a failed or cancelled one can be retried."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDS = (State.SUCCEEDED, State.FAILED, State.CANCELLED)

HERE = ""


class JobQuerySet(models.QuerySet["Job"]):
    """Jobs, chosen by what is to be done with them."""

    def due(self) -> "JobQuerySet":
        """Those that could start now."""
        return self.filter(home=HERE, state=State.QUEUED, run_at__lte=timezone.now())

    def claimed(self, claim: Any) -> "JobQuerySet":
        """The one that runs under this claim, unless somebody has taken it away."""
        return self.filter(state=State.RUNNING, claim=claim)


class Job(models.Model):
    """Work that was accepted and will be done, whatever is killed meanwhile."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    progress = models.FloatField(default=0.0)
    message = models.CharField(max_length=500, blank=True)
    params = models.JSONField(default=dict)
    result = models.JSONField(null=True, blank=True)
    error = models.JSONField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0, help_text="How often it was started.")
    failures = models.PositiveIntegerField(default=0, help_text="How many attempts failed.")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="Nobody's: the site's own.",
    )
    home = models.CharField(
        max_length=20,
        blank=True,
        default=HERE,
        db_default=HERE,
        help_text="The service that does it, and whose row is the truth. Empty: this one.",
    )
    request_id = models.CharField(max_length=128, blank=True)
    traceparent = models.CharField(max_length=55, blank=True, default="", db_default="")
    created_at = models.DateTimeField(default=timezone.now)
    run_at = models.DateTimeField(default=timezone.now, help_text="Not before this time.")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    cancel_requested = models.BooleanField(default=False)

    # What has been done once and for all, kept with the effects themselves.
    memory = models.JSONField(default=dict, blank=True)
    # Counts every change: the ETag, and the id of the newest entry.
    version = models.PositiveIntegerField(default=1)
    rung_at = models.DateTimeField(default=timezone.now, help_text="When a worker was told last.")
    claim = models.UUIDField(null=True, blank=True, help_text="Of the attempt that runs.")
    worker = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = JobQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=State.values), name="job_state"),
            models.CheckConstraint(
                condition=Q(progress__gte=0.0, progress__lte=1.0), name="job_progress"
            ),
            models.CheckConstraint(
                condition=Q(state=State.RUNNING, claim__isnull=False, lease_until__isnull=False)
                | (~Q(state=State.RUNNING) & Q(claim=None))
                | (~Q(home=HERE) & Q(claim=None)),
                name="job_claim",
            ),
        )
        indexes = (
            models.Index(fields=["owner", "id"], name="job_owner"),
            models.Index(fields=["run_at"], name="job_due", condition=Q(state="queued")),
            models.Index(fields=["owner"], name="job_waiting", condition=Q(state="queued")),
            models.Index(fields=["lease_until"], name="job_lease", condition=Q(state="running")),
            models.Index(fields=["finished_at"], name="job_finished"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def has_ended(self) -> bool:
        return self.state in ENDS


class Entry(models.Model):
    """Something that was told of a job: a new state, how far it is, or a line of its log.

    Of progress only the newest is kept.
    """

    STATE, PROGRESS, LOG = "state", "progress", "log"

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="entries")
    number = models.PositiveIntegerField(help_text="The job's version when it was told.")
    type = models.CharField(
        max_length=10, choices=[(each, each) for each in (STATE, PROGRESS, LOG)]
    )
    data = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "entries"
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=["job", "number"], name="entry_number"),)

    def __str__(self) -> str:
        return f"{self.number}: {self.type}"
