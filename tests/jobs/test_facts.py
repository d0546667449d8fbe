"""Other apps hear what becomes of a job: each change is an event in the same transaction."""

import pytest
from django.db import transaction

from events.models import OutboxEvent
from jobs import transitions
from jobs.models import Entry, Job

pytestmark = pytest.mark.django_db


def told():
    ours = OutboxEvent.objects.filter(type__startswith="jobs.")
    return list(ours.order_by("pk").values_list("type", flat=True))


def test_a_job_that_succeeds_is_told_from_beginning_to_end(sleeping, done):
    done(sleeping)

    assert told() == ["jobs.job.requested", "jobs.job.progressed", "jobs.job.succeeded"]


@pytest.mark.parametrize("end", ["fail", "cancel"])
def test_so_is_every_other_end(sleeping, end):
    running = transitions.claim(sleeping.pk, "worker")

    getattr(transitions, end)(running, *([{}] if end == "fail" else []))

    assert told()[-1] == {"fail": "jobs.job.failed", "cancel": "jobs.job.cancelled"}[end]


def test_an_event_says_whose_job_stands_where(sleeping, done, alice):
    done(sleeping)

    event = OutboxEvent.objects.latest("pk")
    assert event.subject == str(sleeping.pk)
    assert event.data == {
        "id": str(sleeping.pk), "kind": "jobs.sleep", "owner": str(alice.pk),
        "state": "succeeded", "progress": 1.0, "message": "",
    }  # fmt: skip


def test_a_retry_is_asked_for_anew(sleeping):
    transitions.retry(transitions.cancel(sleeping))

    assert told()[-1] == "jobs.job.requested"


def test_lines_of_the_log_are_for_those_who_watch(sleeping):
    transitions.log(transitions.claim(sleeping.pk, "worker"), "a line")

    assert len(told()) == 2


def test_what_was_rolled_back_is_told_to_nobody(sleeping):
    before = told(), Entry.objects.count()

    with transaction.atomic():
        transitions.claim(sleeping.pk, "worker")
        transaction.set_rollback(True)

    assert (told(), Entry.objects.count()) == before
    assert Job.objects.get().version == 1


def test_a_change_that_came_too_late_is_told_to_nobody(sleeping, done):
    done(sleeping)
    before = told()

    assert transitions.cancel(sleeping) is None
    assert told() == before
