"""How much one user may send, and how much a client may leave unread."""

import socket as sockets
import time
from contextlib import contextmanager

import pytest

from chat.live.limits import Bucket
from tests.chat import site, sites
from tests.chat.conftest import SOCKETS
from tests.processes import own_database

MEGABYTE, MOST_SAID = 1024 * 1024, 10
pytestmark = pytest.mark.once


def test_a_bucket_gives_what_it_holds_and_then_what_drops_in(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    bucket = Bucket(rate=10, burst=20)

    at_once = [bucket.take() for _ in range(21)]
    now[0] += 0.5
    later = [bucket.take() for _ in range(6)]

    assert at_once == [True] * 20 + [False]
    assert later == [True] * 5 + [False]


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    """A site with the limits as they are."""
    directory = tmp_path_factory.mktemp("strict")
    with own_database(directory) as database:
        variables = {"DATABASE_URL": database, "DATA_DIR": str(directory)}
        site.prepare(variables)
        with sites.running(directory / "log", variables) as running:
            yield running


@pytest.fixture
def ann(strict):
    with site.Person(strict.url, "alice") as person:
        yield person


@pytest.fixture
def ben(strict):
    with site.Person(strict.url, "bob") as person:
        yield person


def test_too_many_at_once_are_told_and_not_stored(ann):
    slug = ann.new_room()
    with ann.in_room(slug) as socket:
        socket.until("ready")
        for _ in range(25):
            socket.say("quick")
        told = socket.until("error")[-1]

    assert told["code"] == "too_fast"
    assert "10 a second, 20 at once" in told["detail"]


def test_who_goes_on_is_closed_with_4429(ben):
    with ben.in_room(ben.new_room()) as socket:
        socket.until("ready")
        for _ in range(100):
            socket.raw("{")

        assert socket.code() == 4429


def test_a_client_that_does_not_read_is_closed_and_costs_a_megabyte(tmp_path):
    with own_database(tmp_path) as database:
        variables = {"DATABASE_URL": database, "DATA_DIR": str(tmp_path), **SOCKETS}
        site.prepare(variables)
        with sites.running(tmp_path / "log", variables) as running:
            said = megabytes_said_until_the_deaf_is_gone(running)
        log = (tmp_path / "log").read_text()

    # What the system's own buffers take on the way comes on top of the one.
    assert said < MOST_SAID
    assert "Traceback" not in log


def megabytes_said_until_the_deaf_is_gone(running):
    with site.Person(running.url, "alice") as ann, site.Person(running.url, "bob") as ben:
        slug = ann.new_room()
        with ann.in_room(slug) as hers:
            hers.until("ready")
            with deaf(running.port, f"/ws/chat/{slug}/", ben.tokens["access"]):
                hers.next("joined")
                said = 0
                while said < MOST_SAID:
                    hers.say("x" * 4000)
                    said += 4000 / MEGABYTE
                    if "left" in [frame["type"] for frame in hers.until("message", "left")]:
                        break
                return said


@contextmanager
def deaf(port, path, token):
    """A socket that is opened and never read from."""
    with sockets.socket() as connection:
        connection.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 8192)
        connection.connect(("127.0.0.1", port))
        connection.sendall(handshake(port, path, token))
        yield


def handshake(port, path, token):
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        f"Sec-WebSocket-Version: 13\r\nAuthorization: Bearer {token}\r\n\r\n"
    ).encode()
