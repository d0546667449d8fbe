"""Every way in which a job changes: a conditional update, and whoever loses the race is told so.

The change, what is told of it and the event that it causes are one transaction.
"""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from events.outbox import publish
from jobs import watching
from jobs.homes import facts_of
from jobs.models import ENDS, HERE, Entry, Job, State

REQUESTED, PROGRESSED = "jobs.job.requested", "jobs.job.progressed"
# What the jobs service asks of the one that does the job.
CANCELLING, RETRYING = "jobs.job.cancelling", "jobs.job.retrying"
EVENT_OF = {state: f"jobs.job.{state.value}" for state in ENDS}
MOST_TOLD = 500
NEVER = datetime(1970, 1, 1, tzinfo=UTC)

Error = Mapping[str, str]


def error_of(code: str, detail: str) -> dict[str, str]:
    """A job's `error`: a word for programs and a sentence for people."""
    return {"code": storable(code), "detail": storable(detail)}


def storable(text: str) -> str:
    """The text as both databases take it: PostgreSQL has no NUL, UTF-8 no half of a pair."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def create(*, event: str = REQUESTED, **values: Any) -> Job:
    """A new job, waiting for its time; told under no name where it has been told already."""
    with transaction.atomic():
        job = Job.objects.create(**values)
        _tell(job, Entry.STATE, event)
    return job


def claim(job_id: uuid.UUID, worker: str) -> Job | None:
    """Start the job; None where it is not due, or another worker has it."""
    now = timezone.now()
    return _change(
        job_id,
        Q(home=HERE, state=State.QUEUED, run_at__lte=now),
        state=State.RUNNING,
        claim=uuid.uuid4(),
        worker=worker,
        lease_until=now + timedelta(seconds=settings.JOB_LEASE_SECONDS),
        attempts=F("attempts") + 1,
        started_at=now,
    )


def move_on(job: Job, progress: float, message: str) -> Job | None:
    """How far the job is; None where it is not this worker's any more."""
    values: dict[str, Any] = {"progress": progress}
    if message:
        values["message"] = storable(message[:MOST_TOLD])
    return _change(job.pk, Q(claim=job.claim), entry=Entry.PROGRESS, **values)


def log(job: Job, text: str) -> Job | None:
    """A line for its log; None where it is not this worker's any more."""
    data = {"text": storable(text[:MOST_TOLD])}
    return _change(job.pk, Q(claim=job.claim), entry=Entry.LOG, data=data, event="")


def succeed(job: Job, result: Any, message: str = "") -> Job | None:
    """Done; None where somebody else has the last word."""
    return _end(
        job.pk,
        Q(claim=job.claim),
        State.SUCCEEDED,
        result=result,
        error=None,
        progress=1.0,
        message=storable(message[:MOST_TOLD]),
        cancel_requested=False,
    )


def fail(job: Job, error: Error) -> Job | None:
    """Failed for good, or until somebody retries it."""
    return _end(job.pk, Q(claim=job.claim), State.FAILED, error=error, failures=F("failures") + 1)


def cancel(job: Job) -> Job | None:
    """Stopped on request: before its start, or at a place where the work could stop."""
    return _end(job.pk, Q(claim=job.claim), State.CANCELLED, error=None)


def ask_to_stop(job: Job) -> Job | None:
    """The work that runs stops at the next place where it can."""
    return _change(
        job.pk,
        Q(claim=job.claim, state=State.RUNNING),
        entry=Entry.PROGRESS,
        cancel_requested=True,
        message="Cancelling",
    )


def put_off(job: Job, error: Error, until: datetime) -> Job | None:
    """This attempt has failed, another one will follow."""
    return _back_in_line(job, error=error, failures=F("failures") + 1, run_at=until)


def give_back(job: Job) -> Job | None:
    """The worker stops in the middle: another one begins anew."""
    return _back_in_line(job, run_at=timezone.now())


def retry(job: Job) -> Job | None:
    """From the beginning, with the same input; None where it has not failed or been cancelled."""
    now = timezone.now()
    return _change(
        job.pk,
        Q(state__in=(State.FAILED, State.CANCELLED)),
        state=State.QUEUED,
        event=RETRYING if job.home else REQUESTED,
        result=None,
        error=None,
        progress=0.0,
        attempts=0,
        failures=0,
        run_at=now,
        rung_at=now,
        started_at=None,
        finished_at=None,
        message="",
        cancel_requested=False,
    )


def ask_home_to_stop(job: Job) -> Job:
    """Leave it to the service that does the job; its own words follow."""
    with transaction.atomic():
        Job.objects.filter(pk=job.pk).update(cancel_requested=True)
        job.cancel_requested = True
        publish(CANCELLING, {"id": str(job.pk), "to": job.home}, subject=str(job.pk))
    return job


def _back_in_line(job: Job, **values: Any) -> Job | None:
    """Queued again, or cancelled where somebody has asked for that."""
    return _change(
        job.pk,
        Q(claim=job.claim, cancel_requested=False),
        state=State.QUEUED,
        claim=None,
        lease_until=None,
        rung_at=NEVER,
        **values,
    ) or _end(job.pk, Q(claim=job.claim, cancel_requested=True), State.CANCELLED, error=None)


def _end(job_id: uuid.UUID, where: Q, state: State, **values: Any) -> Job | None:
    return _change(
        job_id,
        where & Q(state__in=(State.QUEUED, State.RUNNING)),
        state=state,
        claim=None,
        lease_until=None,
        finished_at=timezone.now(),
        event=EVENT_OF[state],
        **values,
    )


def _change(
    job_id: uuid.UUID,
    where: Q,
    *,
    entry: str = Entry.STATE,
    event: str = PROGRESSED,
    data: dict[str, Any] | None = None,
    **values: Any,
) -> Job | None:
    """The job after the change; None where `where` did not hold, and nothing changed."""
    with transaction.atomic():
        changed = Job.objects.filter(where, pk=job_id).update(version=F("version") + 1, **values)
        if not changed:
            return None
        job: Job = Job.objects.get(pk=job_id)
        _tell(job, entry, event, data)
    return job


def _tell(job: Job, entry: str, event: str, data: dict[str, Any] | None = None) -> None:
    told = {"state": job.state, "progress": job.progress, "message": job.message}
    if entry == Entry.PROGRESS:  # of which the newest is enough
        Entry.objects.filter(job=job, type=Entry.PROGRESS).delete()
    row = Entry.objects.create(
        job=job, number=job.version, type=entry, data=data or {**told, "attempts": job.attempts}
    )
    facts = facts_of(job, row)
    if event or (entry == Entry.LOG and "home" in facts):
        publish(event or PROGRESSED, facts, subject=str(job.pk))
    transaction.on_commit(lambda: watching.changed(job.pk), robust=True)
