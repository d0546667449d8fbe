"""Access tokens that do not hold: every one of them is a 401, and none is a crash."""

import base64
import json
import time
import uuid

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from accounts.keys import key_ring
from accounts.tokens import AccessToken

pytestmark = pytest.mark.django_db
NOW = int(time.time())
OURS = object()


def payload_of(device):
    return jwt.decode(device.access, options={"verify_signature": False})


def signed(payload, *, key=OURS, algorithm="ES256", **header):
    """A token of this payload, with our key and header but for what is told."""
    own = key_ring().signing_key()
    headers = {"kid": own.kid, "typ": "at+jwt", **header}
    key = own.private if key is OURS else key
    headers = {name: value for name, value in headers.items() if value is not None}
    return jwt.encode(payload, key, algorithm=algorithm, headers=headers)


def unsigned(header, payload):
    parts = (json.dumps(part).encode() for part in (header, payload))
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."


def public_pem():
    from cryptography.hazmat.primitives import serialization

    return (
        key_ring()
        .signing_key()
        .private.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def confused(payload):
    """HS256 with our public key as the secret; made by hand, for libraries refuse to."""
    import hashlib
    import hmac

    kid = key_ring().signing_key().kid
    body = unsigned({"alg": "HS256", "typ": "at+jwt", "kid": kid}, payload).rstrip(".")
    mac = hmac.new(public_pem(), body.encode(), hashlib.sha256).digest()
    return f"{body}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


STRANGERS_KEY = ec.generate_private_key(ec.SECP256R1())
OUR_KID = "ours"

FORGERIES = {
    # algorithms and keys
    "alg none": lambda p: unsigned(
        {"alg": "none", "typ": "at+jwt", "kid": key_ring().signing_key().kid}, p
    ),
    "alg None, no kid": lambda p: unsigned({"alg": "None", "typ": "at+jwt"}, p),
    "alg HS256 with the public key": confused,
    "alg HS256 with a guess": lambda p: signed(p, key="secret" * 8, algorithm="HS256"),
    "alg RS256": lambda p: signed(p, key=rsa.generate_private_key(65537, 2048), algorithm="RS256"),
    "alg ES384": lambda p: signed(
        p, key=ec.generate_private_key(ec.SECP384R1()), algorithm="ES384"
    ),
    "a stranger's key under our kid": lambda p: signed(p, key=STRANGERS_KEY),
    "a stranger's key with its jwk": lambda p: signed(
        p,
        key=STRANGERS_KEY,
        jwk=json.loads(jwt.algorithms.ECAlgorithm.to_jwk(STRANGERS_KEY.public_key())),
    ),
    "an unknown kid": lambda p: signed(p, kid="nobody"),
    "no kid": lambda p: signed(p, kid=None),
    "a kid that is a path": lambda p: signed(p, kid="../../../../dev/null"),
    "a kid that is SQL": lambda p: signed(p, kid="' OR 1=1 --"),
    "a jku": lambda p: signed(p, key=STRANGERS_KEY, jku="http://127.0.0.1:9/jwks.json"),
    "an x5u": lambda p: signed(p, key=STRANGERS_KEY, x5u="http://127.0.0.1:9/cert"),
    "an unknown crit": lambda p: signed(p, crit=["b64", "x"], b64=False),
    # types
    "header type JWT": lambda p: signed(p, typ="JWT"),
    "no header type": lambda p: signed(p, typ=None),
    "token type refresh": lambda p: signed({**p, "token_type": "refresh"}),
    "no token type": lambda p: signed(without(p, "token_type")),
    # times
    "expired": lambda p: signed({**p, "exp": NOW - 60}),
    "exp beyond all dates and a future iat": lambda p: signed({**p, "exp": 1e300, "iat": 1e300}),
    "exp that is text": lambda p: signed({**p, "exp": "tomorrow"}),
    "exp that is infinite": lambda p: signed({**p, "exp": float("inf")}),
    "exp that is null": lambda p: signed({**p, "exp": None}),
    "no exp": lambda p: signed(without(p, "exp")),
    "issued in the future": lambda p: signed({**p, "iat": NOW + 3600}),
    "not before the future": lambda p: signed({**p, "nbf": NOW + 3600}),
    # issuer and audience
    "another issuer": lambda p: signed({**p, "iss": "https://evil.example"}),
    "no issuer": lambda p: signed(without(p, "iss")),
    "another audience": lambda p: signed({**p, "aud": "someone-else"}),
    "an audience among others": lambda p: signed({**p, "aud": [p["aud"], "someone-else"]}),
    "no audience": lambda p: signed(without(p, "aud")),
    # claims
    "a sub that is a list": lambda p: signed_raw({**p, "sub": [p["sub"]]}),
    "a sub that is a number": lambda p: signed_raw({**p, "sub": 1}),
    "a sub with NUL": lambda p: signed({**p, "sub": "\x00"}),
    "a sub that is no UUID": lambda p: signed({**p, "sub": "alice"}),
    "a sub that nobody has": lambda p: signed({**p, "sub": str(uuid.uuid4())}),
    "no sub": lambda p: signed(without(p, "sub")),
    "a sid that nobody has": lambda p: signed({**p, "sid": str(uuid.uuid4())}),
    "a sid that is an object": lambda p: signed({**p, "sid": {}}),
    "no sid": lambda p: signed(without(p, "sid")),
    "a jti that is a number": lambda p: signed_raw({**p, "jti": 5}),
    "no jti": lambda p: signed(without(p, "jti")),
    "a name that is a list": lambda p: signed({**p, "name": ["Alice"]}),
    # form
    "one part": lambda p: "x",
    "three parts of nothing": lambda p: "..",
    "a payload that is a list": lambda p: signed_raw([1, 2]),
    "a payload that is deep": lambda p: signed_raw(json.loads("[" * 200 + "]" * 200)),
    "a signature cut short": lambda p: signed(p)[:-4],
    "a signature of zeros": lambda p: signed(p).rsplit(".", 1)[0] + "." + "A" * 86,
    "not ASCII": lambda p: "é.é.é",
    "very long": lambda p: signed({**p, "name": "x" * 8000})[:-2] + "AA",
}


def without(payload, name):
    return {key: value for key, value in payload.items() if key != name}


def signed_raw(payload):
    """Signed with our key, past the checks that the library makes of a payload."""
    own = key_ring().signing_key()
    return jwt.PyJWS().encode(
        json.dumps(payload).encode(),
        own.private,
        "ES256",
        headers={"kid": own.kid, "typ": "at+jwt"},
    )


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_token_is_refused(name, log_in, alice, anonymous):
    token = FORGERIES[name](payload_of(log_in(alice)))

    answer = anonymous.get("/api/v1/auth/me/", HTTP_AUTHORIZATION=f"Bearer {token}")

    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert 'error="invalid_token"' in answer["WWW-Authenticate"]


def test_the_same_way_of_signing_without_a_forgery_holds(log_in, alice, anonymous):
    for token in (signed(payload_of(log_in(alice))), signed_raw(payload_of(log_in(alice)))):
        answer = anonymous.get("/api/v1/auth/me/", HTTP_AUTHORIZATION=f"Bearer {token}")

        assert answer.status_code == 200


@pytest.mark.parametrize("seconds", [-9, 9])
def test_clocks_may_differ_by_ten_seconds(log_in, alice, anonymous, seconds):
    payload = payload_of(log_in(alice))
    token = signed(
        {**payload, "exp": int(time.time()) + seconds, "iat": int(time.time()) + seconds}
    )

    answer = anonymous.get("/api/v1/auth/me/", HTTP_AUTHORIZATION=f"Bearer {token}")

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer a b", "bearer x", "Basic YTpi", "", "Token x", "é"]
)
def test_an_odd_header_is_no_login(anonymous, header):
    assert anonymous.get("/api/v1/auth/me/", HTTP_AUTHORIZATION=header).status_code == 401


def test_a_token_says_who_issued_it_for_whom_and_with_which_key(log_in, alice):
    device = log_in(alice)
    payload, header = payload_of(device), jwt.get_unverified_header(device.access)

    assert set(payload) >= {"iss", "aud", "sub", "jti", "sid", "iat", "exp"}
    assert payload["sub"] == str(alice.pk)
    assert payload["exp"] - payload["iat"] == 300
    assert header == {"alg": "ES256", "typ": "at+jwt", "kid": key_ring().signing_key().kid}


def test_two_tokens_are_never_the_same(log_in, alice):
    first, second = (payload_of(log_in(alice))["jti"] for _ in range(2))

    assert first != second


@pytest.mark.together
def test_a_bad_token_is_refused_even_where_none_is_needed(anonymous):
    assert anonymous.get("/api/v1/books/", HTTP_AUTHORIZATION="Bearer x").status_code == 401


def test_a_token_that_was_made_for_no_session_is_refused(alice, anonymous):
    token = AccessToken.for_session(uuid.uuid4(), alice)

    answer = anonymous.get("/api/v1/auth/me/", HTTP_AUTHORIZATION=f"Bearer {token}")

    assert answer.status_code == 401
