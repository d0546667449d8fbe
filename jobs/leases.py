"""Keeps the leases of the jobs that run in this process, and learns what became of them.

One thread a process renews them all. A job whose lease ran out belongs to nobody,
and the sweeper puts it back in line.
"""

import logging
import os
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import close_old_connections, connections, transaction
from django.db.models import QuerySet
from django.utils import timezone

from jobs import ending, transitions
from jobs.context import JobContext, Reason
from jobs.models import Job, State

logger = logging.getLogger(__name__)

RENEWALS_A_LEASE = 4

_lock: threading.RLock
_held: dict[UUID, JobContext]
_keeper: threading.Thread | None


def _begin() -> None:
    """In a forked process too: the jobs are its parent's, and the thread does not come along."""
    global _lock, _held, _keeper
    # One that its holder may take again: a signal may come while it is held.
    _lock, _held, _keeper = threading.RLock(), {}, None


_begin()
os.register_at_fork(after_in_child=_begin)


@contextmanager
def kept(context: JobContext) -> Iterator[None]:
    """The job stays this process's own inside, until it takes too long."""
    assert context.claim is not None  # noqa: S101 - a job that runs has one
    with _lock:
        _held[context.claim] = context
        _start_keeper()
    try:
        yield
    finally:
        with _lock:
            _held.pop(context.claim, None)


def stop_all() -> None:
    """The process is about to end: what runs here stops where it can, and goes back in line."""
    ending.tell()
    with _lock:
        for context in _held.values():
            context.stop = context.stop or Reason.ENDING


def _start_keeper() -> None:
    global _keeper
    if _keeper is None or not _keeper.is_alive():
        _keeper = threading.Thread(target=_keep, name="job-leases", daemon=True)
        _keeper.start()


def _keep() -> None:
    try:
        while not _is_idle():
            time.sleep(settings.JOB_LEASE_SECONDS / RENEWALS_A_LEASE)
            try:
                close_old_connections()
                renew()
            except Exception as error:
                logger.warning("The leases of jobs could not be renewed: %s", error)
                connections.close_all()
    finally:
        connections.close_all()


def _is_idle() -> bool:
    global _keeper
    with _lock:
        if not _held:
            _keeper = None
        return not _held


def renew() -> None:
    """Renew every lease of this process's; tell the jobs that were cancelled, lost or too slow."""
    with _lock:
        held = dict(_held)
    if not held:
        return
    mine = kept_under(held)
    _renew_those_of(mine)
    found = dict(mine.values_list("claim", "cancel_requested"))
    for claim, context in held.items():
        if claim not in found:
            context.stop = context.stop or Reason.LOST
        elif found[claim]:
            context.stop = context.stop or Reason.CANCELLED
        elif time.monotonic() > context.deadline:
            _give_up(context)


def kept_under(claims: Iterable[UUID]) -> QuerySet[Job]:
    """The jobs that run under these. Few run at any time, and have an index of their own."""
    return Job.objects.filter(state=State.RUNNING, claim__in=claims)


def _renew_those_of(mine: QuerySet[Job]) -> None:
    """All but those in the middle of a step, which renews its own: none waits for another."""
    until = timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)
    with transaction.atomic():
        free = mine.select_for_update(skip_locked=True).order_by("pk")
        Job.objects.filter(pk__in=list(free.values_list("pk", flat=True))).update(lease_until=until)


def _give_up(context: JobContext) -> None:
    """The row says so now; the work itself ends when it next looks."""
    detail = "It took longer than its kind may."
    job = Job.objects.claimed(context.claim).first()
    if job:
        transitions.fail(job, transitions.error_of("time_limit", detail))
    context.stop = Reason.TIMED_OUT
