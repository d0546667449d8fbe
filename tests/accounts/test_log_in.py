"""POST /api/v1/auth/login/"""

from unittest.mock import patch

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from accounts.identity import passwords
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def test_a_login_gives_a_pair_and_its_lifetime(auth, alice):
    answer = auth("login/", {"email": alice.email, "password": PASSWORD})

    assert answer.status_code == 200
    assert set(answer.json()) == {"access", "refresh", "expires_in"}
    assert answer.json()["expires_in"] == 300
    assert answer["Cache-Control"] == "no-store"


def test_the_access_token_opens_what_needs_a_login(log_in, alice):
    me = log_in(alice).get("me/")

    assert me.json()["id"] == str(alice.pk)


def without_what_is_of_the_request(answer):
    return {key: value for key, value in answer.json().items() if key != "request_id"}


def test_wrong_password_unknown_address_and_disabled_account_are_told_alike(auth, alice, bob):
    bob.is_active = False
    bob.save()

    answers = [
        auth("login/", {"email": alice.email, "password": "wrong"}),
        auth("login/", {"email": "nobody@example.com", "password": "wrong"}),
        auth("login/", {"email": bob.email, "password": PASSWORD}),
    ]

    assert {answer.status_code for answer in answers} == {401}
    assert len({str(without_what_is_of_the_request(answer)) for answer in answers}) == 1
    assert all(answer["WWW-Authenticate"].startswith("Bearer") for answer in answers)


@pytest.mark.parametrize("who", ["alice@example.com", "nobody@example.com", "nologin@example.com"])
def test_every_refusal_costs_one_hash(auth, alice, who, django_user_model):
    django_user_model.objects.create_user("nologin@example.com", None)
    hasher = "tests.hashers.CheapArgon2idPasswordHasher.encode"

    with (
        patch(hasher, autospec=True, return_value="argon2$no") as encode,
        patch(
            "django.contrib.auth.hashers.Argon2PasswordHasher.verify", return_value=False
        ) as verify,
    ):
        auth("login/", {"email": who, "password": "wrong"})

    assert encode.call_count + verify.call_count == 1


def test_an_old_hash_is_made_anew_at_login(auth, alice):
    alice.password = PBKDF2PasswordHasher().encode(PASSWORD, "salt" * 6, iterations=10)
    alice.save()

    auth("login/", {"email": alice.email, "password": PASSWORD})

    alice.refresh_from_db()
    assert alice.password.startswith("argon2$argon2id$")


def test_a_hash_made_anew_ends_no_session(log_in, alice):
    device = log_in(alice)
    type(alice).objects.update(
        password=PBKDF2PasswordHasher().encode(PASSWORD, "salt" * 6, iterations=10)
    )

    log_in(alice)

    assert device.get("me/").status_code == 200


def test_ten_failures_a_minute_from_one_address_are_enough(auth, alice):
    for _ in range(10):
        auth("login/", {"email": alice.email, "password": "wrong"})

    answer = auth("login/", {"email": alice.email, "password": PASSWORD})

    assert answer.status_code == 429
    assert answer.json()["limit"]["name"] == "LOGIN_FAILURES_PER_MINUTE"
    assert 1 <= int(answer["Retry-After"]) <= 15 * 60


def test_another_address_has_failures_of_its_own_but_the_account_has_twenty(auth, alice):
    def attempt(address):
        return auth("login/", {"email": alice.email, "password": "wrong"}, REMOTE_ADDR=address)

    statuses = [attempt(f"192.0.2.{number // 7}").status_code for number in range(21)]

    assert statuses == [401] * 20 + [429]


def test_an_unknown_address_is_limited_like_a_known_one(auth):
    answers = [auth("login/", {"email": "nobody@example.com", "password": "x"}) for _ in range(11)]

    assert [answer.status_code for answer in answers] == [401] * 10 + [429]


def test_a_success_forgets_the_failures_before_it(auth, log_in, alice):
    for _ in range(9):
        auth("login/", {"email": alice.email, "password": "wrong"})
    log_in(alice)

    answer = auth("login/", {"email": alice.email, "password": "wrong"})

    assert answer.status_code == 401


def test_when_every_place_for_hashing_is_taken_a_login_hears_to_come_again(
    auth, alice, monkeypatch
):
    monkeypatch.setattr(passwords, "SECONDS_TO_WAIT", 0.01)
    slots = [passwords.hashing_slot() for _ in range(4)]
    for slot in slots:
        slot.__enter__()

    try:
        answer = auth("login/", {"email": alice.email, "password": PASSWORD})
    finally:
        for slot in slots:
            slot.__exit__(None, None, None)

    assert answer.status_code == 503
    assert int(answer["Retry-After"]) >= 1


@pytest.mark.parametrize(
    "body", [{}, {"email": "a@b.de"}, {"password": "x"}, [], "x", {"email": {}, "password": []}]
)
def test_what_is_missing_is_named(auth, body):
    answer = auth("login/", body)

    assert answer.status_code == 400
    assert answer.json()["errors"] or answer.json()["detail"]
