"""`GET /jobs/overview/`: several questions at once, under one deadline."""

import asyncio
import socket
import time

import pytest

from events.models import OutboxEvent
from jobs import overview
from tests.jobs.api import OVERVIEW

pytestmark = pytest.mark.django_db(transaction=True)


async def answering():
    return "ok"


async def hanging():
    await asyncio.sleep(60)


async def failing():
    raise OSError("nobody is there")


def gathered(seconds=0.2, **sources):
    start = time.monotonic()
    answer = asyncio.run(overview.gathered(sources, seconds))
    return answer, time.monotonic() - start


@pytest.fixture
def silent_url():
    """A broker that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"amqp://127.0.0.1:{server.getsockname()[1]}//"


def test_what_came_in_time_is_the_answer():
    answer, seconds = gathered(jobs=answering, broker=hanging, events=failing, workers=answering)

    assert answer["answers"] == {"jobs": "ok", "workers": "ok"}
    assert answer["missing"] == ["broker", "events"]
    assert 200 <= answer["milliseconds"] < 1000
    assert seconds < 1


def test_where_all_answer_nobody_waits():
    answer, seconds = gathered(seconds=30, jobs=answering, events=failing)

    assert answer["missing"] == ["events"]
    assert seconds < 1


def test_it_says_how_the_background_is(client_of, alice, sleeping, done):
    done(sleeping)

    answer = client_of(alice).get(OVERVIEW).json()

    assert answer["missing"] == []
    assert answer["answers"]["jobs"] == {
        "queued": 0, "running": 0, "succeeded": 1, "failed": 0, "cancelled": 0,
    }  # fmt: skip
    assert answer["answers"]["workers"] == {"jobs": 0, "processes": 0}
    assert answer["answers"]["events"]["dead_letters"] == 0
    assert answer["answers"]["events"]["unsent"] == OutboxEvent.objects.count()


def test_the_jobs_of_others_are_not_counted(client_of, bob, sleeping):
    answer = client_of(bob).get(OVERVIEW).json()

    assert set(answer["answers"]["jobs"].values()) == {0}


def test_a_silent_broker_is_missing_and_nobody_waits_for_it(
    client_of, alice, settings, silent_url, monkeypatch
):
    settings.CELERY_BROKER_URL = silent_url
    monkeypatch.setattr(overview, "SECONDS", 0.3)
    client = client_of(alice)

    start = time.monotonic()
    answer = client.get(OVERVIEW).json()

    assert time.monotonic() - start < 1
    assert answer["missing"] == ["job broker"]
    assert set(answer["answers"]) == {"jobs", "workers", "events"}


def test_a_thread_that_hangs_holds_nobody_up(client_of, alice, monkeypatch, settings):
    settings.CELERY_BROKER_URL = "amqp://127.0.0.1:1//"
    monkeypatch.setattr(overview, "ask", lambda url, seconds: time.sleep(3))
    monkeypatch.setattr(overview, "SECONDS", 0.2)
    client = client_of(alice)

    start = time.monotonic()
    answer = client.get(OVERVIEW).json()

    assert time.monotonic() - start < 2
    assert answer["missing"] == ["job broker"]


def test_a_broker_that_answers_is_told(client_of, alice, settings, amqp_url):
    settings.CELERY_BROKER_URL = amqp_url

    assert client_of(alice).get(OVERVIEW).json()["answers"]["job broker"] == "ok"


def test_it_is_for_those_who_have_logged_in(anonymous):
    assert anonymous.get(OVERVIEW).status_code == 401
