"""One service asks another: within a bound, again only what is safe, and not for ever."""

import time
import uuid

import jwt
import pytest

from backend_practice.http.context import request_id, traceparent
from backend_practice.http.problems import Problem
from backend_practice.registry import SERVICES
from backend_practice.services import client
from backend_practice.services.client import ServiceAway, ask, raise_problem
from tests.services.nginx import EchoServer, free_range

pytestmark = pytest.mark.once


@pytest.fixture
def uploads(as_books):
    """The uploads service, which says what reached it."""
    as_books.SERVICES_PORT = free_range()
    server = EchoServer("uploads", as_books.SERVICES_PORT + SERVICES["uploads"].number)
    server.serve()
    yield server
    server.stop()


def test_who_asks_and_for_whom_and_why_comes_along(uploads):
    ada = uuid.uuid4()
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    with request_id("the-request"), traceparent(trace):
        headers = ask("uploads", "GET", "/internal/x/", user_id=ada).json()["headers"]

    token = headers["authorization"].removeprefix("Bearer ")
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (claims["iss"], claims["aud"], claims["sub"]) == ("books", "uploads", str(ada))
    assert headers["x-request-id"] == "the-request"
    assert headers["traceparent"].split("-")[1] == trace.split("-")[1]
    assert headers["traceparent"] != trace


@pytest.mark.parametrize(("method", "times"), [("GET", 3), ("POST", 1), ("PUT", 1), ("DELETE", 1)])
def test_only_what_is_safe_is_asked_again(uploads, method, times):
    with pytest.raises(ServiceAway):
        ask("uploads", method, "/cut-off/")

    assert uploads.asked == [method] * times


def test_nobody_waits_for_longer_than_was_said(uploads):
    start = time.monotonic()

    with pytest.raises(ServiceAway):
        ask("uploads", "GET", "/events/", seconds=0.5)

    assert time.monotonic() - start < 5


def test_after_failures_nobody_is_asked_for_a_while(uploads):
    for _ in range(3):
        with pytest.raises(ServiceAway):
            ask("uploads", "GET", "/cut-off/")
    asked = len(uploads.asked)

    with pytest.raises(ServiceAway) as refused:
        ask("uploads", "GET", "/cut-off/")

    assert len(uploads.asked) == asked
    assert client.circuits["uploads"].state == "open"
    assert int(refused.value.headers["Retry-After"]) >= 1


def test_a_503_of_its_own_counts_as_away(uploads):
    with pytest.raises(ServiceAway):
        ask("uploads", "POST", "/own-error/")


def test_a_problem_comes_through_as_our_own(uploads):
    response = client.httpx.Response(
        413,
        json={
            "type": "/problems/too-large/",
            "detail": "Too large.",
            "limit": {"name": "MAX_UPLOAD_BYTES", "value": 1},
        },
    )

    with pytest.raises(Problem) as raised:
        raise_problem(response)

    assert (raised.value.status_code, str(raised.value.detail)) == (413, "Too large.")
    assert raised.value.members["limit"]["name"] == "MAX_UPLOAD_BYTES"
