"""What `manage.py doctor` examines of jobs: one is done, by whoever does jobs here."""

import time
from datetime import timedelta

from django.utils import timezone

from backend_practice.doctor import Failed, examination
from jobs.models import ENDS, Job, State
from jobs.services import request_job

SECONDS = 25.0  # the sweeper's round, where the site itself does its jobs
BETWEEN_LOOKS = 0.1


@examination("jobs", seconds=SECONDS + 5)
def a_job_is_done() -> str:
    """Accepted here, done by a worker, or by the running site where there are none."""
    # A moment ahead: then any sweeper rings for it, also one of another process.
    soon = timezone.now() + timedelta(seconds=0.2)
    job = request_job("jobs.sleep", {"seconds": 0}, owner_id=None, run_at=soon)
    try:
        ended = _ended(job, time.monotonic() + SECONDS)
    finally:
        Job.objects.filter(pk=job.pk).exclude(state=State.RUNNING).delete()
    if ended.state == State.QUEUED:
        raise Failed("nobody has begun it: no worker runs, or no site that does its own jobs")
    if ended.state != State.SUCCEEDED:
        raise Failed(f"it is {ended.state}")
    return f"done by {ended.worker or 'a worker'}"


def _ended(job: Job, deadline: float) -> Job:
    while time.monotonic() < deadline:
        job.refresh_from_db()
        if job.state in ENDS:
            break
        time.sleep(BETWEEN_LOOKS)
    return job
