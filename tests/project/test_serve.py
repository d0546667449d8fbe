"""`manage.py serve`: refuses to start half ready, and drops nothing when it ends."""

import asyncio
import os
import signal
import socket
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from backend_practice.cores import cores
from tests.jobs.site import ask
from tests.patience import eventually
from tests.processes import EMAIL, PASSWORD
from tests.project.serving import Balancer, prepare, serve, served, stop
from tests.project.settings_reader import PRODUCTION

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The environment of a site that is ready to be served."""
    return prepare(tmp_path_factory.mktemp("site"))


# ---- The start ------------------------------------------------------------------


def test_a_database_that_lacks_migrations_stops_the_start(tmp_path):
    process = serve(DATA_DIR=str(tmp_path))

    assert process.returncode == 1
    assert "The database lacks " in process.stderr
    assert "run manage.py prepare first" in process.stderr


def test_static_files_that_were_not_collected_stop_the_start(site, tmp_path):
    process = serve(**site, STATIC_DIR=str(tmp_path))

    assert process.returncode == 1
    assert f"No static files in {tmp_path}" in process.stderr


def test_a_warning_of_the_deployment_check_stops_the_start(site):
    weak = {**PRODUCTION, "SECRET_KEY": "short", "DATABASE_URL": "sqlite:///:memory:"}

    process = serve(**site, **weak)

    assert process.returncode == 1
    assert "security.W009" in process.stderr


@pytest.mark.parametrize("address", ["http://0.0.0.0:80", "99999", "localhost:http", "::1:8000"])
def test_an_address_that_is_none_is_said_plainly(site, address):
    process = serve(address, **site)

    assert process.returncode == 1
    assert process.stderr.startswith(f"CommandError: {address} is no address")


# ---- Serving --------------------------------------------------------------------


def test_the_figures_of_all_workers_are_added_up(site, tmp_path):
    with served(tmp_path / "log", **site) as (url, _):
        for _ in range(20):  # each over a connection of its own, to whichever worker
            assert httpx.get(f"{url}/hello/").status_code == 200
        text = httpx.get(f"{url}/metrics").text

    assert 'http_requests_total{method="GET",route="/hello/",status="200"} 20.0' in text


def test_a_worker_that_was_killed_is_replaced(site, tmp_path):
    with served(tmp_path / "log", workers=1, **site) as (url, process):
        before = children_of(process.pid)
        os.kill(before[0], signal.SIGKILL)
        eventually(lambda: children_of(process.pid) not in ([], before), seconds=20)

        assert eventually(lambda: answers(url), seconds=20)


# ---- The end --------------------------------------------------------------------


def test_a_balancer_sees_the_end_coming_and_no_request_fails(site, tmp_path):
    with served(tmp_path / "log", **site) as (url, process):
        balancer = Balancer(url)

        asyncio.run(balancer.work(lambda: process.send_signal(signal.SIGTERM)))
        code = process.wait(timeout=60)

    assert balancer.failures == []
    assert set(balancer.answers) == {200}
    assert len(balancer.answers) >= 50
    assert code == 0


def test_a_request_that_has_begun_is_answered(site, tmp_path):
    with served(tmp_path / "log", workers=1, **site, DRAIN_SECONDS="0") as (url, process):
        with socket.create_connection(("127.0.0.1", urlsplit(url).port)) as client:
            client.settimeout(30)
            head = b"POST /api/v1/auth/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n"
            client.sendall(head + b"Content-Type: application/json\r\n\r\n{")
            eventually(lambda: answers(url), seconds=20)  # so the first part has been read, too
            process.send_signal(signal.SIGTERM)
            eventually(lambda: not listens(url), seconds=20)
            client.sendall(b"        ")
            answer = client.recv(65_536).decode()

        assert process.wait(timeout=60) == 0

    assert answer.startswith("HTTP/1.1 400 ")
    assert "connection: close" in answer.lower()


def test_an_upload_under_way_arrives_and_a_job_that_runs_is_handed_back(site, tmp_path):
    with served(tmp_path / "log", workers=1, **site, DRAIN_SECONDS="0") as (url, process):
        with signed_up(url) as client, socket.create_connection(address_of(url)) as sending:
            job = ask(client, seconds=120)
            eventually(lambda: client.get(f"/jobs/{job}/").json()["state"] == "running")
            sending.settimeout(30)
            head, body = upload(client.headers["Authorization"])
            sending.sendall(head + body[:-200])
            eventually(lambda: answers(url), seconds=20)  # so the first part has been read, too
            process.send_signal(signal.SIGTERM)
            eventually(lambda: not listens(url), seconds=20)
            sending.sendall(body[-200:])
            answer = sending.recv(65_536).decode()

        assert process.wait(timeout=60) == 0

    assert answer.startswith("HTTP/1.1 201 ")
    with sqlite3.connect(Path(site["DATA_DIR"]) / "db.sqlite3") as database:
        [row] = database.execute("SELECT state FROM jobs_job WHERE kind = 'jobs.sleep'")
    assert row == ("queued",)


def test_without_a_request_it_ends_at_once_and_leaves_no_process(site, tmp_path):
    with served(tmp_path / "log", **site, DRAIN_SECONDS="0") as (_, process):
        workers = children_of(process.pid)

        assert stop(process) == 0

    assert len(workers) == 2
    assert not any(is_there(pid) for pid in workers)


# ---- How many -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "expected"),
    [("max 100000", None), ("50000 100000", 1), ("100000 100000", 1), ("nonsense", None)],
)
def test_a_container_limits_the_cores(tmp_path, limit, expected):
    (tmp_path / "cpu.max").write_text(limit)

    assert cores(tmp_path / "cpu.max") == (expected or len(os.sched_getaffinity(0)))


def test_a_limit_above_the_machines_cores_changes_nothing(tmp_path):
    (tmp_path / "cpu.max").write_text("99900000 100000")

    assert cores(tmp_path / "cpu.max") == cores(tmp_path / "no such file")


# ---- A person at work ---------------------------------------------------------------


def address_of(url):
    return "127.0.0.1", urlsplit(url).port


@contextmanager
def signed_up(url):
    """A client with the access token of a new account."""
    with httpx.Client(base_url=f"{url}/api/v1", timeout=30) as client:
        body = {"email": EMAIL, "password": PASSWORD}
        assert client.post("/auth/signup/", json=body).status_code == 201
        tokens = client.post("/auth/login/", json=body).json()
        client.headers["Authorization"] = f"Bearer {tokens['access']}"
        yield client


def upload(authorization):
    """A request that sends a file of a megabyte: its head, and its body."""
    request = httpx.Request(
        *("POST", "http://localhost/api/v1/uploads/"),
        headers={"Authorization": authorization},
        files={"file": ("lines.txt", b"a line of text\n" * 70_000, "text/plain")},
    )
    lines = [f"{name}: {value}" for name, value in request.headers.items()]
    head = "\r\n".join(["POST /api/v1/uploads/ HTTP/1.1", *lines, "", ""])
    return head.encode(), request.read()


# ---- Looking at processes ---------------------------------------------------------


def children_of(pid):
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in children.split()]


def is_there(pid):
    return Path(f"/proc/{pid}").exists()


def answers(url):
    try:
        return httpx.get(f"{url}/healthz/live", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def listens(url):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", urlsplit(url).port)) == 0
