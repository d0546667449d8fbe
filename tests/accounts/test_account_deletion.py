"""The deletion of an account: done when every service has done its part, and shown until then."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.identity import deletions
from accounts.identity.models import AccountDeletion
from events import deliverer
from events.models import OutboxEvent
from jobs.models import Job
from jobs.running import run

pytestmark = pytest.mark.django_db


@pytest.fixture
def deleted(log_in, alice, anonymous):
    """What is shown of the deletion of alice's account, each time it is called."""
    answer = log_in(alice).delete("me/")
    assert answer.status_code == 204

    def show():
        shown = anonymous.get(answer["Location"])
        assert shown.status_code == 200
        return shown.json()

    return show


def waiting(shown):
    return [service["name"] for service in shown["services"] if service["done_at"] is None]


def test_it_waits_for_every_service_that_keeps_something(deleted):
    shown = deleted()

    assert waiting(shown) == sorted(deletions.keepers())
    assert shown["finished_at"] is None


@pytest.mark.together
def test_what_went_with_the_user_is_done_once_all_have_heard(deleted):
    deliverer.deliver_all()

    assert waiting(deleted()) == ["uploads"]


@pytest.mark.together
def test_it_is_finished_when_the_last_job_for_it_is(deleted):
    deliverer.deliver_all()
    run(Job.objects.get(kind="uploads.forget").pk)
    deliverer.deliver_all()

    shown = deleted()
    assert waiting(shown) == []
    assert shown["finished_at"] is not None


def test_what_is_heard_twice_is_as_once(deleted):
    deletion = AccountDeletion.objects.get()
    deletions.note_done(deletion.user_id, deletions.keepers())
    first = deleted()

    deletions.note_done(deletion.user_id, ["books"])

    assert deleted() == first


def test_who_does_not_answer_is_told_again_after_a_while(deleted):
    def told():
        return OutboxEvent.objects.filter(type="accounts.user.deleted").count()

    deletions.tell_again()
    assert told() == 1

    AccountDeletion.objects.update(told_at=timezone.now() - timedelta(minutes=6))
    deletions.tell_again()
    deletions.tell_again()

    assert told() == 2


def test_nobody_is_told_again_of_what_is_finished(deleted):
    long_ago = timezone.now() - timedelta(hours=1)
    AccountDeletion.objects.update(told_at=long_ago, finished_at=long_ago)

    assert deletions.tell_again() == 0


def test_a_deletion_that_nobody_asked_for_is_not_found(anonymous):
    unknown = "00000000-0000-4000-8000-000000000000"

    assert anonymous.get(f"/api/v1/auth/deletions/{unknown}/").status_code == 404


def test_a_user_whom_staff_delete_goes_the_same_way(alice):
    alice.delete()

    assert AccountDeletion.objects.get().waiting_for == deletions.keepers()
