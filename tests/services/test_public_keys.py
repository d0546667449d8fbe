"""Somebody else's keys: fetched, kept, and good for as long as nobody answers."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from backend_practice.jwk import public_jwk
from backend_practice.services.public_keys import KEPT_SECONDS, KeysAway, PublicKeys, read_key_set
from tests.processes import free_port

pytestmark = pytest.mark.once


class Publisher:
    """Publishes keys while it is open, and counts how often it is asked."""

    def __init__(self):
        self.port, self.asked, self.server = free_port(), 0, None
        self.url = f"http://127.0.0.1:{self.port}/keys.json"
        self.keys = [public_jwk(ec.generate_private_key(ec.SECP256R1()))]

    def kid(self, number=0):
        return self.keys[number]["kid"]

    def add(self):
        self.keys.append(public_jwk(ec.generate_private_key(ec.SECP256R1())))

    def open(self):
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                publisher.asked += 1
                body = orjson.dumps({"keys": publisher.keys})
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        self.server = HTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None


@pytest.fixture
def publisher():
    publisher = Publisher()
    publisher.open()
    yield publisher
    publisher.close()


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


def keys_of(publisher, **options):
    keys = PublicKeys(publisher.url, **options)
    keys._clock = Clock()
    return keys


def test_a_key_is_fetched_once(publisher):
    keys = keys_of(publisher)

    assert keys.find(publisher.kid()) is not None
    assert keys.find(publisher.kid()) is not None
    assert publisher.asked == 1


def test_the_set_is_fetched_anew_after_a_while(publisher):
    keys = keys_of(publisher)
    keys.find(publisher.kid())

    keys._clock.now += KEPT_SECONDS + 1
    keys.find(publisher.kid())

    assert publisher.asked == 2


def test_the_last_set_stays_good_while_nobody_answers(publisher):
    keys = keys_of(publisher)
    keys.find(publisher.kid())
    publisher.close()

    keys._clock.now += 10 * KEPT_SECONDS

    assert keys.find(publisher.kid()) is not None


def test_the_last_set_outlives_the_process(publisher, tmp_path):
    keys_of(publisher, path=tmp_path / "keys.json").find(publisher.kid())
    publisher.close()

    assert keys_of(publisher, path=tmp_path / "keys.json").find(publisher.kid()) is not None


def test_a_new_key_is_looked_up(publisher):
    keys = keys_of(publisher, cooldown=0)
    keys.find(publisher.kid())
    publisher.add()

    assert keys.find(publisher.kid(1)) is not None


def test_made_up_ids_do_not_make_it_ask_each_time(publisher):
    keys = keys_of(publisher)

    assert [keys.find(f"made-up-{number}") for number in range(50)] == [None] * 50
    assert publisher.asked == 1


def test_without_any_set_it_says_so_instead_of_refusing(publisher):
    publisher.close()

    with pytest.raises(KeysAway):
        keys_of(publisher).find(publisher.kid())


def test_it_recovers_once_somebody_answers(publisher):
    publisher.close()
    keys = keys_of(publisher)
    with pytest.raises(KeysAway):
        keys.find(publisher.kid())

    publisher.open()
    keys._clock.now += 2

    assert keys.find(publisher.kid()) is not None


def test_a_removed_key_is_forgotten_with_the_next_set(publisher):
    keys = keys_of(publisher)
    removed = publisher.kid()
    keys.find(removed)
    publisher.keys = []
    publisher.add()

    keys._clock.now += KEPT_SECONDS + 1

    assert keys.find(removed) is None


def test_keys_that_cannot_be_used_are_left_out(publisher):
    odd = [None, 3, {}, {"kty": "EC", "kid": "x"}, {"kty": "oct", "k": "!"}]

    assert list(read_key_set(orjson.dumps({"keys": [*odd, *publisher.keys]}))) == [publisher.kid()]


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"keys": 3}', b"<html>"])
def test_what_is_no_key_set_is_no_key_set(text):
    with pytest.raises(ValueError):  # noqa: PT011 - orjson's own, or ours
        read_key_set(text)
