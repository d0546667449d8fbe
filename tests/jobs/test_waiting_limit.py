"""A user has so many jobs waiting and no more, however fast she asks."""

import pytest

from jobs.models import Job, State
from jobs.services import request_job
from tests.jobs.api import JOBS, SLEEP, address_of


@pytest.fixture
def limit(settings):
    settings.JOBS_WAITING_A_USER = 3
    return 3


def waiting(user, count):
    return [request_job("jobs.sleep", {"seconds": 0}, owner_id=user.pk) for _ in range(count)]


@pytest.mark.django_db
def test_one_more_than_may_wait_is_refused(limit, alice, client_of):
    waiting(alice, limit)

    answer = client_of(alice).post(JOBS, SLEEP)

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert answer.json()["limit"] == {"name": "JOBS_WAITING_A_USER", "value": 3}
    assert Job.objects.count() == limit


@pytest.mark.django_db
def test_those_that_run_or_have_ended_do_not_count(limit, alice, client_of, done):
    for job in waiting(alice, limit):
        done(job)

    assert client_of(alice).post(JOBS, SLEEP).status_code == 202


@pytest.mark.django_db
def test_those_of_others_do_not_count(limit, alice, bob, client_of):
    waiting(bob, limit)

    assert client_of(alice).post(JOBS, SLEEP).status_code == 202


@pytest.mark.django_db
def test_a_retry_counts_as_well(limit, alice, client_of):
    (job,) = waiting(alice, 1)
    client_of(alice).post(address_of(job, "cancel/"))
    waiting(alice, limit)

    answer = client_of(alice).post(address_of(job, "retry/"))

    assert answer.status_code == 429
    assert Job.objects.get(pk=job.pk).state == State.CANCELLED


@pytest.mark.django_db
def test_the_refusal_is_not_kept_for_its_key(limit, alice, client_of, done):
    jobs = waiting(alice, limit)
    send = lambda: client_of(alice).post(JOBS, SLEEP, headers={"Idempotency-Key": "k"})  # noqa: E731

    refused = send()
    done(jobs[0])
    accepted = send()

    assert (refused.status_code, accepted.status_code) == (429, 202)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_do_not_pass_it(limit, alice, client_of, at_once):
    client = client_of(alice)

    statuses = at_once(*[lambda: client.post(JOBS, SLEEP).status_code] * 6)

    assert sorted(statuses) == [202] * 3 + [429] * 3
    assert Job.objects.count() == limit
