"""One service asks another over HTTP: never for long, never twice what is not safe to repeat.

Facts travel as events and work as jobs; this is for the little that is needed at
once. Each request bears the caller's own token, the request id and the trace.
"""

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import httpx

from backend_practice.backoff import backoff
from backend_practice.http.context import current_request_id, next_traceparent
from backend_practice.http.problems import PROBLEM_TYPES, ProblemOfKind, Unavailable, kind_of
from backend_practice.services.addresses import address_of
from backend_practice.services.circuit import Circuit
from backend_practice.services.tokens import sign

SAFE = {"GET", "HEAD", "OPTIONS"}  # RFC 9110, 9.2.1
ATTEMPTS = 3
SECONDS_TO_CONNECT = 0.5
# All attempts together; a request of a user's that waits for this answers within two seconds.
SECONDS = 1.5
AWAY = {502, 503, 504}

circuits: dict[str, Circuit] = {}


class ServiceAway(Unavailable):
    """The service that was asked does not answer."""

    def __init__(self, service: str, *, retry_after: int = 2) -> None:
        super().__init__(f"The {service} service does not answer.", retry_after=retry_after)
        self.service = service


def ask(
    service: str,
    method: str,
    path: str,
    *,
    user_id: Any = None,
    seconds: float = SECONDS,
    content: Iterable[bytes] | None = None,
    **options: Any,
) -> httpx.Response:
    """The service's answer, whatever its status but 502, 503 and 504.

    Safe methods are tried again while there is time. Raises `ServiceAway`, at
    once while the circuit is open.
    """
    deadline = time.monotonic() + seconds
    for attempt in range(1, ATTEMPTS + 1):
        left = deadline - time.monotonic()
        request = _request(service, method, path, user_id, left, content=content, **options)
        try:
            with asked(service) as client:
                response = client.send(request)
                return _present(response, service)
        except ServiceAway:
            pause = backoff(attempt, first=0.05)
            is_last = attempt == ATTEMPTS or method not in SAFE
            if is_last or time.monotonic() + pause >= deadline:
                raise
            time.sleep(pause)
    raise AssertionError  # the last attempt has returned or raised


@contextmanager
def streamed(
    service: str, path: str, *, user_id: Any = None, seconds: float = 30.0
) -> Iterator[httpx.Response]:
    """A GET whose answer is read part by part; `seconds` is the longest silence between two."""
    request = _request(service, "GET", path, user_id, seconds)
    with asked(service) as client:
        response = client.send(request, stream=True)
        try:
            yield _present(response, service)
        finally:
            response.close()


@contextmanager
def asked(service: str) -> Iterator[httpx.Client]:
    """A client for one question, which the circuit counts. Raises `ServiceAway`."""
    circuit = circuits.setdefault(service, Circuit())
    if not circuit.lets_through():
        raise ServiceAway(service, retry_after=circuit.seconds_to_wait())
    try:
        yield _client(os.getpid())
    except (httpx.TransportError, ServiceAway) as error:
        circuit.failed()
        raise ServiceAway(service) from error
    except BaseException:
        circuit.succeeded()  # it has answered; what went wrong is the asker's
        raise
    circuit.succeeded()


def _present(response: httpx.Response, service: str) -> httpx.Response:
    if response.status_code in AWAY:
        raise ServiceAway(service)
    return response


def _request(
    service: str, method: str, path: str, user_id: Any, seconds: float, **options: Any
) -> httpx.Request:
    headers = {
        "Authorization": f"Bearer {sign(service, user_id=user_id)}",
        "traceparent": next_traceparent(),
    }
    if request_id := current_request_id():
        headers["X-Request-ID"] = request_id
    return _client(os.getpid()).build_request(
        method,
        f"{address_of(service)}{path}",
        headers=headers,
        timeout=httpx.Timeout(max(seconds, 0.05), connect=min(SECONDS_TO_CONNECT, seconds)),
        **options,
    )


@cache
def _client(process: int) -> httpx.Client:
    """One a process: connections are not for sharing over a fork."""
    return httpx.Client(limits=httpx.Limits(keepalive_expiry=2.0), follow_redirects=False)


def raise_problem(response: httpx.Response) -> None:
    """Raise an answer's problem as if it were our own; nothing for an answer that is none."""
    if response.is_success:
        return
    try:
        body = response.json()
        slug = body["type"].strip("/").rpartition("/")[2]
    except (ValueError, KeyError, TypeError, AttributeError):
        body, slug = {}, ""
    kind = PROBLEM_TYPES.get(slug) or kind_of(response.status_code)
    members = {name: body[name] for name in ("errors", "limit") if name in body}
    raise ProblemOfKind(kind, str(body.get("detail", "")), **members)
