"""With nothing installed: the site itself does its jobs, beside the requests."""

import signal
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.jobs import site
from tests.processes import free_port

pytestmark = pytest.mark.once


def test_a_job_starts_within_a_moment(client):
    waits = []
    for _ in range(5):
        start = time.monotonic()
        site.ended(client, site.ask(client, seconds=0))
        waits.append(time.monotonic() - start)

    assert min(waits) < 0.25


def test_other_requests_are_answered_meanwhile(client):
    jobs = [site.ask(client, seconds=1) for _ in range(4)]

    start = time.monotonic()
    assert client.get("/jobs/").status_code == 200
    took = time.monotonic() - start

    assert took < 0.5
    assert all(site.ended(client, job)["state"] == "succeeded" for job in jobs)


def test_a_delayed_job_starts_soon_after_its_time(client):
    run_at = datetime.now(UTC) + timedelta(seconds=1)
    body = {"kind": "jobs.sleep", "params": {"seconds": 0}, "run_at": run_at.isoformat()}
    job = client.post("/jobs/", json=body).json()

    ended = site.ended(client, job["id"])

    started = datetime.fromisoformat(ended["started_at"])
    assert timedelta(0) <= started - run_at < timedelta(seconds=4)


def test_a_job_that_runs_is_cancelled_within_a_second(client):
    job = site.ask(client, seconds=60)
    site.until(lambda: client.get(f"/jobs/{job}/").json()["progress"] > 0)

    client.post(f"/jobs/{job}/cancel/")

    assert site.ended(client, job, seconds=2)["state"] == "cancelled"


def test_a_stop_gives_back_what_runs_and_the_next_start_goes_on(variables, tmp_path):
    port = free_port()
    log = tmp_path / "log"
    first, second = (site.started(port, variables, log) for _ in range(2))
    with first as process, site.client_at(f"http://127.0.0.1:{port}") as client:
        job = site.ask(client, seconds=60)
        site.until(lambda: client.get(f"/jobs/{job}/").json()["state"] == "running")
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=8)
    with second, site.client_at(f"http://127.0.0.1:{port}") as client:
        again = lambda: client.get(f"/jobs/{job}/").json()["attempts"] == 2  # noqa: E731
        site.until(again, seconds=5, otherwise=log.read_text)
        client.post(f"/jobs/{job}/cancel/")
