"""What was left lying is found: jobs of the dead, and bells that nobody heard."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs import sweeper, transitions, workers
from jobs.models import Job
from jobs.services import request_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def running(sleeping):
    """A job that some worker on another machine does."""
    return transitions.claim(sleeping.pk, "elsewhere-1-abc")


def ago(**time):
    return timezone.now() - timedelta(**time)


def test_a_job_whose_lease_ran_out_is_back_in_line(running, rings):
    Job.objects.update(lease_until=ago(seconds=1))

    sweeper.sweep()

    job = Job.objects.get()
    assert (job.state, job.claim, job.attempts, job.failures) == ("queued", None, 1, 0)
    assert rings == [job.pk], "and a worker is told at once"


def test_a_job_whose_lease_holds_stays_where_it_is(running, rings):
    sweeper.sweep()

    assert Job.objects.get().claim == running.claim
    assert rings == []


def test_a_job_of_a_dead_worker_need_not_wait_for_its_lease(running, monkeypatch):
    monkeypatch.setattr(workers, "dead", lambda: ["elsewhere-1-abc"])

    sweeper.sweep()

    assert Job.objects.get().state == "queued"


@pytest.mark.django_db(transaction=True)
def test_a_lease_that_is_renewed_at_that_moment_holds(running, monkeypatch):
    Job.objects.update(lease_until=ago(seconds=1))
    atomic = sweeper.transaction.atomic

    def renewed_before():
        Job.objects.update(lease_until=timezone.now() + timedelta(seconds=20))
        return atomic()

    monkeypatch.setattr(sweeper.transaction, "atomic", renewed_before)
    sweeper.free_abandoned([])

    assert Job.objects.get().claim == running.claim


def test_a_job_that_ends_its_worker_each_time_fails_in_the_end(sleeping):
    for _ in range(sweeper.MOST_INTERRUPTIONS):
        transitions.claim(sleeping.pk, "worker")
        Job.objects.update(lease_until=ago(seconds=1))
        sweeper.free_abandoned([])

    job = Job.objects.get()
    assert (job.state, job.error["code"]) == ("failed", "worker_lost")


def test_attempts_that_failed_are_no_interruptions(sleeping):
    Job.objects.update(attempts=100, failures=99)
    transitions.claim(sleeping.pk, "worker")
    Job.objects.update(lease_until=ago(seconds=1))

    sweeper.free_abandoned([])

    assert Job.objects.get().state == "queued"


def test_it_rings_again_for_what_nobody_began(sleeping, rings):
    Job.objects.update(run_at=ago(seconds=11), rung_at=ago(seconds=11))

    sweeper.sweep()
    sweeper.sweep()

    assert rings == [sleeping.pk]


@pytest.fixture
def busy():
    """The workers have plenty to do: one of them has just ended a job."""
    Job.objects.create(kind="jobs.sleep", state="succeeded", finished_at=ago(seconds=1))


def waiting(job, waited, silent):
    """Let this job have been due for so many seconds, and nobody have rung for so many."""
    Job.objects.filter(pk=job.pk).update(run_at=ago(seconds=waited), rung_at=ago(seconds=silent))


def test_while_workers_are_busy_it_rings_less_often_for_what_waits_long(sleeping, rings, busy):
    waiting(sleeping, waited=90, silent=40)
    sweeper.sweep()
    assert rings == []

    waiting(sleeping, waited=90, silent=50)
    sweeper.sweep()
    assert rings == [sleeping.pk]


def test_but_never_less_than_every_minute(sleeping, rings, busy):
    waiting(sleeping, waited=5 * 3600, silent=61)

    sweeper.sweep()

    assert rings == [sleeping.pk]


def test_where_no_worker_begins_anything_the_bells_are_lost_and_it_rings(sleeping, rings):
    waiting(sleeping, waited=3600, silent=11)

    sweeper.sweep()

    assert rings == [sleeping.pk]


def test_a_worker_that_has_just_begun_something_is_busy(sleeping, rings):
    other = Job.objects.create(kind="jobs.sleep")
    transitions.claim(other.pk, "elsewhere-1-abc")
    waiting(sleeping, waited=3600, silent=11)

    sweeper.sweep()

    assert rings == []


def test_for_a_delayed_job_it_rings_as_soon_as_it_is_due(alice, rings):
    later = timezone.now() + timedelta(seconds=3)
    job = request_job("jobs.sleep", {"seconds": 0}, owner_id=alice.pk, run_at=later)
    sweeper.sweep()
    assert rings == []

    Job.objects.update(run_at=timezone.now())
    sweeper.sweep()
    assert rings == [job.pk]


def test_for_a_failed_attempt_it_rings_as_soon_as_it_is_due(running, rings):
    transitions.put_off(running, {}, timezone.now())

    sweeper.sweep()

    assert rings == [running.pk]


@pytest.mark.parametrize("state", ["running", "succeeded", "failed", "cancelled"])
def test_for_nothing_else_it_rings(sleeping, rings, state):
    claim = {"claim": sleeping.pk, "lease_until": timezone.now() + timedelta(hours=1)}
    Job.objects.update(state=state, rung_at=ago(hours=1), **(claim if state == "running" else {}))

    sweeper.sweep()

    assert rings == []


def test_a_process_that_starts_anew_rings_for_all_that_is_due(sleeping, alice, rings):
    later = Job.objects.create(kind="jobs.sleep", run_at=timezone.now() + timedelta(hours=1))

    sweeper.ring_for_all()

    assert rings == [sleeping.pk]
    assert later.pk not in rings


def test_a_sweep_asks_little(alice, rings, django_assert_max_num_queries):
    Job.objects.bulk_create(
        Job(kind="jobs.sleep", owner=alice, run_at=ago(hours=1), rung_at=ago(hours=1))
        for _ in range(50)
    )

    with django_assert_max_num_queries(3):
        sweeper.sweep()

    assert len(rings) == 50
