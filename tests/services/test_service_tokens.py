"""Tokens of services: signed with the caller's own key, for one service, for half a minute."""

import math
import time
import uuid

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from backend_practice.jwk import public_jwk
from backend_practice.services import tokens
from backend_practice.services.public_keys import KeysAway
from backend_practice.services.tokens import NotAService, caller_of, own_key, sign
from tests.services.conftest import clear

pytestmark = pytest.mark.once

ADA = uuid.uuid4()


@pytest.fixture
def heard(as_books):
    """`heard(token)` is what the uploads service makes of a token that books has signed."""
    key = own_key()

    def hear(token, service="uploads"):
        as_books.SERVICE = service
        known = tokens.keys_of("books")
        known._keys = {public_jwk(key)["kid"]: key.public_key()}
        known._ask_again_at = math.inf
        return caller_of(token)

    return hear


def forged(key=None, headers=None, **claims):
    now = int(time.time())
    whole = {"iss": "books", "aud": "uploads", "iat": now, "exp": now + 30, "jti": "1", **claims}
    header = {"kid": public_jwk(own_key())["kid"], "typ": "service+jwt", **(headers or {})}
    return jwt.encode(whole, key or own_key(), algorithm="ES256", headers=header)


def test_it_says_who_asks_and_for_whom(heard):
    caller = heard(sign("uploads", user_id=ADA))

    assert (caller.service, caller.user_id) == ("books", ADA)


def test_it_is_for_one_service_alone(heard):
    with pytest.raises(NotAService):
        heard(sign("uploads"), service="jobs")


@pytest.mark.parametrize(
    "change",
    [
        {"exp": 1},
        {"exp": 1e300},
        {"aud": ["uploads"]},
        {"iss": "kitchen"},
        {"sub": "nobody"},
        {"sub": ["x"]},
        {"headers": {"typ": "at+jwt"}},
        {"headers": {"kid": "unknown"}},
    ],
)
def test_a_forged_one_is_refused(heard, change):
    with pytest.raises(NotAService):
        heard(forged(**change))


def test_somebody_elses_signature_is_refused(heard):
    with pytest.raises(NotAService):
        heard(forged(key=ec.generate_private_key(ec.SECP256R1())))


@pytest.mark.parametrize("text", ["", "a.b.c", "x" * 5000, "e30.e30.e30"])
def test_what_is_no_token_is_refused(heard, text):
    with pytest.raises(NotAService):
        heard(text)


def test_clocks_may_differ_by_ten_seconds(heard):
    now = int(time.time())

    assert heard(forged(iat=now + 8, exp=now + 38)).service == "books"
    assert heard(forged(iat=now - 38, exp=now - 8)).service == "books"
    assert heard(forged(iat=now - 30, exp=now)).user_id is None
    with pytest.raises(NotAService):
        heard(forged(iat=now - 60, exp=now - 15))


def test_a_caller_whose_keys_were_never_had_is_told_to_come_again(as_books):
    token = sign("uploads")
    as_books.SERVICE, as_books.SERVICES_PORT = "uploads", 1

    with pytest.raises(KeysAway):
        caller_of(token)


def test_the_key_is_kept_for_its_owner_alone(as_books):
    first = public_jwk(own_key())
    clear()

    assert public_jwk(own_key()) == first
    assert (as_books.DATA_DIR / "service_key.pem").stat().st_mode & 0o777 == 0o600
