"""An Idempotency-Key stores no token and no password, and hides no theft."""

from datetime import timedelta

import pytest

from accounts.identity.models import Session
from backend_practice.http.models import IdempotencyRecord
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
KEY = {"HTTP_IDEMPOTENCY_KEY": "a-key-of-mine"}


def test_tokens_are_not_kept_for_a_repeat(log_in, alice):
    device = log_in(alice)

    first, second = (device.post("ticket/", **KEY).json()["ticket"] for _ in range(2))

    assert first != second
    assert not IdempotencyRecord.objects.exists()


def test_a_login_with_a_key_stores_no_answer(log_in, alice):
    body = {"email": alice.email, "password": PASSWORD}

    assert log_in(alice).post("login/", body, **KEY).status_code == 200
    assert not IdempotencyRecord.objects.exists()


def test_what_is_stored_of_a_body_is_no_plain_hash_of_it(log_in, alice, settings):
    passwords = {"current_password": PASSWORD, "new_password": "a much better password"}
    device = log_in(alice)
    device.post("password/change/", passwords, **KEY)
    mark = IdempotencyRecord.objects.get().fingerprint
    settings.SECRET_KEY = "another" * 9

    IdempotencyRecord.objects.all().delete()
    log_in(alice, "a much better password").post("password/change/", passwords, **KEY)

    assert IdempotencyRecord.objects.get().fingerprint != mark


def test_a_reused_refresh_token_ends_its_session_with_a_key_as_well(auth, log_in, alice, bob):
    stolen, thief = log_in(alice), log_in(bob)
    auth("refresh/", {"refresh": stolen.refresh})
    mine = Session.objects.filter(user=alice)
    mine.update(rotated_at=mine.get().rotated_at - timedelta(minutes=1))

    answer = thief.post("refresh/", {"refresh": stolen.refresh}, **KEY)

    assert answer.status_code == 401
    assert mine.get().ended_at is not None
