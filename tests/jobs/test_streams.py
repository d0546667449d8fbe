"""`GET /jobs/{id}/events/` of a real site: told as it happens, and nothing missed."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.jobs import site
from tests.processes import EMAIL, PASSWORD, free_port, logged_in

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("client")]
LINES = 250


def types_of(events):
    return [(type_, data.get("state") or data.get("text")) for _, type_, data in events]


def test_a_job_is_told_from_beginning_to_end(client):
    job = site.ask(client, seconds=1.2)

    events = site.events_of(client, job)

    numbers = [number for number, *_ in events]
    assert numbers == sorted(set(numbers))
    states = [data["state"] for _, type_, data in events if type_ == "state"]
    assert states in (["queued", "running", "succeeded"], ["running", "succeeded"])
    progress = [data["progress"] for _, type_, data in events if type_ == "progress"]
    assert progress == sorted(progress) != []
    assert events[-1][2]["result"] == {"slept": 1.2}


def test_what_is_told_comes_as_it_happens(client):
    job = site.ask(client, seconds=30)
    start = time.monotonic()

    events = site.events_of(client, job, most=3)
    client.post(f"/jobs/{job}/cancel/")

    assert time.monotonic() - start < 5
    assert len(events) == 3


def test_a_client_that_comes_back_misses_no_state_and_no_line(client):
    job = site.ask(client, "tests.log", lines=LINES)
    site.ended(client, job)
    whole = site.events_of(client, job)

    parts, last = [], 0
    while len(parts) < len(whole):
        parts += site.events_of(client, job, last=last, most=100)
        last = parts[-1][0]

    assert parts == whole
    assert [text for type_, text in types_of(whole) if type_ == "log"] == [
        f"line {n}" for n in range(LINES)
    ]


def test_much_that_was_missed_comes_without_a_pause(client):
    job = site.ask(client, "tests.log", lines=LINES)
    site.ended(client, job)

    start = time.monotonic()
    site.events_of(client, job)

    assert time.monotonic() - start < 1.5


def test_after_the_end_there_is_nothing_to_tell(client):
    job = site.ask(client, seconds=0)
    site.ended(client, job)
    last = site.events_of(client, job)[-1][0]

    answer = client.get(f"/jobs/{job}/events/", headers={"Last-Event-ID": str(last)})

    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("last", ["x", "-1", "1.5", "99999999999", "4096", "²"])
def test_an_id_that_is_none_is_refused(client, last):
    job = site.ask(client, seconds=0)

    headers = {"Last-Event-ID": last.encode()}
    answer = client.get(f"/jobs/{job}/events/", headers=headers)

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_it_says_that_it_is_not_to_be_kept(client):
    job = site.ask(client, seconds=0)

    with client.stream("GET", f"/jobs/{job}/events/") as answer:
        assert answer.headers["Content-Type"] == "text/event-stream"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Accel-Buffering"] == "no"
        assert next(answer.iter_lines()) == "retry: 1000"


def test_a_stranger_does_not_find_it(client, charlies):
    job = site.ask(client, seconds=0)

    assert charlies.get(f"/jobs/{job}/events/").status_code == 404


@pytest.fixture
def long_job(client):
    """A job that runs until the test is over."""
    job = site.ask(client, seconds=120)
    yield job
    client.post(f"/jobs/{job}/cancel/")


def test_the_stream_of_an_ended_session_is_closed_within_five_seconds(url, client, long_job):
    with httpx.Client(base_url=f"{url}/api/v1", timeout=10) as other:
        body = {"email": EMAIL, "password": PASSWORD}
        tokens = other.post("/auth/login/", json=body).json()
        other.headers["Authorization"] = f"Bearer {tokens['access']}"

        end = lambda: other.post("/auth/logout/", json={"refresh": tokens["refresh"]})  # noqa: E731

        assert seconds_until_closed(other, f"/jobs/{long_job}/events/", end) < 5


def test_so_is_that_of_an_ended_cookie_session(url, long_job):
    with logged_in(url) as browser:
        end = lambda: browser.post("/api/v1/auth/session/logout/")  # noqa: E731

        assert seconds_until_closed(browser, f"/api/v1/jobs/{long_job}/events/", end) < 5


def seconds_until_closed(client, path, end):
    with client.stream("GET", path, timeout=8) as answer:
        assert answer.status_code == 200
        parts = answer.iter_raw()
        next(parts)
        ended = end()
        assert ended.status_code in (200, 204, 302), ended.text
        start = time.monotonic()
        for _ in parts:
            pass
    return time.monotonic() - start


def test_nobody_watches_without_a_login(url, long_job):
    answer = httpx.get(f"{url}/api/v1/jobs/{long_job}/events/")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"]


def test_whoever_comes_back_after_a_crash_of_the_site_has_missed_no_state(variables, tmp_path):
    port, log = free_port(), tmp_path / "log"
    url = f"http://127.0.0.1:{port}"
    with site.started(port, variables, log) as process, site.client_at(url) as client:
        job = site.ask(client, seconds=120)
        before = site.events_of(client, job, most=3)
        process.kill()
    with site.started(port, variables, log), site.client_at(url) as client:
        again = lambda: client.get(f"/jobs/{job}/").json()["attempts"] == 2  # noqa: E731
        site.until(again, seconds=20, otherwise=log.read_text)
        client.post(f"/jobs/{job}/cancel/")
        after = site.events_of(client, job, last=before[-1][0])
        whole = site.events_of(client, job)

    numbers = [number for number, *_ in before + after]
    assert numbers == sorted(set(numbers))
    assert states_of(before + after) == states_of(whole)
    assert after[-1][2]["state"] == "cancelled"


def states_of(events):
    return [event for event in events if event[1] == "state"]


KEPT = 2  # sockets that clients and server keep for the next request, or are just closing


def test_a_client_that_leaves_holds_nothing_any_more(variables, tmp_path):
    port, log = free_port(), tmp_path / "log"
    url = f"http://127.0.0.1:{port}"
    with site.started(port, variables, log) as process, site.client_at(url) as client:
        job = site.ask(client, seconds=120)
        with client.stream("GET", f"/jobs/{job}/events/") as first:  # what all streams share
            next(first.iter_raw())
        before = sockets_of(process)

        with ExitStack() as streams:
            parts = [
                streams.enter_context(client.stream("GET", f"/jobs/{job}/events/")).iter_raw()
                for _ in range(20)
            ]
            assert all(next(each) for each in parts)
            assert sockets_of(process) >= before + len(parts) - KEPT
        site.until(lambda: sockets_of(process) <= before + KEPT)

        client.post(f"/jobs/{job}/cancel/")


def sockets_of(process):
    files = list(Path(f"/proc/{process.pid}/fd").iterdir())
    return sum(is_socket(file) for file in files)


def is_socket(file):
    try:
        return str(file.readlink()).startswith("socket:")
    except FileNotFoundError:  # closed since it was listed
        return False


def test_fifty_at_once_all_hear_of_the_end(client):
    job = site.ask(client, seconds=2)

    with ThreadPoolExecutor(50) as pool:
        streams = list(pool.map(lambda _: site.events_of(client, job)[-1], range(50)))

    assert {data["state"] for *_, data in streams} == {"succeeded"}
