"""Answers on the wire: without a body where there is none, and on one connection in a row."""

import httpx
import pytest

from tests.front.servers import answer_on, ask, connected, head

FILE = "/site/style.css"
OF_THE_MOMENT = {"date", "x-request-id", "server-timing", "server", "set-cookie"}


def lasting(headers):
    """The headers that are the same for the same request."""
    return {name: value for name, value in headers.items() if name not in OF_THE_MOMENT}


@pytest.mark.parametrize("path", ["/hello/", "/healthz/live", FILE, "/api/v1/books/", "/nowhere/"])
def test_head_is_get_without_the_body(site, path):
    get = ask(site, f"GET {path} HTTP/1.1")

    with connected(site) as connection:
        connection.sendall(head(f"HEAD {path} HTTP/1.1"))
        answer = answer_on(connection, "HEAD")
        connection.sendall(head("GET /hello/ HTTP/1.1"))
        following = answer_on(connection)

    assert get.body
    assert answer.status == get.status
    assert lasting(answer.headers) == lasting(get.headers)
    assert following.body == b"Hello, World!"  # nothing of a body stood before it


def test_304_has_no_body(site):
    etag = ask(site, f"GET {FILE} HTTP/1.1").headers["etag"]

    with connected(site) as connection:
        connection.sendall(head(f"GET {FILE} HTTP/1.1", f"If-None-Match: {etag}"))
        answer = answer_on(connection)
        connection.sendall(head("GET /hello/ HTTP/1.1"))
        following = answer_on(connection)

    assert (answer.status, answer.body) == (304, b"")
    assert following.body == b"Hello, World!"


def test_a_range_is_206_with_that_part(site):
    whole = ask(site, f"GET {FILE} HTTP/1.1").body

    answer = ask(site, f"GET {FILE} HTTP/1.1", "Range: bytes=3-12")

    assert (answer.status, answer.body) == (206, whole[3:13])
    assert answer.headers["content-range"] == f"bytes 3-12/{len(whole)}"


def test_a_range_beyond_the_end_is_416(site):
    answer = ask(site, f"GET {FILE} HTTP/1.1", "Range: bytes=99999999-")

    assert (answer.status, answer.body) == (416, b"")


def test_a_file_of_many_parts_arrives_whole(site):
    page = httpx.get(f"{site.url}/api/v1/docs/").text
    script = next(word for word in page.split('"') if "swagger-ui-bundle" in word)

    answer = ask(site, f"GET {script} HTTP/1.1")

    assert len(answer.body) == int(answer.headers["content-length"]) > 500_000


def test_one_connection_serves_request_after_request(site):
    with connected(site) as connection:
        for number in range(20):
            connection.sendall(head(f"GET /hello/{number}/ HTTP/1.1"))
            assert answer_on(connection).body == f"Hello, {number}!".encode()


@pytest.mark.parametrize("path", ["/nowhere/", "/api/v1/nowhere/", "/site/nowhere.css"])
def test_an_error_leaves_the_connection_open(site, path):
    with connected(site) as connection:
        connection.sendall(head(f"GET {path} HTTP/1.1"))
        assert answer_on(connection).status == 404
        connection.sendall(head("POST /hello/ HTTP/1.1", "Content-Length: 3") + b"abc")
        assert answer_on(connection).status == 405
        connection.sendall(head("GET /hello/ HTTP/1.1"))
        assert answer_on(connection).status == 200


def test_requests_that_come_at_once_are_answered_in_their_order(site):
    names = ["one", "two", "three"]

    with connected(site) as connection:
        connection.sendall(b"".join(head(f"GET /hello/{name}/ HTTP/1.1") for name in names))
        received = b""
        while received.count(b"Hello, ") < len(names):
            received += connection.recv(65_536)

    assert [received.index(f"Hello, {name}!".encode()) for name in names] == sorted(
        received.index(f"Hello, {name}!".encode()) for name in names
    )


def test_a_connection_is_closed_when_asked(site):
    with connected(site) as connection:
        connection.sendall(head("GET /hello/ HTTP/1.1", "Connection: close"))
        received = b"".join(iter(lambda: connection.recv(65_536), b""))

    assert received.endswith(b"Hello, World!")
