"""Bodies on the wire, whole, in pieces, cut off and too large, under both servers."""

import hashlib
import json
from contextlib import ExitStack

import httpx
import pytest

from tests.front.application import MAX_BODY, THREADS
from tests.front.servers import answer_on, ask, connected, head, in_chunks, is_closed, status_of

CHUNKED = head("POST /echo HTTP/1.1", "Transfer-Encoding: chunked")


def echoes(server):
    """How often a request has reached the application's `/echo`."""
    return httpx.get(f"{server.url}/counted").json()["echo"]


def declared(length, path="/echo", *lines):
    return head(f"POST {path} HTTP/1.1", f"Content-Length: {length}", *lines)


@pytest.mark.parametrize("size", [1, 8_192, 65_536, MAX_BODY - 1, MAX_BODY])
def test_a_body_in_chunks_arrives_whole(small, size):
    body = bytes(range(256)) * (size // 256 + 1)
    chunks = [body[start : min(start + 1_000, size)] for start in range(0, size, 1_000)]

    with connected(small) as connection:
        connection.sendall(CHUNKED + in_chunks(*chunks))
        said = json.loads(answer_on(connection).body)

    assert said["bytes"] == int(said["declared"]) == size
    assert said["sha256"] == hashlib.sha256(body[:size]).hexdigest()


@pytest.mark.parametrize("size", [0, 1, 65_536, MAX_BODY])
def test_a_body_with_a_length_arrives_whole(small, size):
    body = bytes(range(256)) * (size // 256 + 1)

    said = httpx.post(f"{small.url}/echo", content=body[:size]).json()

    assert said["bytes"] == size
    assert said["sha256"] == hashlib.sha256(body[:size]).hexdigest()


def test_an_empty_body_in_chunks_is_empty(small):
    answer = ask(small, "POST /echo HTTP/1.1", "Transfer-Encoding: chunked", body=in_chunks())

    assert json.loads(answer.body)["bytes"] == 0


@pytest.mark.parametrize(
    "half",
    [declared(1_000) + b"x" * 999, CHUNKED + b"3\r\nabc\r\n", CHUNKED + b"3\r\na"],
    ids=["of a declared length", "after a chunk", "within a chunk"],
)
def test_a_body_that_is_cut_off_reaches_nobody(small, half):
    before = echoes(small)

    for _ in range(5):
        with connected(small) as connection:
            connection.sendall(half)
    whole = ask(small, "POST /echo HTTP/1.1", "Content-Length: 1", body=b"x")

    assert whole.status == 200
    assert echoes(small) == before + 1


@pytest.mark.parametrize(
    ("begin", "end"),
    [(declared(4) + b"sl", b"ow"), (CHUNKED + b"2\r\nsl\r\n", in_chunks(b"ow"))],
    ids=["declared", "in chunks"],
)
def test_slow_bodies_hold_no_thread_and_are_answered_in_the_end(small, begin, end):
    with ExitStack() as stack:
        slow = [stack.enter_context(connected(small)) for _ in range(THREADS * 3)]
        for connection in slow:
            connection.sendall(begin)

        assert ask(small, "GET /echo HTTP/1.1").status == 200

        for connection in slow:
            connection.sendall(end)
        said = [json.loads(answer_on(connection).body) for connection in slow]
    assert {answer["sha256"] for answer in said} == {hashlib.sha256(b"slow").hexdigest()}


def test_a_body_with_both_kinds_of_length_is_refused_or_read_as_chunks(small):
    lines = ("POST /echo HTTP/1.1", "Transfer-Encoding: chunked", "Content-Length: 2")

    answer = ask(small, *lines, body=in_chunks(b"abc"))

    assert answer.status == 400 or json.loads(answer.body)["bytes"] == 3


def test_the_loop_gets_a_body_in_chunks(small):
    lines = ("POST /async/ HTTP/1.1", "Transfer-Encoding: chunked")

    assert ask(small, *lines, body=in_chunks(b"abc", b"def")).body == b"6 bytes"


def test_a_client_that_expects_100_continue_is_told_to(small):
    with connected(small) as connection:
        connection.sendall(declared(3, "/echo", "Expect: 100-continue"))
        interim = connection.recv(1_000)
        connection.sendall(b"abc")
        answer = answer_on(connection)

    assert interim.startswith(b"HTTP/1.1 100 Continue\r\n")
    assert json.loads(answer.body)["bytes"] == 3


# ---- The site's own limit ------------------------------------------------------

LIMIT = 1024 * 1024


def test_a_body_in_chunks_that_is_too_large_is_a_problem(site):
    chunks = [b"x" * 65_536] * (LIMIT // 65_536) + [b"x"]

    with connected(site) as connection:
        connection.sendall(
            head("POST /api/v1/books/ HTTP/1.1", "Transfer-Encoding: chunked",
                 "X-Request-ID: too-large-in-chunks")
            + in_chunks(*chunks)
        )  # fmt: skip
        answer = answer_on(connection)

    assert answer.status == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"] == "too-large-in-chunks"
    assert json.loads(answer.body)["request_id"] == "too-large-in-chunks"


def test_endless_chunks_are_refused_once_they_are_too_many(uvicorn_site):
    with connected(uvicorn_site) as connection:
        connection.sendall(head("POST /api/v1/books/ HTTP/1.1", "Transfer-Encoding: chunked"))
        for _ in range(LIMIT // 65_536 + 1):
            connection.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
        answer = answer_on(connection)

    assert answer.status == 413


def test_a_declared_body_that_is_too_large_is_refused_before_it_comes(uvicorn_site):
    with connected(uvicorn_site) as connection:
        connection.sendall(declared(LIMIT + 1, "/api/v1/books/"))
        answer = answer_on(connection)

        assert answer.status == 413
        assert answer.headers["connection"] == "close"
        assert is_closed(connection)


def test_a_client_that_asks_first_is_refused_without_100_continue(uvicorn_site):
    with connected(uvicorn_site) as connection:
        connection.sendall(declared(LIMIT + 1, "/api/v1/books/", "Expect: 100-continue"))
        first_line = connection.recv(12)

    assert first_line == b"HTTP/1.1 413"


def test_a_body_that_is_too_large_is_refused(site):
    answer = ask(
        site,
        "POST /api/v1/books/ HTTP/1.1",
        f"Content-Length: {LIMIT + 1}",
        body=b"x" * (LIMIT + 1),
    )

    assert answer.status == 413
    assert answer.headers["connection"] == "close"


@pytest.mark.parametrize("length", ["-1", "1,2", "x", "0x10", "²".encode(), "9" * 5_000, ""])
def test_a_length_that_is_no_number_is_the_clients_fault(site, length):
    line = b"Content-Length: " + (length if isinstance(length, bytes) else length.encode())

    assert status_of(site, "POST /api/v1/books/ HTTP/1.1", line) < 500
