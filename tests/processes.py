"""Real processes of the site, for tests that must not run inside it."""

import os
import re
import socket
import subprocess
import sys
import time
import uuid
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg

from tests.environment import ROOT, pristine_environment

SECONDS_TO_START = 90  # on a machine that has much else to do
EMAIL, PASSWORD = "alice@example.com", "correct horse battery staple"


def site_environment(variables):
    """The environment of a process of the site, of which these variables are known."""
    settings_module = {"DJANGO_SETTINGS_MODULE": "backend_practice.settings"}
    return pristine_environment(**{**settings_module, **variables})


@contextmanager
def own_database(directory):
    """The URL of an empty database on the server of this run, dropped at the end."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield f"sqlite:///{directory / 'site.sqlite3'}"
        return
    name = f"test_site_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def manage(*arguments, **variables):
    """What a management command prints, run as a process with these variables."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=site_environment(variables), check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip


@contextmanager
def logged_in(url):
    """A client of the site at this URL, with the session of `EMAIL` and its CSRF token."""
    with httpx.Client(base_url=url) as client:
        page = client.get("/api/v1/auth/session/login/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
        form = {"username": EMAIL, "password": PASSWORD, "csrfmiddlewaretoken": token}
        answer = client.post("/api/v1/auth/session/login/", data=form)
        assert answer.status_code == 302, answer.text
        client.headers["X-CSRFToken"] = client.cookies["csrftoken"]
        yield client


def free_port():
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def uvicorn(port):
    """The production server's command line."""
    return [
        *(sys.executable, "-m", "uvicorn", "backend_practice.asgi:application"),
        *("--port", str(port), "--log-level", "warning", "--no-access-log", "--no-proxy-headers"),
    ]


@contextmanager
def running_site(log, *, command=uvicorn, **variables):
    """The base URL of a site in a process of its own; it is stopped at the end.

    `log` is the path that its output goes to, `variables` its environment.
    """
    port = free_port()
    with log.open("w") as output:
        process = subprocess.Popen(
            command(port),
            cwd=ROOT, env=site_environment(variables), stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_it_answers(f"{url}/healthz/live", process, log)
            yield url
        finally:
            process.terminate()
            process.wait(timeout=20)


def wait_until_it_answers(url, process, log):
    """Poll until 200; fail with the log if the process ends or takes too long."""
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(url, timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(f"The site did not start:\n{log.read_text()}")
