"""What Celery calls. Each takes an id, calls what does the work, and stops."""

from typing import Any
from uuid import UUID

from celery.signals import worker_shutting_down

from backend_practice.celery import app
from jobs import leases, periodic, running


@worker_shutting_down.connect
def hand_back(**options: Any) -> None:
    """What runs in threads and processes of a worker that is told to end goes back in line."""
    leases.stop_all()


@app.task(name="jobs.run")
def run(job_id: str) -> None:
    """Do this job, if it is still to be done."""
    running.run(UUID(job_id))


@app.task(name="jobs.periodic")
def run_periodic(name: str) -> None:
    """Do what is to be done every so often."""
    periodic.task_named(name)()
