"""What a job knows of itself while it runs."""

import enum
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jobs import ending, transitions
from jobs.models import Job

SECONDS_BETWEEN_WRITES = 0.5
MOST_LOG_LINES = 1000


class Refused(Exception):
    """The job cannot be done, now or later: it fails without another attempt."""

    def __init__(self, detail: str, *, code: str = "refused") -> None:
        super().__init__(detail)
        self.code = code


class Reason(enum.Enum):
    """Why the work stops before its end."""

    CANCELLED = "somebody asked for it"
    TIMED_OUT = "it took too long"
    LOST = "another worker has it, or it is gone"
    ENDING = "the process that it runs in is about to end"


class Stopped(BaseException):
    """Ends the work from inside. Not an `Exception`, so that no work takes it for a fault."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class JobContext:
    """The job at hand, for the function that does it.

    `progress`, `log` and `once` end the work from inside where it was cancelled,
    took too long, or has gone to another worker.
    """

    def __init__(self, job: Job, *, time_limit: float) -> None:
        self._job = job
        self._written_at = 0.0
        self._log_lines = 0
        self.message = job.message
        self.deadline = time.monotonic() + time_limit
        self.stop: Reason | None = None

    @property
    def id(self) -> UUID:
        """The job's id: the same in every attempt."""
        return self._job.pk

    @property
    def claim(self) -> UUID | None:
        """The id of this attempt."""
        return self._job.claim

    @property
    def owner_id(self) -> UUID | None:
        """Who asked for it; None for the site itself."""
        return self._job.owner_id

    @property
    def attempt(self) -> int:
        """1 for the first."""
        return self._job.attempts

    @property
    def memory(self) -> dict[str, Any]:
        """What earlier steps have kept. Change it inside `once` or `step`, where it is stored."""
        return self._job.memory  # type: ignore[no-any-return]

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked to cancel; known within half a lease, and after `progress`."""
        return self.stop is Reason.CANCELLED

    def progress(self, fraction: float, message: str = "") -> None:
        """How far it is, from 0 to 1. Cheap to call often: written twice a second at most."""
        self.message = message or self.message
        self.check()
        if time.monotonic() - self._written_at < SECONDS_BETWEEN_WRITES:
            return
        self._written_at = time.monotonic()
        fraction = round(min(1.0, max(0.0, fraction)), 4) if math.isfinite(fraction) else 0.0
        self._took(transitions.move_on(self._job, fraction, message))

    def log(self, text: str) -> None:
        """A line for whoever watches; after `MOST_LOG_LINES` nothing more is written."""
        self.check()
        self._log_lines += 1
        if self._log_lines <= MOST_LOG_LINES:
            self._took(transitions.log(self._job, text))

    @contextmanager
    def step(self) -> Iterator[dict[str, Any]]:
        """A transaction in which only this attempt can write, with `memory` stored at its end.

        Effect and memory are committed together, so that a later attempt knows
        what has been done.
        """
        self.check()
        with transaction.atomic():
            # Locks the row: another attempt, were there one, would wait, and then be told.
            if not self._renew():
                raise Stopped(Reason.LOST)
            memory = Job.objects.values_list("memory", flat=True).get(pk=self.id)
            yield memory
            Job.objects.filter(pk=self.id).update(memory=memory, lease_until=self._lease_from_now())
        self._job.memory = memory

    @contextmanager
    def once(self, name: str) -> Iterator[bool]:
        """A transaction for one effect: true the first time, false in every attempt after."""
        with self.step() as memory:
            done = memory.setdefault("done", [])
            yield name not in done
            if name not in done:
                done.append(name)

    def check(self) -> None:
        """Raise `Stopped` where the work is to stop."""
        if self.stop is None and ending.is_told():
            self.stop = Reason.ENDING
        if self.stop is None and time.monotonic() > self.deadline:
            self.stop = Reason.TIMED_OUT
        if self.stop is not None:
            raise Stopped(self.stop)

    def _renew(self) -> bool:
        mine = Job.objects.claimed(self.claim).filter(pk=self.id)
        return bool(mine.update(lease_until=self._lease_from_now()))

    def _lease_from_now(self) -> datetime:
        return timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)

    def _took(self, job: Job | None) -> None:
        if job is None:
            self.stop = Reason.LOST
        elif job.cancel_requested:
            self.stop = Reason.CANCELLED
        self.check()
