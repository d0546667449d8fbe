"""Two requests with one key at the same time: real threads, a real database."""

import json
import threading
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import Group
from django.db import connection
from django.test import AsyncClient
from django.utils import timezone

from backend_practice.http.models import IdempotencyRecord

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "0190-first-try"


def post(client, path="/api/v1/groups/slow/"):
    return client.post(path, {"name": "readers"}, "application/json", HTTP_IDEMPOTENCY_KEY=KEY)


class InThread(threading.Thread):
    """A request in a thread of its own; `response` is its answer after `join`."""

    def __init__(self, client, **options):
        super().__init__()
        self.client, self.options, self.response = client, options, None
        self.start()

    def run(self):
        try:
            self.response = post(self.client, **self.options)
        finally:
            connection.close()


@pytest.fixture
def client(web_of, alice):
    """alice's: logged in before the first request, which keeps others from writing on SQLite."""
    return web_of(alice)


@pytest.fixture
def first(client, slow_groups):
    """A request that is inside its view and waits there."""
    thread = InThread(client)
    assert slow_groups.entered.wait(10)
    yield thread
    slow_groups.go_on.set()
    thread.join(10)


def test_while_the_first_runs_a_repeat_is_told_to_wait(first, client, problem):
    response = post(client)

    assert response.status_code == 409
    assert response["Retry-After"] == "1"
    assert problem(response)["type"] == "/problems/still-running/"


def test_once_the_first_has_ended_a_repeat_gets_its_answer(first, client, slow_groups):
    slow_groups.go_on.set()
    first.join(10)

    response = post(client)

    assert response.content == first.response.content
    assert response["Idempotent-Replayed"] == "true"
    assert Group.objects.count() == 1


def test_the_claim_is_seen_before_the_effect_is(first):
    (record,) = IdempotencyRecord.objects.all()

    assert record.status is None
    assert timedelta(0) < record.claimed_until - timezone.now() <= timedelta(seconds=60)
    assert not Group.objects.exists()


def test_of_many_at_once_one_takes_effect(client):
    threads = [InThread(client, path="/api/v1/groups/") for _ in range(6)]
    for thread in threads:
        thread.join(30)

    statuses = sorted(thread.response.status_code for thread in threads)
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    types = {json.loads(t.response.content).get("type") for t in threads}
    assert types <= {None, "/problems/still-running/"}
    assert Group.objects.count() == 1


def age_the_claim():
    past = timezone.now() - timedelta(seconds=1)
    assert IdempotencyRecord.objects.update(claimed_until=past) == 1


@pytest.mark.usefixtures("postgresql")
def test_a_request_that_outlives_its_claim_is_rolled_back(first, client, slow_groups, problem):
    age_the_claim()
    second = InThread(client)
    assert_soon(lambda: IdempotencyRecord.objects.get().claimed_until > timezone.now())

    slow_groups.go_on.set()
    first.join(10)
    second.join(10)

    statuses = sorted([first.response.status_code, second.response.status_code])
    assert statuses == [201, 409]
    assert first.response.status_code == 409
    assert problem(first.response)["type"] == "/problems/still-running/"
    assert Group.objects.count() == 1
    assert post(client).content == second.response.content


def assert_soon(condition):
    """Ask again and again for at most ten seconds."""
    waited = threading.Event()
    for _ in range(1000):
        if condition():
            return
        waited.wait(0.01)
    raise AssertionError("not within ten seconds")


def test_an_asynchronous_server_rolls_back_too(alice):
    client = AsyncClient(raise_request_exception=False)
    client.force_login(alice)

    response = async_to_sync(client.post)(
        "/api/v1/groups/then/crash/", {}, "application/json", headers={"Idempotency-Key": KEY}
    )

    assert response.status_code == 500
    assert not Group.objects.exists()
    assert not IdempotencyRecord.objects.exists()


def test_an_asynchronous_server_replays_too(alice):
    client = AsyncClient()
    client.force_login(alice)

    first, second = (
        async_to_sync(client.post)(
            "/api/v1/groups/",
            {"name": "readers"},
            "application/json",
            headers={"Idempotency-Key": KEY},
        )
        for _ in range(2)
    )

    assert first.status_code == 201
    assert second.content == first.content
    assert second["Idempotent-Replayed"] == "true"
