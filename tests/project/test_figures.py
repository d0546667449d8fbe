"""What `/metrics` says of jobs and events, and what it asks the database for that."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.models import Delivery, OutboxEvent
from jobs.models import Job, State

pytestmark = pytest.mark.django_db


def scraped():
    """Each sample by its name and labels."""
    text = Client().get("/metrics").content.decode()
    lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


def job(state, **fields):
    return Job.objects.create(kind="jobs.sleep", state=state, **fields)


def test_jobs_are_told_by_state_and_age():
    now = timezone.now()
    job(State.QUEUED, run_at=now - timedelta(seconds=90))
    job(State.QUEUED, run_at=now - timedelta(seconds=5))
    job(State.QUEUED, run_at=now + timedelta(hours=1))
    job(State.FAILED, finished_at=now - timedelta(minutes=1))
    job(State.FAILED, finished_at=now - timedelta(minutes=6))

    figures = scraped()

    assert figures['jobs{state="due"}'] == 2
    assert figures['jobs{state="later"}'] == 1
    assert figures['jobs{state="running"}'] == 0
    assert 90 <= figures['jobs_oldest_seconds{state="due"}'] < 150
    assert figures['jobs_ended_lately{state="failed"}'] == 1


def test_events_that_wait_are_told_with_their_age():
    now = timezone.now()
    OutboxEvent.objects.create(type="a.b.c", subject="1", time=now - timedelta(seconds=30))
    OutboxEvent.objects.create(type="a.b.c", subject="2", time=now, sent_at=now)
    for number, state in enumerate(("waiting", "dead", "dead", "handled")):
        Delivery.objects.create(
            event_id=f"00000000-0000-0000-0000-00000000000{number}", handler="h", type="a.b.c",
            subject=str(number), event={}, state=state, due_at=now - timedelta(seconds=20),
        )  # fmt: skip

    figures = scraped()

    assert figures["outbox_unsent"] == 1
    assert 30 <= figures["outbox_lag_seconds"] < 90
    assert figures["inbox_waiting"] == 1
    assert 20 <= figures["inbox_lag_seconds"] < 80
    assert figures["dead_letters"] == 2


def test_counting_stops_where_more_would_change_nothing(monkeypatch):
    monkeypatch.setattr("jobs.figures.MOST", 3)
    for _ in range(5):
        job(State.QUEUED)

    assert scraped()['jobs{state="due"}'] == 3


def test_no_query_counts_a_table():
    with CaptureQueriesContext(connection) as captured:
        Client().get("/metrics")

    asked = [query["sql"] for query in captured]
    assert len(asked) > 5
    assert not any("COUNT(" in query.upper() for query in asked)
    assert all("WHERE" in query for query in asked)


def test_an_app_that_cannot_answer_hides_no_other(monkeypatch):
    def broken():
        raise RuntimeError("no figures today")

    monkeypatch.setattr("jobs.figures.figures", broken)

    figures = scraped()

    assert figures['figures_answered{app="jobs"}'] == 0
    assert figures['figures_answered{app="events"}'] == 1
    assert figures["dead_letters"] == 0
