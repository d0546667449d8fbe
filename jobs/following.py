"""Jobs between services: the home does what it is told to, the jobs service follows what it says.

All of it may come twice, and late: a row only ever moves on to a higher version.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from rest_framework.exceptions import ValidationError

from events.envelope import Event
from jobs import bell, transitions, watching
from jobs.kinds import kind_named
from jobs.models import Entry, Job
from jobs.params import check_params
from jobs.transitions import error_of

TIMES = ("created_at", "run_at", "started_at", "finished_at")


# ---- In the service that does the job -------------------------------------------


def take_order(event: Event) -> None:
    """A job that the jobs service has accepted: from now on its row here is the truth."""
    data = event.data
    owner = get_user_model().objects.met(UUID(data["owner"]))
    job_id = UUID(data["id"])
    if owner is None or Job.objects.filter(pk=job_id).exists():
        return
    run_at = moment_of(data["order"]["run_at"])
    job = transitions.create(
        event="",
        id=job_id,
        kind=data["kind"],
        params=data["order"]["params"],
        owner_id=owner.pk,
        run_at=run_at,
        rung_at=transitions.NEVER if run_at > event.time else event.time,
        created_at=moment_of(data["order"]["created_at"]),
        request_id=event.request_id,
        traceparent=event.traceparent,
    )
    kind = kind_named(job.kind)
    try:
        check_params(kind.params if kind else {}, job.params)
    except ValidationError:
        transitions.fail(job, error_of("invalid-input", "The input breaks the kind's schema."))
        return
    transaction.on_commit(lambda: bell.ring(job.pk), robust=True)


def take_cancel(event: Event) -> None:
    """Stop the job, as its owner wants; one that has ended stays as it is."""
    from jobs.services import cancel_job  # which needs what this module is part of

    job = Job.objects.get(pk=event.data["id"])
    if not job.has_ended:
        cancel_job(job)


def take_retry(event: Event) -> None:
    """Do the job again, as its owner wants; one that waits or runs stays as it is."""
    job = transitions.retry(Job.objects.get(pk=event.data["id"]))
    if job:
        transaction.on_commit(lambda: bell.ring(job.pk), robust=True)


# ---- In the jobs service ----------------------------------------------------------


def follow(event: Event) -> None:
    """Bring our row to where the home's is; older news adds to what was told, and no more."""
    follow_facts(event.data)


def follow_facts(data: dict[str, Any]) -> None:
    """The same from an event's data alone."""
    job = _row_of(data)
    if job is None:
        return
    _keep_entry(job, data["entry"])
    if data["row"]["version"] > job.version:
        values = {name: value for name, value in data["row"].items() if name not in TIMES}
        times = {name: moment_of(data["row"][name]) for name in TIMES}
        told = {name: data[name] for name in ("state", "progress", "message")}
        Job.objects.filter(pk=job.pk).update(**values, **times, **told)
    transaction.on_commit(lambda: watching.changed(job.pk), robust=True)


def _row_of(data: dict[str, Any]) -> Job | None:
    """Ours, locked, made if need be; None where its owner has gone."""
    job: Job | None = Job.objects.select_for_update().filter(pk=data["id"]).first()
    if job is not None:
        return job
    owner = get_user_model().objects.met(UUID(data["owner"]))
    if owner is None:
        return None
    made: Job = Job.objects.create(
        id=UUID(data["id"]), kind=data["kind"], owner=owner, home=data["home"], version=0
    )
    return made


def _keep_entry(job: Job, told: dict[str, Any]) -> None:
    entries = Entry.objects.filter(job=job)
    if told["type"] == Entry.PROGRESS:
        if entries.filter(type=Entry.PROGRESS, number__gt=told["number"]).exists():
            return
        entries.filter(type=Entry.PROGRESS).delete()
    Entry.objects.bulk_create(
        [Entry(job=job, **{**told, "at": moment_of(told["at"])})], ignore_conflicts=True
    )


def moment_of(text: str | None) -> Any:
    """The time that `as_text` has written."""
    return datetime.fromisoformat(text) if text else None
