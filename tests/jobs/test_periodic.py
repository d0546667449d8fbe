"""What is done every so often, and what it clears up."""

from datetime import timedelta

import pytest
from django.utils import timezone

from backend_practice.celery import app
from jobs import jobs, periodic, tasks
from jobs.models import Entry, Job


@pytest.fixture
def hourly(monkeypatch):
    """A function that is called every hour, and its calls."""
    monkeypatch.setattr(periodic, "_tasks", dict(periodic._tasks))
    calls = []

    @periodic.every(hours=1)
    def tidy():
        calls.append(1)

    return calls


def test_the_beat_sends_it_to_the_jobs_own_queue(hourly, settings):
    (name,) = (name for name in periodic.beat_schedule() if name.endswith("tidy"))

    entry = periodic.beat_schedule()[name]

    assert (entry["task"], entry["args"], entry["schedule"]) == ("jobs.periodic", [name], 3600)
    assert entry["options"] == {"expires": 3600, "queue": settings.JOBS_QUEUE}


def test_the_task_calls_it(hourly):
    (name,) = (name for name in periodic.all_tasks() if name.endswith("tidy"))

    tasks.run_periodic(name)

    assert hourly == [1]


def test_celery_knows_the_schedule_and_its_tasks():
    assert app.conf.beat_schedule == periodic.beat_schedule()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)


def test_what_nobody_knows_any_more_is_an_error():
    with pytest.raises(KeyError):
        tasks.run_periodic("gone.and_forgotten")


@pytest.mark.django_db
class TestForgetting:
    @pytest.fixture
    def long_ago(self):
        return timezone.now() - timedelta(days=31)

    @pytest.mark.parametrize("state", ["succeeded", "failed", "cancelled"])
    def test_a_job_that_ended_a_month_ago_is_forgotten(self, sleeping, long_ago, state):
        Job.objects.update(state=state, finished_at=long_ago)

        jobs.forget_old_jobs()

        assert not Job.objects.exists()
        assert not Entry.objects.exists()

    def test_one_that_ended_lately_is_kept(self, sleeping, done):
        done(sleeping)

        jobs.forget_old_jobs()

        assert Job.objects.exists()

    def test_one_that_still_waits_is_kept_however_old(self, sleeping, long_ago):
        Job.objects.update(created_at=long_ago, run_at=long_ago)

        jobs.forget_old_jobs()

        assert Job.objects.exists()

    def test_many_are_forgotten_bit_by_bit(self, monkeypatch, long_ago):
        monkeypatch.setattr(jobs, "AT_ONCE", 2)
        Job.objects.bulk_create(
            Job(kind="jobs.sleep", state="failed", finished_at=long_ago) for _ in range(5)
        )

        jobs.forget_old_jobs()

        assert not Job.objects.exists()
