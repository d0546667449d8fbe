"""A worker and its beat inside the web process: jobs with nothing to install.

No simulation: the same Celery, the same rows, a broker in memory.
"""

import threading

from celery.beat import EmbeddedService, Scheduler
from django.conf import settings

from backend_practice.celery import app
from backend_practice.stopping import on_stop
from jobs import leases, sweeper

SECONDS_BETWEEN_TICKS = 1


def start() -> None:
    """Start both in threads that end with the process."""
    on_stop(leases.stop_all)
    worker = app.WorkController(
        hostname="embedded",
        pool="threads",
        concurrency=settings.JOBS_THREADS,
        without_heartbeat=True,
        without_mingle=True,
        without_gossip=True,
    )
    threading.Thread(target=worker.start, name="job-worker", daemon=True).start()
    beat = EmbeddedService(
        app, max_interval=SECONDS_BETWEEN_TICKS, thread=True, scheduler_cls=Scheduler
    )
    beat.daemon = True
    beat.start()
    sweeper.start_anew()
