"""Servers in processes of their own, and a connection whose bytes a test writes itself."""

import http.client
import json
import re
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.environment import ROOT, pristine_environment
from tests.processes import SECONDS_TO_START, free_port

SECONDS = 10
BROKEN = re.compile(r'Traceback|Exception|"status":500| 500 \[')
REFUSED_HOST = "django.security.DisallowedHost"  # the client's fault; Django logs where it met it


def uvicorn(port, application="backend_practice.asgi:application"):
    return [
        *(sys.executable, "-m", "uvicorn", application, "--port", str(port)),
        *("--log-level", "warning", "--no-access-log", "--no-proxy-headers"),
    ]


def daphne(port, application):
    return [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port), application]


def runserver(port):
    return [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]


@dataclass
class Server:
    """A server that answers on its port until it is stopped."""

    name: str
    port: int
    process: subprocess.Popen
    log: Path

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def log_line(self, request_id):
        """What the site's log says of this request, as soon as it says it."""
        return until(lambda: self._log_line(request_id))

    def _log_line(self, request_id):
        lines = [line for line in self.log.read_text().splitlines() if request_id in line]
        return json.loads(lines[0]) if lines else None

    def mishaps(self):
        """The log's lines that no request should cause."""
        broken = [line for line in self.log.read_text().splitlines() if BROKEN.search(line)]
        return [line for line in broken if REFUSED_HOST not in line]


@contextmanager
def started(name, command, log, *, path="/healthz/live", **variables):
    """The server, once it answers at `path`; it is stopped at the end."""
    port = free_port()
    environment = pristine_environment(
        DJANGO_SETTINGS_MODULE="backend_practice.settings", PYTHONUNBUFFERED="1", **variables
    )
    with log.open("w") as output, subprocess.Popen(
        command(port), cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
    ) as process:  # fmt: skip
        server = Server(name, port, process, log)
        try:
            until(lambda: is_up(server, path), seconds=SECONDS_TO_START)
            yield server
        finally:
            stop(process)


def is_up(server, path):
    if server.process.poll() is not None:
        raise AssertionError(f"{server.name} did not start:\n{server.log.read_text()}")
    try:
        return httpx.get(server.url + path, timeout=SECONDS).status_code == 200
    except httpx.TransportError:
        return False


def stop(process):
    process.terminate()
    try:
        process.wait(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        raise


def until(true, *, seconds=SECONDS):
    """What `true()` gives, as soon as it is something."""
    deadline = time.monotonic() + seconds
    while not (result := true()):
        assert time.monotonic() < deadline, "It has not come true in time."
        time.sleep(0.01)
    return result


@contextmanager
def connected(server):
    """A raw connection."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=SECONDS) as connection:
        yield connection


@dataclass
class Answer:
    status: int
    headers: dict
    body: bytes


def answer_on(connection, method="GET"):
    """The next answer that comes on this connection; an interim one is passed over."""
    response = http.client.HTTPResponse(connection, method=method)
    try:
        response.begin()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, headers, response.read())
    finally:
        response.close()


def ask(server, *lines, body=b"", method="GET"):
    """The answer to a request that consists of these lines, in text or in bytes."""
    with connected(server) as connection:
        connection.sendall(head(*lines) + body)
        return answer_on(connection, method)


def status_of(server, *lines):
    """The status of the answer to these lines; 0 where the server hangs up without one."""
    try:
        return ask(server, *lines, "Connection: close").status
    except ConnectionError:
        return 0


def head(*lines):
    """A request's head: its first line, a Host unless one is given, the lines, the empty line."""
    encoded = [line if isinstance(line, bytes) else line.encode() for line in lines]
    if not any(line.lower().startswith(b"host:") for line in encoded):
        encoded.insert(1, b"Host: 127.0.0.1")
    return b"\r\n".join([*encoded, b"", b""])


def in_chunks(*parts):
    """A body in chunks, whose last one says that it is complete."""
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in [*parts, b""])


def is_closed(connection):
    """Whether the other side has closed the connection and said nothing more."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True
