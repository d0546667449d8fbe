"""Jobs of other services: accepted here, done there, and followed in any order."""

import itertools
import math
import random
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from events.envelope import Event
from events.models import OutboxEvent
from jobs import elsewhere, following, transitions
from jobs.jobs import SECONDS
from jobs.kinds import Kind
from jobs.models import Entry, Job
from jobs.services import accept_job, cancel_job, retry_job

pytestmark = pytest.mark.django_db

KIND = Kind("books.count", lambda *_: None, "Counts", SECONDS, True, 5, 60, 30, None)
PARAMS = {"seconds": 1}


@pytest.fixture
def at_jobs(as_books, monkeypatch):
    """This process is the jobs service, which knows a kind of the books service, now away."""
    as_books.SERVICE, as_books.SERVICES_PORT = "jobs", 1
    for name in elsewhere._others():
        monkeypatch.setitem(elsewhere._ask_again_at, name, math.inf)
        monkeypatch.setitem(elsewhere._known, name, [KIND] if name == "books" else [])
    return as_books


def told(kind=None):
    """The events that have been told, as others hear them."""
    rows = OutboxEvent.objects.filter(type__startswith="jobs.").order_by("pk")
    events = [row.as_event() for row in rows]
    return [event for event in events if kind is None or event.type == kind]


def test_it_is_accepted_and_its_home_is_told(at_jobs, alice):
    job = accept_job(KIND.name, PARAMS, owner=alice)

    [order] = told("jobs.job.requested")
    assert (job.home, job.state) == ("books", "queued")
    assert (order.subject, order.data["to"]) == (str(job.pk), "books")
    assert order.data["order"]["params"] == PARAMS


def test_nobody_here_does_it(at_jobs, alice):
    job = accept_job(KIND.name, PARAMS, owner=alice)

    assert transitions.claim(job.pk, "worker") is None
    assert not Job.objects.due().exists()


def test_input_is_checked_by_what_is_known_of_the_kind(at_jobs, alice):
    with pytest.raises(Exception, match="required"):
        accept_job(KIND.name, {}, owner=alice)


def test_to_cancel_is_left_to_its_home_and_asked_once(at_jobs, alice):
    job = accept_job(KIND.name, PARAMS, owner=alice)

    cancel_job(job)
    cancel_job(Job.objects.get())

    assert [event.data["to"] for event in told("jobs.job.cancelling")] == ["books"]
    assert Job.objects.get().state == "queued"


def test_to_retry_is_left_to_its_home(at_jobs, alice):
    job = accept_job(KIND.name, PARAMS, owner=alice)
    Job.objects.update(state="failed", version=7)

    retry_job(Job.objects.get(pk=job.pk))

    assert [event.data["to"] for event in told("jobs.job.retrying")] == ["books"]
    assert Job.objects.get().state == "queued"


# ---- At its home ------------------------------------------------------------------


@pytest.fixture
def order(alice):
    """An order as the jobs service would send it."""

    def make(params=PARAMS, run_at=None):
        now = datetime.now(UTC)
        moments = {"created_at": now.isoformat(), "run_at": (run_at or now).isoformat()}
        data = {
            "id": str(uuid.uuid4()),
            "kind": "jobs.sleep",
            "owner": str(alice.pk),
            "to": "books",
            "order": {"params": params, **moments},
        }
        return Event(uuid.uuid4(), "jobs.job.requested", data["id"], now, data, "the-request")

    return make


def test_an_order_that_comes_twice_is_one_job(as_books, order):
    ordered = order()

    following.take_order(ordered)
    following.take_order(ordered)

    job = Job.objects.get()
    assert (str(job.pk), job.state, job.request_id) == (ordered.subject, "queued", "the-request")
    assert told() == []


def test_what_its_home_does_not_accept_fails_and_is_told(as_books, order):
    following.take_order(order(params={"seconds": "many"}))

    assert Job.objects.get().error["code"] == "invalid-input"
    assert [event.data["home"] for event in told("jobs.job.failed")] == ["books"]


def test_a_job_of_later_waits_there(as_books, order):
    following.take_order(order(run_at=datetime.now(UTC) + timedelta(hours=1)))

    assert not Job.objects.due().exists()


# ---- Followed ----------------------------------------------------------------------


def life_of_a_job(settings, ordered):
    """What its home tells of a job from its start to its end."""
    settings.SERVICE = "books"
    following.take_order(ordered)
    job = transitions.claim(Job.objects.get().pk, "worker")
    transitions.move_on(job, 0.2, "a little")
    transitions.log(job, "a line")
    transitions.move_on(job, 0.7, "most")
    transitions.succeed(job, {"books": 3}, "all of it")
    entries = list(Entry.objects.values_list("number", "type"))
    end = Job.objects.values("state", "progress", "message", "result", "version").get()
    Job.objects.all().delete()
    return told(), entries, end


@pytest.mark.parametrize("seed", range(8))
def test_in_whatever_order_and_however_often_it_is_told_the_end_is_the_same(as_books, order, seed):
    events, entries, end = life_of_a_job(as_books, order())
    as_books.SERVICE = "jobs"
    shuffled = [*events, *events]
    random.Random(seed).shuffle(shuffled)  # noqa: S311

    for event in shuffled:
        following.follow(event)

    assert Job.objects.values("state", "progress", "message", "result", "version").get() == end
    assert Job.objects.get().home == "books"
    # The first, `queued`, was written where the job was accepted.
    assert list(Entry.objects.order_by("number").values_list("number", "type")) == entries[1:]


def test_in_order_a_watcher_sees_each_step(as_books, order):
    events, _, _ = life_of_a_job(as_books, order())
    as_books.SERVICE = "jobs"
    seen = []

    for event in events:
        following.follow(event)
        seen.append(Job.objects.get().state)

    assert [state for state, _ in itertools.groupby(seen)] == ["running", "succeeded"]


def test_a_job_of_somebody_who_is_gone_is_not_followed(as_books, order, alice):
    events, _, _ = life_of_a_job(as_books, order())
    alice.delete()
    before = Job.objects.count()

    for event in events:
        following.follow(event)

    assert Job.objects.count() == before == 0
