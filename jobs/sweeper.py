"""Finds what was left lying: jobs of dead workers, and jobs whose bell nobody heard.

A thread of each process that works. As one of its tasks it would wait behind the
very jobs that it is to look after.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import close_old_connections, connections, transaction
from django.db.models import DurationField, Exists, ExpressionWrapper, F, Q, QuerySet
from django.utils import timezone

from jobs import bell, transitions, workers
from jobs.models import Job, JobQuerySet, State
from jobs.transitions import error_of

logger = logging.getLogger(__name__)

AT_ONCE = 500
SHORTEST_SILENCE = timedelta(seconds=10)
LONGEST_SILENCE = timedelta(seconds=bell.SECONDS_A_BELL_LASTS)
MOST_INTERRUPTIONS = 25  # a job that kills its worker each time is no use to any of them


def start() -> None:
    """Sweep in a thread of this process for as long as it lives."""
    threading.Thread(target=_sweep_again_and_again, name="job-sweeper", daemon=True).start()


def start_anew() -> None:
    """The same where the bells have died with the process before this one."""
    work = partial(_sweep_again_and_again, first=ring_for_all)
    threading.Thread(target=work, name="job-sweeper", daemon=True).start()


def _sweep_again_and_again(first: Callable[[], None] | None = None) -> None:
    while True:
        try:
            close_old_connections()
            if first:
                first()
                first = None
            sweep()
        except Exception as error:
            logger.warning("Nobody could look for jobs that were left lying: %s", error)
            connections.close_all()
        time.sleep(settings.JOB_SWEEP_SECONDS)


def sweep() -> None:
    """Put back what has lost its worker, and ring for what is due; safe to do anywhere, anytime."""
    dead = workers.dead()
    free_abandoned(dead)
    ring_for_due()
    workers.forget(dead)  # now that their jobs are in other hands


def free_abandoned(dead: list[str]) -> None:
    """Jobs whose lease ran out, or whose worker is known to be dead, go back in line."""
    running = Job.objects.filter(state=State.RUNNING)
    left = running.filter(Q(lease_until__lt=timezone.now()) | Q(worker__in=dead))
    for key in list(left.values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            # A row that is locked is in the middle of a step, and so in somebody's hands.
            for job in left.select_for_update(skip_locked=True).filter(pk=key):
                _free(job)


def ring_for_due() -> None:
    """Tell the workers once more of jobs that are due and that none of them has begun."""
    keys = list(unheard().order_by("run_at").values_list("pk", flat=True)[:AT_ONCE])
    Job.objects.filter(pk__in=keys).update(rung_at=timezone.now())
    for key in keys:
        bell.ring(key)


def ring_for_all() -> None:
    """Tell the workers of whatever is due, because nobody else can have."""
    Job.objects.due().update(rung_at=transitions.NEVER)
    ring_for_due()


def unheard() -> JobQuerySet:
    """Jobs that are due, and for which nobody has rung for as long as they had waited by then.

    So a job that waits its turn for hours, because all workers are busy, does not
    fill the broker with bells. Where no worker begins anything, the bells are lost,
    with their broker say, and all are rung for.
    """
    now = timezone.now()
    waited = ExpressionWrapper(F("rung_at") - F("run_at"), DurationField())
    silence = ExpressionWrapper(now - F("rung_at"), DurationField())
    due: JobQuerySet = Job.objects.due().filter(rung_at__lt=now - SHORTEST_SILENCE)
    due = due.alias(waited=waited, silence=silence)
    moment = now - SHORTEST_SILENCE
    is_quiet = ~Q(Exists(_begun_since(moment))) & ~Q(Exists(_ended_since(moment)))
    return due.filter(is_quiet | Q(rung_at__lt=now - LONGEST_SILENCE) | Q(silence__gt=F("waited")))


def _begun_since(moment: datetime) -> QuerySet[Job]:
    return Job.objects.filter(state=State.RUNNING, started_at__gte=moment)


def _ended_since(moment: datetime) -> QuerySet[Job]:
    return Job.objects.filter(finished_at__gte=moment)


def _free(job: Job) -> None:
    interruptions = job.attempts - job.failures
    if interruptions >= MOST_INTERRUPTIONS and not job.cancel_requested:
        detail = f"Its worker ended {interruptions} times while it ran."
        transitions.fail(job, error_of("worker_lost", detail))
    elif freed := transitions.give_back(job):
        logger.warning("%s has lost its worker and is %s now", job, freed.state)
