"""How much one user may send, and how much a client may leave unread."""

import re
import socket as sockets
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from chat.live.limits import Bucket
from tests.chat import site, sites
from tests.chat.conftest import SOCKETS
from tests.front.servers import runserver
from tests.processes import own_database, uvicorn

LONG, MOST_SAID, AT_ONCE = "\N{DROMEDARY CAMEL}" * 4000, 1000, 20  # messages of 16 KB
CLOSE_FRAME = re.compile(rb"\x88[\x02-\x7d](..)[ -~]*$", re.DOTALL)  # RFC 6455, 5.5.1
DEAF, OTHER_MEMORY = 10, 16  # clients; MiB
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
def prepared(tmp_path_factory):
    """The environment of the sites here."""
    directory = tmp_path_factory.mktemp("limits")
    with own_database(directory) as database:
        variables = {"DATABASE_URL": database, "DATA_DIR": str(directory)}
        site.prepare(variables)
        yield variables


@pytest.fixture(scope="module")
def strict(prepared, tmp_path_factory):
    """A site with the limits as they are."""
    with sites.running(tmp_path_factory.mktemp("strict") / "log", prepared) as running:
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


@pytest.fixture(scope="module", params=[uvicorn, runserver])
def either(request, prepared, tmp_path_factory):
    """A site at which one may say much, on each of the servers."""
    variables = {**prepared, **SOCKETS}
    log = tmp_path_factory.mktemp(request.param.__name__) / "log"
    with sites.running(log, variables, request.param) as running:
        yield running


def test_a_frame_of_more_than_64_kib_is_closed_with_1009(either):
    with site.Person(either.url, "charlie") as cat, cat.notified() as socket:
        socket.raw(" " * (64 * 1024 + 1))

        assert socket.code() == 1009


def test_a_client_that_does_not_read_is_closed_with_1013_and_costs_a_megabyte(either):
    codes, grown = what_becomes_of_the_deaf(either)

    assert codes == [1013] * DEAF
    assert grown < DEAF + OTHER_MEMORY
    assert "Traceback" not in either.log.read_text()


def what_becomes_of_the_deaf(running):
    """The codes that they find when they read at last, and the megabytes that the site took."""
    with site.Person(running.url, "alice") as ann, site.Person(running.url, "bob") as ben:
        slug = ann.new_room()
        with ann.in_room(slug) as hers, ExitStack() as stack, ThreadPoolExecutor(DEAF) as pool:
            hers.until("ready")
            address = running.port, f"/ws/chat/{slug}/", ben.tokens["access"]
            those = [stack.enter_context(deaf(*address)) for _ in range(DEAF)]
            before = most_memory(running.process.pid)
            speak_until_they_are_closed(hers, running.log)
            return list(pool.map(code_at_last, those)), most_memory(running.process.pid) - before


def speak_until_they_are_closed(socket, log):
    for _ in range(MOST_SAID // AT_ONCE):
        for _ in range(AT_ONCE):
            socket.say(LONG)
        for _ in range(AT_ONCE):
            socket.next("ack")
        if log.read_text().count("A client did not read") == DEAF:
            return
    raise AssertionError("They may leave unread what they like")


@contextmanager
def deaf(port, path, token):
    """A socket that has joined the room and is not read from."""
    with sockets.socket() as connection:
        connection.settimeout(10)
        connection.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 8192)
        connection.connect(("127.0.0.1", port))
        connection.sendall(handshake(port, path, token))
        while b'"ready"' not in connection.recv(8192):
            pass
        yield connection


def code_at_last(connection):
    """Read all that has come; what stands in the frame that closes it, and 0 without one."""
    tail = b""
    with suppress(TimeoutError, ConnectionResetError):
        while part := connection.recv(65_536):
            tail = (tail + part)[-200:]
    closing = CLOSE_FRAME.search(tail)
    return int.from_bytes(closing[1], "big") if closing else 0


def most_memory(pid):
    """The most that the process has had, in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024


def handshake(port, path, token):
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        f"Sec-WebSocket-Version: 13\r\nAuthorization: Bearer {token}\r\n\r\n"
    ).encode()
