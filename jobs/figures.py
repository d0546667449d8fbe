"""Figures about jobs for `/metrics`: what waits and what runs, and for how long."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Min, QuerySet
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from jobs.models import Job, State

# Nobody does anything else at a million than at ten thousand: counting goes no further.
MOST = 10_000
LATELY = timedelta(minutes=5)


def figures() -> Iterator[Metric]:
    """Each from an index that holds the unfinished jobs alone, or the latest of the others."""
    now = timezone.now()
    queued, running = (
        Job.objects.filter(state=State.QUEUED),
        Job.objects.filter(state=State.RUNNING),
    )
    due = queued.filter(run_at__lte=now)
    later = queued.filter(run_at__gt=now)

    count = GaugeMetricFamily("jobs", f"Jobs by state, up to {MOST:,}.", labels=["state"])
    for state, jobs in (("due", due), ("later", later), ("running", running)):
        count.add_metric([state], up_to_most(jobs))
    yield count

    age = GaugeMetricFamily(
        "jobs_oldest_seconds", "How long the oldest has been due or running.", labels=["state"]
    )
    for state, since in (
        ("due", due.aggregate(since=Min("run_at"))["since"]),
        ("running", running.aggregate(since=Min("started_at"))["since"]),
    ):
        age.add_metric([state], (now - since).total_seconds() if since else 0.0)
    yield age

    ended = GaugeMetricFamily(
        "jobs_ended_lately", f"Jobs that ended in five minutes, up to {MOST:,}.", labels=["state"]
    )
    lately = Job.objects.filter(finished_at__gt=now - LATELY)
    states = list(lately.order_by("-finished_at").values_list("state", flat=True)[:MOST])
    for state in (State.SUCCEEDED, State.FAILED, State.CANCELLED):
        ended.add_metric([state], states.count(state))
    yield ended


def up_to_most(jobs: QuerySet[Job]) -> int:
    """How many; no more than `MOST` are looked at."""
    return len(jobs.order_by().values_list("pk")[:MOST])
