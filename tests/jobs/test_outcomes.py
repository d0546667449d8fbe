"""What comes of a job: success, another attempt later, or failure."""

import itertools
import math
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from backend_practice.http.context import current_request_id
from jobs import running, transitions
from jobs.context import Reason, Refused, Stopped
from jobs.models import Job

pytestmark = pytest.mark.django_db


def failing(context, params):
    raise RuntimeError("a secret of the inside")


def refusing(context, params):
    raise Refused("There is no such upload.", code="no_upload")


def due_again(job):
    Job.objects.filter(pk=job.pk).update(run_at=timezone.now())
    return job


def test_what_the_work_returns_is_the_result(job_of, done):
    job = done(job_of(lambda context, params: {"books": [1, 2]}))

    assert (job.state, job.result, job.error) == ("succeeded", {"books": [1, 2]}, None)
    assert (job.progress, job.claim, job.lease_until) == (1.0, None, None)
    assert job.finished_at is not None


def test_it_knows_its_input_its_owner_and_its_attempt(job_of, done, alice):
    def work(context, params):
        return {"params": params, "owner": str(context.owner_id), "attempt": context.attempt}

    job = done(job_of(work, params={"a": 1}))

    assert job.result == {"params": {"a": 1}, "owner": str(alice.pk), "attempt": 1}


def test_a_failed_attempt_is_followed_by_another_later(job_of, done):
    job = done(job_of(failing))

    assert (job.state, job.attempts, job.failures) == ("queued", 1, 1)
    wait = job.run_at - timezone.now()
    assert timedelta(seconds=0.5) < wait < timedelta(seconds=1.5)
    assert done(job).attempts == 1, "it is not due yet"


def test_each_pause_is_longer(job_of, done):
    job = job_of(failing, attempts=6)
    pauses = []

    for _ in range(5):
        job = done(due_again(job))
        pauses.append((job.run_at - timezone.now()).total_seconds())

    assert all(later > earlier * 1.2 for earlier, later in itertools.pairwise(pauses))


def test_after_its_attempts_it_has_failed(job_of, done):
    job = job_of(failing, attempts=3)

    for _ in range(5):
        job = done(due_again(job))

    assert (job.state, job.attempts, job.failures) == ("failed", 3, 3)
    assert job.finished_at is not None


def test_the_error_names_the_kind_of_fault_and_no_inside(job_of, done):
    job = done(job_of(failing, attempts=1))

    assert job.error == {"code": "failed", "detail": "The attempt ended with a RuntimeError."}


def test_a_success_after_failures_has_no_error(job_of, done):
    def work(context, params):
        if context.attempt < 3:
            raise ValueError

    job = job_of(work)
    for _ in range(3):
        job = done(due_again(job))

    assert (job.state, job.error, job.attempts, job.failures) == ("succeeded", None, 3, 2)


def test_what_is_refused_fails_for_good(job_of, done):
    job = done(job_of(refusing))

    assert (job.state, job.attempts) == ("failed", 1)
    assert job.error == {"code": "no_upload", "detail": "There is no such upload."}


def test_a_kind_that_nobody_knows_any_more_fails(alice, done):
    job = done(Job.objects.create(kind="books.gone", owner=alice))

    assert (job.state, job.error["code"]) == ("failed", "unknown_kind")


@pytest.mark.parametrize(
    "result", [object(), {"set": {1}}, {1: "a"}, {"n": 2**70}, {"half": "\ud800"}]
)
def test_a_result_that_is_no_json_is_a_failed_attempt(job_of, done, result):
    job = done(job_of(lambda context, params: result, attempts=1))

    assert (job.state, job.error["code"]) == ("failed", "failed")


def test_what_json_cannot_say_of_numbers_becomes_nothing(job_of, done):
    job = done(job_of(lambda context, params: {"mean": math.nan}))

    assert job.result == {"mean": None}


def test_texts_are_kept_without_what_no_database_takes(job_of, done):
    job = done(job_of(lambda context, params: {"row": ["a\0b", "\\u0000"]}))

    assert (job.state, job.result) == ("succeeded", {"row": ["a\ufffdb", "\\u0000"]})


def test_a_refusal_is_told_without_them_as_well(job_of, done):
    def work(context, params):
        raise Refused("The name is a\0b\ud800.")

    assert done(job_of(work)).error["detail"] == "The name is a\ufffdb?."


def test_work_that_looks_at_the_time_ends_when_it_is_over(job_of, done):
    def work(context, params):
        context.deadline = 0.0
        context.progress(0.5)
        return {"never": "told"}

    job = done(job_of(work))

    assert (job.state, job.error["code"], job.result) == ("failed", "time_limit", None)
    assert job.attempts == 1


def test_a_stop_is_no_fault_that_the_work_could_swallow(job_of, done):
    def work(context, params):
        context.stop = Reason.CANCELLED
        try:
            context.progress(0.5)
        except Exception:
            return {"swallowed": True}

    assert done(job_of(work)).state == "cancelled"


def test_a_job_whose_process_ends_is_given_back(job_of, done, monkeypatch):
    def work(context, params):
        raise RuntimeError("cannot schedule new futures after shutdown")

    job = done(job_of(work))

    assert (job.state, job.attempts, job.failures) == ("queued", 1, 0)
    assert job.run_at <= timezone.now()


def test_an_interrupted_database_does_not_undo_the_work(job_of, done, monkeypatch):
    told = []
    succeed = transitions.succeed

    def away_at_first(job, result, message):
        told.append(result)
        if len(told) < 3:
            raise OperationalError("the database is away")
        return succeed(job, result, message)

    monkeypatch.setattr(transitions, "succeed", away_at_first)
    monkeypatch.setattr(running.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(running.connections, "close_all", lambda: None)

    assert done(job_of()).state == "succeeded"
    assert len(told) == 3


def test_a_job_that_others_have_taken_is_left_to_them(job_of, done):
    def work(context, params):
        Job.objects.update(claim="0199b1d2-7c5e-7d3a-9f00-3f7f6a2d9c11")
        return {"of": "the loser"}

    job = done(job_of(work))

    assert (job.state, job.result) == ("running", None)


def test_a_job_that_is_deleted_while_it_runs_is_no_fault(job_of):
    def work(context, params):
        Job.objects.all().delete()
        with pytest.raises(Stopped):
            context.progress(0.5)

    job = job_of(work)

    assert running.run(job.pk) is True
    assert not Job.objects.exists()


def test_whatever_is_logged_bears_the_id_of_the_request(job_of, done, alice):
    job = job_of(lambda context, params: {"id": current_request_id()})
    Job.objects.update(request_id="asked-for-0001")

    assert done(job).result == {"id": "asked-for-0001"}
