"""What workers and sweepers ask every few seconds costs the same however many jobs there were."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from jobs import leases, sweeper
from jobs.models import Job, State

pytestmark = pytest.mark.django_db
ROWS = 4000


@pytest.fixture
def history(alice):
    """Thousands of jobs that have ended, and a few that have not."""
    now = timezone.now()
    long_ago = now - timedelta(days=1)
    Job.objects.bulk_create(
        (Job(kind="jobs.sleep", owner=alice, state="succeeded", finished_at=long_ago)
         for _ in range(ROWS)),
        batch_size=500,
    )  # fmt: skip
    Job.objects.bulk_create(
        Job(kind="jobs.sleep", owner=alice, rung_at=now - timedelta(hours=1)) for _ in range(5)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def plan_of(queryset):
    return queryset.explain()


@pytest.mark.parametrize(
    "asked",
    [
        lambda: sweeper.unheard().order_by("run_at"),
        lambda: Job.objects.due(),
        lambda: leases.kept_under([Job(kind="x").pk]),
        lambda: Job.objects.filter(state=State.RUNNING, lease_until__lt=timezone.now()),
        lambda: Job.objects.filter(owner_id=Job(kind="x").pk, state=State.QUEUED),
        lambda: Job.objects.filter(owner_id=Job(kind="x").pk).order_by("-pk"),
    ],
    ids=["unheard", "due", "kept", "expired", "waiting", "list"],
)  # fmt: skip
def test_an_index_answers(history, asked):
    plan = plan_of(asked())

    assert "USING INDEX" in plan.upper() or "INDEX SCAN" in plan.upper(), plan
    assert "SCAN JOBS_JOB\n" not in plan.upper()
    assert "Seq Scan" not in plan
