"""Does one job: claim it, call its function, write down what came of it."""

import logging
import re
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
from django.db import DatabaseError, InterfaceError, connections
from django.utils import timezone

from backend_practice.backoff import backoff
from backend_practice.http.context import request_id, span
from jobs import ending, leases, transitions
from jobs.context import JobContext, Reason, Refused, Stopped
from jobs.kinds import Kind, kind_named
from jobs.models import Job
from jobs.transitions import error_of
from jobs.workers import this_worker

logger = logging.getLogger(__name__)

LONGEST_BACKOFF = 600
TRIES_TO_WRITE_DOWN = 6
NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")  # which PostgreSQL stores in no text


def run(job_id: UUID) -> bool:
    """Do the job if it is due; whether it was this worker's to do."""
    if ending.is_told():  # Celery still hands out what it has fetched
        return False
    job = transitions.claim(job_id, this_worker())
    if job is None:
        return False
    with request_id(job.request_id), span(f"job {job.kind}", job.traceparent):
        start = time.monotonic()
        conclude = outcome_of(job)
        write_down(conclude)
        logger.info("%s ran for %.2f s", job, time.monotonic() - start)
    return True


def outcome_of(job: Job) -> Callable[[], object]:
    """Do the work, and say how to write down what came of it."""
    kind = kind_named(job.kind)
    if kind is None:
        error = error_of("unknown_kind", f"Nothing here does {job.kind}.")
        return lambda: transitions.fail(job, error)
    context = JobContext(job, time_limit=kind.time_limit)
    try:
        with leases.kept(context):
            result = as_json(kind.work(context, job.params))
        return lambda: transitions.succeed(job, result, context.message)
    except Stopped as stopped:
        return _after_stop(job, stopped.reason)
    except Refused as refused:
        error = error_of(refused.code, str(refused))
        return lambda: transitions.fail(job, error)
    except Exception as fault:
        return _after_fault(job, kind, fault)


def as_json(result: Any) -> Any:
    """What the row keeps. Raises `TypeError` for what is no JSON."""
    return None if result is None else orjson.loads(NUL.sub(rb"\1\\ufffd", orjson.dumps(result)))


def write_down(conclude: Callable[[], object]) -> None:
    """Insist for some seconds: a database that is away for a moment shall not undo the work.

    After that the lease runs out and the job is done anew, each effect once.
    """
    for attempt in range(1, TRIES_TO_WRITE_DOWN + 1):
        try:
            conclude()
            return
        except (DatabaseError, InterfaceError) as error:
            logger.warning("What came of a job could not be written down: %s", error)
            connections.close_all()
            time.sleep(backoff(attempt, first=0.2, longest=3))


def _after_stop(job: Job, reason: Reason) -> Callable[[], object]:
    if reason is Reason.CANCELLED:
        return lambda: transitions.cancel(job)
    if reason is Reason.TIMED_OUT:
        error = error_of("time_limit", "It took longer than its kind may.")
        return lambda: transitions.fail(job, error)
    if reason is Reason.ENDING:
        return lambda: transitions.give_back(job)
    return lambda: None  # whoever has it now has the say


def _after_fault(job: Job, kind: Kind, fault: Exception) -> Callable[[], object]:
    if _process_is_ending(fault):
        return lambda: transitions.give_back(job)
    failures = job.failures + 1
    is_last = failures >= kind.attempts
    logger.log(
        logging.ERROR if is_last else logging.WARNING,
        "%s failed, attempt %s of %s", job, failures, kind.attempts, exc_info=fault,
    )  # fmt: skip
    error = error_of("failed", f"The attempt ended with a {type(fault).__name__}.")
    if is_last:
        return lambda: transitions.fail(job, error)
    until = timezone.now() + timedelta(seconds=backoff(failures, longest=LONGEST_BACKOFF))
    return lambda: transitions.put_off(job, error, until)


def _process_is_ending(fault: Exception) -> bool:
    """A stop is no fault of the job's: threads cannot be started any more when Python ends."""
    ending = sys.is_finalizing() or not threading.main_thread().is_alive()
    return ending or "cannot schedule new futures" in str(fault)
