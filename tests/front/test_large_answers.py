"""Answers larger than any buffer, clients that read none of it, and ends half way."""

import http.client
import json
from pathlib import Path

import httpx
import pytest

from tests.front.application import PART, PARTS, THREADS
from tests.front.servers import answer_on, connected, head, started, uvicorn

BIG = head("GET /big HTTP/1.1")
A_FEW_MIB = 8 * 1024 * 1024


def parts_made(server):
    """How many parts of `/big` the application has made so far."""
    with connected(server) as connection:
        connection.sendall(head("GET /counted HTTP/1.1"))
        return json.loads(answer_on(connection).body)["big"]


def settled(number, *, times=30):
    """The number, once it has stayed the same for so many requests in a row."""
    values = [number()]
    while len(values) < times or len(set(values[-times:])) > 1:
        values.append(number())
        assert len(values) < 5_000, "It does not settle."
    return values[-1]


def test_a_large_answer_arrives_whole(small):
    with httpx.stream("GET", f"{small.url}/big") as answer:
        size = sum(len(part) for part in answer.iter_bytes())

    assert size == len(PART) * PARTS


def test_an_answer_waits_for_a_client_that_does_not_read(small_uvicorn):
    with connected(small_uvicorn) as connection:
        connection.sendall(BIG)
        before = parts_made(small_uvicorn)

        waiting = (settled(lambda: parts_made(small_uvicorn)) - before) * len(PART)
        answer = answer_on(connection)

    assert waiting < A_FEW_MIB
    assert len(answer.body) == len(PART) * PARTS


def test_clients_that_leave_in_the_middle_hold_no_thread(small):
    for _ in range(THREADS * 3):
        with connected(small) as connection:
            connection.sendall(BIG)
            assert connection.recv(100).startswith(b"HTTP/1.1 200")

    assert httpx.get(f"{small.url}/echo").status_code == 200


def test_clients_that_leave_without_an_answer_hold_no_thread(small):
    for _ in range(THREADS * 3):
        with connected(small) as connection:
            connection.sendall(BIG)

    assert httpx.get(f"{small.url}/echo").status_code == 200


@pytest.mark.parametrize("times", [THREADS * 2])
def test_an_answer_that_breaks_is_cut_off_and_holds_no_thread(small_under_uvicorn, times):
    for _ in range(times):
        with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
            httpx.get(f"{small_under_uvicorn.url}/breaks")

    assert httpx.get(f"{small_under_uvicorn.url}/echo").status_code == 200


def test_a_client_that_reads_slowly_blocks_no_other_thread(small_uvicorn):
    with connected(small_uvicorn) as connection:
        connection.sendall(BIG)

        assert httpx.get(f"{small_uvicorn.url}/echo").status_code == 200


def test_a_stop_lets_the_answer_under_way_end(tmp_path):
    small = "tests.front.application:application"
    go_on = tmp_path / "go-on"
    with started(
        "uvicorn", lambda port: uvicorn(port, small), tmp_path / "log", path="/counted"
    ) as server, connected(server) as connection:  # fmt: skip
        connection.sendall(head(f"GET /until?{go_on} HTTP/1.1"))
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        beginning = answer.read(6)

        server.process.terminate()
        go_on.touch()

        assert beginning + answer.read() == b"first last"
        assert server.process.wait(timeout=10) in (0, -15)
        answer.close()
    assert "Traceback" not in Path(server.log).read_text()
