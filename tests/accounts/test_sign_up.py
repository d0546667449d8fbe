"""POST /api/v1/auth/signup/"""

import pytest
from django.contrib.auth import get_user_model

pytestmark = pytest.mark.django_db
NEWCOMER = {"email": "dora@example.com", "password": "violet horse battery"}


def users():
    return get_user_model().objects


def test_an_address_and_a_password_make_an_account(auth):
    answer = auth("signup/", NEWCOMER)

    assert answer.status_code == 201
    assert answer.json()["email"] == "dora@example.com"
    assert "password" not in answer.content.decode()


def test_the_password_is_hashed_with_argon2id(auth):
    auth("signup/", NEWCOMER)

    assert users().get().password.startswith("argon2$argon2id$")


def test_somebody_who_has_signed_up_can_log_in(auth):
    auth("signup/", NEWCOMER)

    assert auth("login/", NEWCOMER).status_code == 200


def test_an_address_is_one_in_upper_and_lower_case(auth):
    auth("signup/", NEWCOMER)

    answer = auth("signup/", {**NEWCOMER, "email": " Dora@EXAMPLE.com"})

    assert answer.status_code == 409
    assert answer.json()["errors"][0]["pointer"] == "/email"


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "min_length"),
        ("password", "password_too_common"),
        ("dora@example.com", "password_too_similar"),
        ("x" * 257, "max_length"),
        (12345678, "invalid"),
        (None, "null"),
    ],
)
def test_a_poor_password_is_refused_by_name(auth, password, code):
    answer = auth("signup/", {**NEWCOMER, "password": password})

    assert answer.status_code == 400
    assert {"/password": code}.items() <= {
        e["pointer"]: e["code"] for e in answer.json()["errors"]
    }.items()
    assert not users().exists()


@pytest.mark.parametrize(
    "password", ["x" * 256, "  spaces around  ", "пароль из слов", "🐎🔋📎✅🐎🔋📎✅"]
)
def test_a_password_is_taken_as_it_was_typed(auth, password):
    auth("signup/", {**NEWCOMER, "password": password})

    assert auth("login/", {**NEWCOMER, "password": password}).status_code == 200
    assert auth("login/", {**NEWCOMER, "password": password[1:]}).status_code == 401


@pytest.mark.parametrize(
    "email", ["", "dora", "@example.com", "a b@example.com", "d\x00@example.com", 5, ["a@b.de"]]
)
def test_what_is_no_address_is_refused_by_name(auth, email):
    answer = auth("signup/", {**NEWCOMER, "email": email})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/email"


def test_beyond_the_sign_ups_of_an_hour_an_address_must_wait(auth, settings):
    settings.SIGN_UPS_PER_HOUR = 2
    for number in range(2):
        auth("signup/", {**NEWCOMER, "email": f"{number}@example.com"})

    answer = auth("signup/", NEWCOMER)

    assert answer.status_code == 429
    assert answer.json()["limit"] == {"name": "SIGN_UPS_PER_HOUR", "value": 2}
    assert 1 <= int(answer["Retry-After"]) <= 7200


def test_nobody_makes_themselves_staff(auth):
    answer = auth("signup/", {**NEWCOMER, "is_staff": True})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/is_staff"
