"""What is kept for a repeat, for how long, and what is done anew."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from backend_practice.http import idempotency
from backend_practice.http.models import IdempotencyRecord

KEY = "0190-first-try"


@pytest.fixture
def client(web_of, alice):
    return web_of(alice)


def post(client, path="/api/v1/groups/", name="readers"):
    return client.post(path, {"name": name}, "application/json", HTTP_IDEMPOTENCY_KEY=KEY)


@pytest.mark.parametrize("name", ["crash", "database-away", "unavailable"])
def test_an_error_of_the_site_is_not_kept_and_leaves_no_effect(client, name):
    first = post(client, f"/api/v1/groups/then/{name}/")
    second = post(client, f"/api/v1/groups/then/{name}/")

    assert first.status_code == second.status_code >= 500
    assert "Idempotent-Replayed" not in second.headers
    assert not Group.objects.exists()
    assert not IdempotencyRecord.objects.exists()


@pytest.mark.parametrize("name", ["not-authenticated", "too-many"])
def test_a_refusal_that_may_pass_is_not_kept_and_leaves_no_effect(client, name):
    first = post(client, f"/api/v1/groups/then/{name}/")
    second = post(client, f"/api/v1/groups/then/{name}/")

    assert first.status_code == second.status_code in (401, 429)
    assert "Idempotent-Replayed" not in second.headers
    assert not Group.objects.exists()


@pytest.mark.parametrize("name", ["conflict", "forbidden", "not-found", "invalid"])
def test_any_other_refusal_is_kept(client, name):
    first = post(client, f"/api/v1/groups/then/{name}/")
    second = post(client, f"/api/v1/groups/then/{name}/")

    assert second.content == first.content
    assert second["Content-Type"] == "application/problem+json"
    assert second["Idempotent-Replayed"] == "true"


def test_what_was_refused_stays_refused_though_it_would_succeed_now(client):
    Group.objects.create(name="readers")
    first = post(client)
    Group.objects.all().delete()

    second = post(client)

    assert first.status_code == second.status_code == 409
    assert not Group.objects.exists()


def test_a_stream_cannot_be_kept_but_has_its_effect(client):
    first = post(client, "/api/v1/groups/stream/")

    assert b"".join(first.streaming_content) == b"ab"
    assert Group.objects.count() == 1
    assert not IdempotencyRecord.objects.exists()


@pytest.mark.parametrize(("hours", "is_kept"), [(23, True), (25, False)])
def test_an_answer_is_kept_for_24_hours(client, hours, is_kept):
    first = post(client)
    IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(hours=hours))
    Group.objects.all().delete()

    second = post(client)

    assert ("Idempotent-Replayed" in second.headers) == is_kept
    assert (second.content == first.content) == is_kept
    assert Group.objects.exists() != is_kept


def test_the_hours_are_a_setting(client, settings):
    settings.IDEMPOTENCY_HOURS = 48
    post(client)
    IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(hours=47))

    assert post(client)["Idempotent-Replayed"] == "true"


def keep(user, key, hours):
    return IdempotencyRecord.objects.create(
        user=user,
        key=key,
        fingerprint="",
        status=201,
        created_at=timezone.now() - timedelta(hours=hours),
        claimed_until=timezone.now(),
    )


def test_what_has_expired_is_forgotten(alice):
    keep(alice, "old", hours=25)
    young = keep(alice, "young", hours=23)

    assert idempotency.forget_expired() == 1
    assert list(IdempotencyRecord.objects.all()) == [young]


def test_expired_answers_are_swept_away_by_later_requests(client, alice, monkeypatch):
    monkeypatch.setattr(idempotency, "CLAIMS_BETWEEN_SWEEPS", 1)
    keep(alice, "old", hours=25)

    post(client)

    assert [record.key for record in IdempotencyRecord.objects.all()] == [KEY]


def test_deleting_a_user_deletes_their_answers(client, alice):
    post(client)

    alice.delete()

    assert not IdempotencyRecord.objects.exists()
