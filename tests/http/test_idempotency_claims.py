"""A claim holds for a minute; then the request must have died, and a repeat takes over."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import RequestFactory
from django.utils import timezone

from backend_practice.http.idempotency import fingerprint
from backend_practice.http.models import IdempotencyRecord

KEY = "0190-first-try"
BODY = b'{"name": "readers"}'


@pytest.fixture
def client(web_of, alice):
    return web_of(alice)


def post(client, path="/api/v1/groups/"):
    return client.generic("POST", path, BODY, "application/json", HTTP_IDEMPOTENCY_KEY=KEY)


def claim_of_a_dead_process(user, *, seconds_left, path="/api/v1/groups/"):
    request = RequestFactory().generic("POST", path, BODY, "application/json")
    now = timezone.now()
    return IdempotencyRecord.objects.create(
        user=user,
        key=KEY,
        fingerprint=fingerprint(request),
        claimed_until=now + timedelta(seconds=seconds_left),
        created_at=now,
    )


def test_before_its_time_a_claim_holds(client, alice):
    claim_of_a_dead_process(alice, seconds_left=5)

    assert post(client).status_code == 409
    assert not Group.objects.exists()


def test_after_its_time_a_repeat_takes_over(client, alice):
    claim_of_a_dead_process(alice, seconds_left=-1)

    response = post(client)

    assert response.status_code == 201
    assert "Idempotent-Replayed" not in response.headers
    assert Group.objects.count() == 1
    assert post(client).content == response.content


def test_whoever_takes_over_has_a_claim_of_its_own(client, alice, monkeypatch):
    record = claim_of_a_dead_process(alice, seconds_left=-1)
    claims = []

    def note_the_claim(*args):
        claims.append(IdempotencyRecord.objects.get(pk=record.pk).claimed_until)
        return True

    monkeypatch.setattr("backend_practice.http.idempotency.may_be_kept", note_the_claim)
    post(client)

    assert claims[0] > timezone.now() + timedelta(seconds=50)


def test_another_request_with_the_key_of_a_dead_one_is_refused(client, alice):
    claim_of_a_dead_process(alice, seconds_left=-1, path="/api/v1/echo/")

    assert post(client).status_code == 422


def test_the_effect_of_a_request_that_lost_its_claim_is_rolled_back(client, problem):
    response = post(client, "/api/v1/groups/taken-over/")

    assert response.status_code == 409
    assert problem(response)["type"] == "/problems/still-running/"
    assert response["Retry-After"] == "1"
    assert not Group.objects.exists()
