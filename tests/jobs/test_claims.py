"""Of all the workers that hear of a job, one does it."""

from functools import partial

import pytest

from jobs import running, transitions
from jobs.models import Job
from jobs.services import request_job


@pytest.mark.django_db(transaction=True)
def test_of_many_that_claim_it_at_once_one_wins(sleeping, at_once):
    claims = at_once(*[lambda: transitions.claim(sleeping.pk, "worker")] * 6)

    (winner,) = [job for job in claims if job]
    job = Job.objects.get()
    assert (job.state, job.claim, job.attempts) == ("running", winner.claim, 1)


@pytest.mark.django_db(transaction=True)
def test_of_many_that_do_it_at_once_one_does(job_of, at_once):
    done = []
    job = job_of(lambda context, params: done.append(context.id))

    results = at_once(*[lambda: running.run(job.pk)] * 6)

    assert sorted(results) == [False] * 5 + [True]
    assert done == [job.pk]


@pytest.mark.django_db(transaction=True)
def test_started_and_cancelled_at_once_it_is_one_of_both(alice, at_once):
    for _ in range(5):
        job = request_job("jobs.sleep", {"seconds": 0}, owner_id=alice.pk)

        claimed, cancelled = at_once(
            partial(transitions.claim, job.pk, "worker"), partial(transitions.cancel, job)
        )

        assert bool(claimed) != bool(cancelled)


@pytest.mark.django_db
def test_what_has_ended_is_not_done_again(job_of, done):
    runs = []
    job = job_of(lambda context, params: runs.append(1))
    done(job)

    assert done(job).attempts == 1
    assert runs == [1]


@pytest.mark.django_db
def test_a_job_that_is_gone_is_nobodys(job_of):
    job = job_of()
    key = job.pk
    job.delete()

    assert running.run(key) is False


@pytest.mark.django_db
def test_a_claim_is_told_to_whoever_watches(sleeping):
    job = transitions.claim(sleeping.pk, "worker")

    assert [(entry.number, entry.data["state"]) for entry in job.entries.all()] == [
        (1, "queued"),
        (2, "running"),
    ]
    assert job.version == 2
