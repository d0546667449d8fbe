"""`POST /jobs/{id}/retry/`: the same job from the beginning."""

import pytest

from jobs import transitions
from jobs.context import Refused
from jobs.models import Job
from tests.jobs.api import address_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def retry(client_of, alice):
    """`retry(job)` asks for it as alice."""
    client = client_of(alice)
    return lambda job, **headers: client.post(address_of(job, "retry/"), headers=headers)


@pytest.fixture
def failed(job_of, done):
    """A job that fails the first time it is done, with all that it leaves behind."""

    def work(context, params):
        with context.once("effect") as is_first:
            context.progress(0.5, "half")
        if len(runs) == 0:
            runs.append(is_first)
            raise Refused("Not today.")
        runs.append(is_first)
        return {"runs": runs}

    runs = []
    return done(job_of(work, params={"a": 1}))


def test_it_is_in_line_again_under_the_same_id(retry, failed):
    answer = retry(failed)

    job = answer.json()
    assert (answer.status_code, job["id"], job["state"]) == (202, str(failed.pk), "queued")
    assert (job["params"], job["attempts"], job["progress"]) == ({"a": 1}, 0, 0)
    assert (job["error"], job["result"], job["message"]) == (None, None, "")
    assert (job["started_at"], job["finished_at"]) == (None, None)
    assert answer["ETag"] != ""


def test_what_was_done_once_is_not_done_again(retry, failed, done):
    retry(failed)

    job = done(failed)
    assert (job.state, job.result) == ("succeeded", {"runs": [True, False]})


def test_a_cancelled_job_can_be_retried(retry, sleeping, done):
    transitions.cancel(sleeping)

    retry(sleeping)

    assert done(sleeping).state == "succeeded"


def test_one_that_was_stopped_while_it_ran_is_not_stopped_again(retry, sleeping, done):
    running = transitions.claim(sleeping.pk, "worker")
    transitions.cancel(transitions.ask_to_stop(running))

    retry(sleeping)

    assert done(sleeping).state == "succeeded"


def test_the_bell_rings_for_it(retry, failed, rings, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        retry(failed)

    assert rings == [failed.pk]


@pytest.mark.parametrize("state", ["queued", "running", "succeeded"])
def test_what_has_not_failed_is_not_retried(retry, sleeping, done, state):
    if state == "running":
        transitions.claim(sleeping.pk, "worker")
    elif state == "succeeded":
        done(sleeping)
    version = Job.objects.get().version

    answer = retry(sleeping)

    assert answer.status_code == 409
    assert state in answer.json()["detail"]
    assert list(Job.objects.values_list("state", "version")) == [(state, version)]


def test_with_one_key_twice_is_one_retry(retry, failed, done):
    first = retry(failed, idempotency_key="k")
    done(failed)
    again = retry(failed, idempotency_key="k")

    assert again.content == first.content
    assert Job.objects.get().state == "succeeded"


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_retries(retry, client_of, alice, sleeping, at_once):
    transitions.cancel(sleeping)
    client = client_of(alice)
    send = lambda: client.post(address_of(sleeping, "retry/")).status_code  # noqa: E731

    assert sorted(at_once(send, send)) == [202, 409]
