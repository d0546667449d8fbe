"""`POST /jobs/{id}/cancel/`: at once before the start, else where the work can stop."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs import sweeper, transitions
from jobs.models import Job
from jobs.services import cancel_job
from tests.jobs.api import address_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cancel(client_of, alice):
    """`cancel(job)` asks for it as alice."""
    client = client_of(alice)
    return lambda job: client.post(address_of(job, "cancel/"))


@pytest.fixture
def running(sleeping):
    """A job that some worker does."""
    return transitions.claim(sleeping.pk, "worker")


def test_before_its_start_it_is_cancelled_at_once(cancel, sleeping, done):
    answer = cancel(sleeping)

    assert (answer.status_code, answer.json()["state"]) == (202, "cancelled")
    assert answer.json()["finished_at"]
    assert done(sleeping).attempts == 0


def test_while_it_runs_it_is_asked_to_stop(cancel, running):
    answer = cancel(running)

    assert (answer.status_code, answer.json()["state"]) == (202, "running")
    assert answer.json()["message"] == "Cancelling"
    assert Job.objects.get().cancel_requested


def test_work_that_runs_stops_where_it_next_looks(cancel, job_of, done):
    def work(context, params):
        cancel(job)
        context.progress(0.1)
        return {"never": "told"}

    job = job_of(work)

    job = done(job)
    assert (job.state, job.result, job.attempts) == ("cancelled", None, 1)


def test_work_that_never_looks_succeeds(cancel, job_of, done):
    job = job_of(lambda context, params: cancel(job) and None)

    job = done(job)
    assert (job.state, job.cancel_requested) == ("succeeded", False)


def test_work_that_fails_after_it_was_asked_is_not_tried_again(cancel, job_of, done):
    def work(context, params):
        cancel(job)
        raise RuntimeError

    job = job_of(work)

    assert done(job).state == "cancelled"


def test_a_process_that_ends_does_not_give_back_what_is_to_stop(cancel, running):
    cancel(running)

    assert transitions.give_back(running).state == "cancelled"


def test_while_its_worker_is_dead_the_sweeper_cancels_it(cancel, running):
    cancel(running)
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    sweeper.sweep()

    job = Job.objects.get()
    assert (job.state, job.claim) == ("cancelled", None)


def test_twice_is_as_once(cancel, sleeping, running):
    first, again = cancel(running).json(), cancel(running).json()

    assert again == first
    assert Job.objects.get().version == 3


def test_twice_before_its_start_is_as_once(cancel, sleeping):
    assert cancel(sleeping).json() == cancel(sleeping).json()


@pytest.mark.parametrize("end", ["succeed", "fail"])
def test_after_its_end_there_is_nothing_to_stop(cancel, running, end):
    getattr(transitions, end)(running, {"code": "x", "detail": "y"})

    answer = cancel(running)

    assert answer.status_code == 409
    assert Job.objects.get().state == ("succeeded" if end == "succeed" else "failed")


def test_a_job_that_starts_in_between_is_asked_to_stop(sleeping):
    transitions.claim(sleeping.pk, "worker")  # since the row at hand was read

    assert cancel_job(sleeping).cancel_requested


def test_a_job_that_is_deleted_in_between_is_not_found(cancel, sleeping, monkeypatch):
    monkeypatch.setattr(transitions, "cancel", lambda job: job.delete() and None)

    assert cancel(sleeping).status_code == 404
