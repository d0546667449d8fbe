"""The keys: made on first use, rotated without logging anyone out, published for all to verify."""

import inspect
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from accounts.keys import (
    PUBLISHED_BEFORE_USE,
    DirectoryKeyRing,
    EnvironmentKeyRing,
    as_pem,
    key_ring,
)
from accounts.verifier import Verifier
from backend_practice.jwk import thumbprint


@pytest.fixture(autouse=True)
def ring(settings, tmp_path):
    """Keys of this test's own."""
    settings.SIGNING_KEYS_DIR = tmp_path / "keys"
    return key_ring()


@pytest.fixture
def old(ring):
    """A key that has signed for an hour."""
    return ring.add(datetime.now(UTC) - timedelta(hours=1))


def activate(key):
    """As if the minute for which a key is only published had passed."""
    moment = (datetime.now(UTC) - timedelta(seconds=1)).strftime("%Y%m%dT%H%M%SZ")
    path = next(path for path in key_ring().directory.iterdir() if key.kid in path.name)
    path.rename(path.with_name(f"{moment}-{key.kid}.pem"))
    key_ring()._looked_at = 0.0


def rotate():
    before = {key.kid for key in key_ring().all()}
    call_command("keys", "rotate")
    return next(key for key in key_ring().all() if key.kid not in before)


def test_the_first_key_is_made_when_one_is_needed_and_is_its_owners_alone(ring):
    ring.signing_key()

    (path,) = ring.directory.glob("*.pem")
    assert path.stat().st_mode & 0o777 == 0o600
    assert ring.directory.stat().st_mode & 0o777 == 0o700


def test_a_kid_is_the_thumbprint_of_rfc_7638():
    # The document has an example for RSA; its members sort and hash the same way.
    example = {
        "e": "AQAB",
        "kty": "RSA",
        "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1"
        "L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4"
        "QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbO"
        "pbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csF"
        "Cur-kEgU8awapJzKnqDKgw",
    }

    assert thumbprint(example) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


def test_a_new_key_is_published_before_it_signs(ring, old):
    new = rotate()

    assert ring.signing_key().kid == old.kid
    assert {key["kid"] for key in ring.jwks()["keys"]} == {old.kid, new.kid}


def test_after_a_minute_the_new_key_signs(ring, old):
    new = rotate()

    activate(new)

    assert ring.signing_key().kid == new.kid


@pytest.mark.django_db
def test_a_rotation_logs_nobody_out(old, log_in, alice):
    before = log_in(alice)
    activate(rotate())
    after = log_in(alice)

    assert before.get("me/").status_code == 200
    assert after.get("me/").status_code == 200


@pytest.mark.django_db
def test_what_a_retired_key_signed_is_refused(old, log_in, alice):
    device = log_in(alice)
    activate(rotate())

    call_command("keys", "retire", old.kid, "--force")

    assert device.get("me/").status_code == 401
    assert log_in(alice).get("me/").status_code == 200


def test_a_key_whose_tokens_still_live_is_retired_by_force_only(old):
    activate(rotate())

    with pytest.raises(CommandError, match="live until"):
        call_command("keys", "retire", old.kid)


def test_the_key_that_signs_is_not_retired(ring):
    with pytest.raises(CommandError, match="This key signs"):
        call_command("keys", "retire", ring.signing_key().kid, "--force")


def test_an_unknown_key_is_not_retired():
    with pytest.raises(CommandError, match="There is no key"):
        call_command("keys", "retire", "nobody")


def test_the_list_says_which_key_does_what(old, capsys):
    new = rotate()

    call_command("keys", "list")

    lines = capsys.readouterr().out
    assert f"{old.kid}  signs\n" in lines
    assert f"{new.kid}  published, signs from" in lines


def test_another_process_sees_a_new_key_within_a_second(ring):
    ring.signing_key()
    other = DirectoryKeyRing(ring.directory)
    other.all()

    new = rotate()
    other._looked_at -= 1.1

    assert new.kid in {key.kid for key in other.all()}


def test_of_the_keys_in_the_environment_the_first_signs_and_all_verify():
    first, second = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))

    ring = EnvironmentKeyRing((as_pem(first) + as_pem(second)).decode())

    assert ring.signing_key().private.private_numbers() == first.private_numbers()
    assert len(ring.all()) == 2


@pytest.mark.parametrize(
    "pem", ["x", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"]
)
def test_what_is_no_key_stops_the_start(pem):
    with pytest.raises(ImproperlyConfigured):
        EnvironmentKeyRing(pem)


def test_a_key_of_another_curve_stops_the_start():
    with pytest.raises(ImproperlyConfigured, match="P-256"):
        EnvironmentKeyRing(as_pem(ec.generate_private_key(ec.SECP384R1())).decode())


def test_with_keys_in_the_environment_rotating_says_what_to_do(settings, capsys):
    settings.SIGNING_KEYS = as_pem(ec.generate_private_key(ec.SECP256R1())).decode()

    call_command("keys", "rotate")

    assert "BEGIN PRIVATE KEY" in capsys.readouterr().out


def test_the_key_set_holds_public_keys_alone(anonymous, ring):
    ring.signing_key()

    answer = anonymous.get("/.well-known/jwks.json")

    (key,) = answer.json()["keys"]
    assert set(key) == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    assert "max-age" in answer["Cache-Control"]


@pytest.fixture
def jwks_url(ring):
    """A server that gives the key set and nothing else."""

    class KeySet(BaseHTTPRequestHandler):
        def do_GET(self):
            body = orjson.dumps(ring.jwks())
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), KeySet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/jwks.json"
    server.shutdown()
    server.server_close()


@pytest.mark.django_db
def test_a_verifier_needs_nothing_but_the_address_of_the_keys(jwks_url, log_in, alice, settings):
    verifier = Verifier(jwks_url, issuer=settings.TOKEN_ISSUER, audience=settings.TOKEN_AUDIENCE)

    claims = verifier.verify(log_in(alice).access)

    assert claims.user_id == alice.pk


@pytest.mark.django_db
def test_a_verifier_looks_up_a_key_that_it_does_not_know(jwks_url, old, log_in, alice, settings):
    verifier = Verifier(
        jwks_url, issuer=settings.TOKEN_ISSUER, audience=settings.TOKEN_AUDIENCE, cooldown=0
    )
    verifier.verify(log_in(alice).access)
    activate(rotate())

    assert verifier.verify(log_in(alice).access).user_id == alice.pk


@pytest.mark.django_db
def test_a_verifier_refuses_what_does_not_hold(jwks_url, log_in, alice, settings):
    verifier = Verifier(jwks_url, issuer="https://evil.example", audience=settings.TOKEN_AUDIENCE)

    with pytest.raises(ValueError, match="does not hold"):
        verifier.verify(log_in(alice).access)


def test_a_key_is_published_for_longer_than_verifiers_keep_from_asking():
    cooldown = inspect.signature(Verifier).parameters["cooldown"].default

    assert PUBLISHED_BEFORE_USE.total_seconds() > cooldown


def test_a_key_that_is_being_written_is_not_seen(ring, old):
    (ring.directory / "20260101T000000Z-half.123.draft").touch()
    ring._looked_at = 0.0

    assert [key.kid for key in ring.all()] == [old.kid]


def test_processes_that_start_at_once_agree_on_the_first_key(tmp_path):
    start, kids = threading.Barrier(8), []

    def first_start():
        own = DirectoryKeyRing(tmp_path / "fresh")
        start.wait()
        kids.append(own.signing_key().kid)

    threads = [threading.Thread(target=first_start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(kids)) == 1
