"""Clients and captured logs for the tests of `backend_practice.http`."""

import io
import json
import logging
import socket
import time

import pytest
from django.test import Client

from backend_practice.http import rate_limits
from backend_practice.http.logs import JsonFormatter, RequestIdFilter
from tests.http.views import SlowGroups


@pytest.fixture(autouse=True)
def routes(settings):
    """Every test here has the routes of `tests.http.urls`, and nothing of the site's apps."""
    settings.ROOT_URLCONF = "tests.http.urls"


@pytest.fixture(autouse=True)
def fresh_rates(monkeypatch):
    """No request has been counted yet, and Redis is not resting."""
    rate_limits._memory_counter.cache_clear()
    rate_limits._redis_counter.cache_clear()
    monkeypatch.setattr(rate_limits, "_redis_rests_until", 0.0)


@pytest.fixture
def web():
    """A client that gets the answer to a crash, as clients do."""
    return Client(raise_request_exception=False)


@pytest.fixture
def web_of():
    """`web_of(alice)` is such a client with alice's session."""

    def logged_in(user, **options):
        client = Client(raise_request_exception=False, **options)
        client.force_login(user)
        return client

    return logged_in


@pytest.fixture
def problem():
    """`problem(response)` is the problem's members, after a check that it is one."""

    def members_of(response):
        assert response["Content-Type"] == "application/problem+json", response
        body = json.loads(response.content)
        assert body["status"] == response.status_code
        assert body["request_id"] == response["X-Request-ID"]
        return body

    return members_of


@pytest.fixture
def json_log():
    """`json_log()` is every line that the site has logged so far, parsed."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(RequestIdFilter())
    handler.setFormatter(JsonFormatter())
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def access_log(json_log):
    """`access_log()` is the access log's lines."""
    return lambda: [line for line in json_log() if line["logger"] == "backend_practice.access"]


@pytest.fixture
def silent_port():
    """A port where a server takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def closed_port():
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return port  # noqa: RET504


@pytest.fixture
def seconds_of():
    """`seconds_of(action)` is how long it takes."""

    def measure(action):
        start = time.monotonic()
        action()
        return time.monotonic() - start

    return measure


@pytest.fixture
def slow_groups():
    """The gate inside `SlowGroups`: closed, and opened at the latest at the test's end."""
    SlowGroups.entered.clear()
    SlowGroups.go_on.clear()
    yield SlowGroups
    SlowGroups.go_on.set()
