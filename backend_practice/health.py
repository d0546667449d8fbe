"""Whether this process lives, and whether all that it needs answers."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotInTime
from functools import cache, partial
from typing import Any

import redis
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from backend_practice.broker import ask
from backend_practice.http.conf import setting
from backend_practice.inside import may_see_inside
from backend_practice.stopping import is_stopping

SECONDS_TO_ANSWER = 2.0


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers at all: a failure here asks for a restart."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200, or 503 while something that is needed does not answer, or once the process is to end.

    Each dependency is named, with its time in milliseconds, for whom
    `may_see_inside` lets; a stranger who asks for `?details` gets 403.
    """
    inside = may_see_inside(request)
    if "details" in request.GET and not inside:
        return JsonResponse({"detail": "Details need METRICS_TOKEN."}, status=403)
    if is_stopping():
        return JsonResponse({"status": "stopping"}, status=503)
    checks = run_checks()
    is_ready = all(check["status"] == "ok" for check in checks.values())
    body: dict[str, Any] = {"status": "ok" if is_ready else "unavailable"}
    if inside:
        body["checks"] = checks
    return JsonResponse(body, status=200 if is_ready else 503)


def run_checks() -> dict[str, dict[str, Any]]:
    """Ask every dependency at once; none is waited for longer than two seconds."""
    running = {
        name: _checker_of(name).submit(_timed, check) for name, check in dependencies().items()
    }
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    results: dict[str, dict[str, Any]] = {}
    for name, future in running.items():
        try:
            results[name] = future.result(timeout=max(0.0, deadline - time.monotonic()))
        except NotInTime:
            future.cancel()
            results[name] = {"status": "down", "error": "no answer in time"}
    return results


@cache
def _checker_of(name: str) -> ThreadPoolExecutor:
    """A thread for each dependency: one that hangs keeps nobody from asking the others."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"health-{name}")


def dependencies() -> dict[str, Callable[[], None]]:
    """What this process needs, by name; each raises where it does not answer."""
    checks: dict[str, Callable[[], None]] = {"database": _ask_database}
    if setting("REDIS_URL"):
        checks["redis"] = _ask_redis
    for name, url in brokers().items():
        checks[name] = partial(ask, url, seconds=1)
    return checks


def brokers() -> dict[str, str]:
    """The message brokers that this process needs, by name: an embedded one is part of it."""
    urls = {"event broker": setting("BROKER_URL"), "job broker": setting("CELERY_BROKER_URL")}
    return {name: url for name, url in urls.items() if url and not url.startswith("memory:")}


def _timed(check: Callable[[], None]) -> dict[str, Any]:
    start = time.perf_counter()
    try:
        check()
    except Exception as error:
        return {"status": "down", "error": type(error).__name__}
    return {"status": "ok", "milliseconds": round((time.perf_counter() - start) * 1000, 1)}


def _ask_database() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()


def _ask_redis() -> None:
    client = redis.Redis.from_url(setting("REDIS_URL"), socket_timeout=1, socket_connect_timeout=1)
    try:
        client.ping()
    finally:
        client.close()
