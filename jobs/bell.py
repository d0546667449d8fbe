"""Tells the workers that a job is due. A hint and no more: a lost one costs some seconds.

Requests never wait for a broker. They leave the job's id here, and a thread of
the process passes it on, as soon as it can.
"""

import itertools
import logging
import os
import queue
import threading
import time
from uuid import UUID

from django.conf import settings
from kombu.connection import Connection

from backend_practice.backoff import backoff
from backend_practice.broker import connection_to
from backend_practice.celery import app

logger = logging.getLogger(__name__)

MOST_WAITING = 10_000
SECONDS_TO_SEND = 5
SECONDS_A_BELL_LASTS = 60
LONGEST_PAUSE = 3  # between two tries to ring at a broker that is away

_waiting: "queue.Queue[UUID]"
_lock: threading.Lock
_ringer: threading.Thread | None


def _begin() -> None:
    """In a forked process too: its parent's thread does not come along, nor what that held."""
    global _waiting, _lock, _ringer
    _waiting, _lock, _ringer = queue.Queue(MOST_WAITING), threading.Lock(), None


_begin()
os.register_at_fork(after_in_child=_begin)


def ring(job_id: UUID) -> None:
    """Have a worker look at this job soon; never waits, never raises."""
    if app.conf.broker_url.startswith("memory:"):
        _send(job_id)
        return
    try:
        _waiting.put_nowait(job_id)
    except queue.Full:
        return
    _start_ringer()


def _start_ringer() -> None:
    global _ringer
    with _lock:
        if _ringer is None or not _ringer.is_alive():
            _ringer = threading.Thread(target=_ring_all, name="job-bell", daemon=True)
            _ringer.start()


def _ring_all() -> None:
    connection: Connection | None = None
    while True:
        job_id = _waiting.get()
        for attempt in itertools.count(1):
            connection = _rung(job_id, connection)
            if connection is not None:
                break
            time.sleep(backoff(attempt, first=0.1, longest=LONGEST_PAUSE))


def _rung(job_id: UUID, connection: Connection | None) -> Connection | None:
    """The connection, if the bell was rung over it; else it is of no use any more."""
    connection = connection or connection_to(app.conf.broker_url, seconds=SECONDS_TO_SEND)
    try:
        _send(job_id, connection)
    except Exception as error:
        logger.warning(
            "The workers could not be told of a job: %s: %s", type(error).__name__, error
        )
        connection.release()
        return None
    return connection


def _send(job_id: UUID, connection: Connection | None = None) -> None:
    app.send_task(
        "jobs.run",
        args=[str(job_id)],
        connection=connection,
        queue=settings.JOBS_QUEUE,
        expires=SECONDS_A_BELL_LASTS,
        retry=False,
    )
