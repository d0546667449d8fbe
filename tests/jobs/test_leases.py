"""A job stays with its worker as long as that gives a sign of life."""

import threading
from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from jobs import leases, running, sweeper, transitions
from jobs.context import JobContext, Reason
from jobs.models import Job
from tests.jobs.waiting import until


@pytest.fixture
def context(sleeping):
    return JobContext(transitions.claim(sleeping.pk, "worker"), time_limit=60)


@pytest.fixture
def own_keeper(monkeypatch, settings):
    """Leases are short, and kept by a thread of this test's own."""
    settings.JOB_LEASE_SECONDS = 0.2
    monkeypatch.setattr(leases, "_keeper", None)


def expire():
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))


@pytest.mark.django_db
def test_a_lease_is_renewed_while_the_job_runs(context, held):
    expire()

    with held(context):
        leases.renew()

    assert Job.objects.get().lease_until > timezone.now() + timedelta(seconds=15)


@pytest.mark.django_db
def test_after_its_end_it_is_not(context, held):
    with held(context):
        pass
    expire()

    leases.renew()

    assert Job.objects.get().lease_until < timezone.now()


@pytest.mark.django_db
def test_one_query_renews_them_all(held, alice, django_assert_max_num_queries):
    jobs = Job.objects.bulk_create(Job(kind="jobs.sleep", owner=alice) for _ in range(10))
    with ExitStack() as stack:
        for job in jobs:
            claimed = transitions.claim(job.pk, "worker")
            stack.enter_context(held(JobContext(claimed, time_limit=60)))

        with django_assert_max_num_queries(6):
            leases.renew()


@pytest.mark.django_db
def test_a_job_that_was_cancelled_is_told(context, held):
    transitions.ask_to_stop(Job.objects.get())

    with held(context):
        leases.renew()

    assert context.cancelled


@pytest.mark.django_db
@pytest.mark.parametrize("lose", [transitions.give_back, lambda job: job.delete()])
def test_a_job_that_was_lost_is_told(context, held, lose):
    lose(Job.objects.get())

    with held(context):
        leases.renew()

    assert context.stop is Reason.LOST


@pytest.mark.django_db
def test_work_that_takes_too_long_and_never_looks_fails_all_the_same(context, held):
    context.deadline = 0.0

    with held(context):
        leases.renew()

    job = Job.objects.get()
    assert (job.state, job.error["code"]) == ("failed", "time_limit")
    assert context.stop is Reason.TIMED_OUT


@pytest.mark.django_db(transaction=True)
def test_work_that_never_looks_fails_while_it_still_runs(job_of, own_keeper):
    go_on = threading.Event()
    job = job_of(lambda context, params: go_on.wait(10) and {"too": "late"}, time_limit=0)

    worker = threading.Thread(target=in_thread, args=[job])
    worker.start()
    try:
        until(lambda: Job.objects.get().state == "failed")
    finally:
        go_on.set()
        worker.join(10)

    assert Job.objects.get().result is None


@pytest.mark.django_db(transaction=True)
def test_long_work_outlives_many_leases(job_of, own_keeper):
    go_on = threading.Event()
    job = job_of(lambda context, params: go_on.wait(10) and {"claim": str(context.claim)})

    worker = threading.Thread(target=in_thread, args=[job])
    worker.start()
    try:
        until(lambda: Job.objects.get().state == "running")
        first = Job.objects.get()
        until(lambda: Job.objects.get().lease_until > first.lease_until + timedelta(seconds=0.5))
        sweeper.free_abandoned([])
    finally:
        go_on.set()
        worker.join(10)

    job = Job.objects.get()
    assert (job.state, job.attempts, job.result) == ("succeeded", 1, {"claim": str(first.claim)})


@pytest.mark.django_db(transaction=True)
def test_the_keeper_ends_when_nothing_is_left_to_keep(job_of, own_keeper):
    before = set(threading.enumerate())
    in_thread(job_of(), close=False)

    until(lambda: not set(threading.enumerate()) - before)


@pytest.mark.django_db(transaction=True)
def test_no_lease_waits_for_a_step_of_another_job(postgresql, alice, held, at_once):
    jobs = Job.objects.bulk_create(Job(kind="jobs.sleep", owner=alice) for _ in range(2))
    in_a_step, other = (
        JobContext(transitions.claim(job.pk, "worker"), time_limit=60) for job in jobs
    )
    expire()

    with held(in_a_step), held(other), in_a_step.step():
        at_once(leases.renew)
        renewed = Job.objects.get(pk=other.id).lease_until

    assert renewed > timezone.now()
    assert other.stop is in_a_step.stop is None


@pytest.mark.django_db(transaction=True)
def test_nobody_takes_a_job_away_in_the_middle_of_a_step(postgresql, context, at_once):
    expire()

    with context.step():
        at_once(lambda: sweeper.free_abandoned(["worker"]))
    sweeper.free_abandoned([])

    assert Job.objects.get().claim == context.claim


def in_thread(job, close=True):
    try:
        running.run(job.pk)
    finally:
        if close:
            connections.close_all()
