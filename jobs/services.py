"""Asking for jobs, stopping them, starting them again. Each function owns its transaction."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import serializers

from backend_practice.http.context import current_request_id, current_traceparent
from backend_practice.http.problems import Conflict, TooManyRequests
from jobs import bell, transitions
from jobs.elsewhere import check_elsewhere, kind_elsewhere, kinds_everywhere
from jobs.homes import home_of
from jobs.kinds import Kind, kind_named
from jobs.models import Job, State
from jobs.params import check_params

SECONDS_TO_WAIT = 10


def request_job(
    kind: str, params: dict[str, Any], *, owner_id: UUID | None, run_at: datetime | None = None
) -> Job:
    """Have this done once the transaction at hand is committed, or at `run_at`.

    For the site's own code. Raises `LookupError` for a kind that nobody knows,
    a validation error for input that breaks the kind's schema.
    """
    known = kind_named(kind) or kind_elsewhere(kind)
    if known is None:
        raise LookupError(f"There is no kind of job called {kind}.")
    check_params(known.params, params)
    if known.check:
        known.check(params, owner_id)
    now = timezone.now()
    home = home_of(kind)
    is_delayed = run_at is not None and run_at > now
    job = transitions.create(
        kind=kind,
        params=params,
        owner_id=owner_id,
        run_at=run_at if is_delayed else now,
        rung_at=transitions.NEVER if is_delayed else now,
        request_id=current_request_id(),
        traceparent=current_traceparent(),
        home=home,
    )
    _ring_after_commit(job)
    return job


def accept_job(
    kind: str, params: dict[str, Any], *, owner: Any, run_at: datetime | None = None
) -> Job:
    """A job that a client asks for.

    Raises a validation error for a kind that nobody knows and for bad input,
    `PermissionDenied` for a kind that is the site's own, `TooManyRequests` for
    one more than may wait.
    """
    known = _known_kind(kind)
    if not known.requestable:
        raise PermissionDenied(f"{kind} is the site's own: nobody asks for it from outside.")
    check_elsewhere(kind, params, owner_id=owner.pk)
    with transaction.atomic():
        _check_room(owner.pk)
        return request_job(kind, params, owner_id=owner.pk, run_at=run_at)


def cancel_job(job: Job) -> Job:
    """Stop the job: at once before its start, else at the next place where it can.

    Asking again changes nothing. Raises `Conflict` for one that has ended otherwise.
    """
    if job.state == State.CANCELLED or (job.state == State.RUNNING and job.cancel_requested):
        return job
    if job.has_ended:
        raise Conflict(f"This job has {job.state} already.", code="ended")
    if job.home:
        return job if job.cancel_requested else transitions.ask_home_to_stop(job)
    change = transitions.cancel if job.state == State.QUEUED else transitions.ask_to_stop
    # It may have started or ended since it was read: then it is another question.
    return change(job) or cancel_job(get_object_or_404(Job, pk=job.pk))


def retry_job(job: Job) -> Job:
    """Do a failed or cancelled job again, with the same input.

    Raises `Conflict` for one that waits, runs or has succeeded, `TooManyRequests`
    for one more than may wait.
    """
    with transaction.atomic():
        if job.owner_id:
            _check_room(job.owner_id)
        again = transitions.retry(job)
        if again is None:
            now = get_object_or_404(Job, pk=job.pk)
            detail = f"Only a failed or cancelled job is retried; this one is {now.state}."
            raise Conflict(detail, code="state")
        _ring_after_commit(again)
    return again


def _known_kind(name: str) -> Kind:
    kind = kind_elsewhere(name) if home_of(name) else kind_named(name)
    if kind is None:
        names = ", ".join(each.name for each in kinds_everywhere() if each.requestable)
        detail = f"There is no such kind; known are {names}."
        raise serializers.ValidationError({"kind": [detail]}, code="unknown")
    return kind


def _check_room(owner_id: UUID) -> None:
    """Requests of one user queue here, or two at once would pass the limit."""
    users = get_user_model()._default_manager
    list(users.select_for_update(no_key=True).filter(pk=owner_id).values("pk"))
    limit: int = settings.JOBS_WAITING_A_USER
    waiting = Job.objects.filter(owner_id=owner_id, state=State.QUEUED)
    if len(waiting.values_list("pk")[:limit]) >= limit:
        detail = f"{limit} of your jobs wait already: let some of them be done first."
        raise TooManyRequests(
            detail, name="JOBS_WAITING_A_USER", value=limit, retry_after=SECONDS_TO_WAIT
        )


def _ring_after_commit(job: Job) -> None:
    if not job.home and job.run_at <= timezone.now():
        transaction.on_commit(lambda: bell.ring(job.pk), robust=True)
