"""The kinds that other services own, as the jobs service knows them."""

import logging
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings

from backend_practice.registry import PARTS, SERVICES
from backend_practice.services.addresses import is_split
from backend_practice.services.client import ServiceAway, ask, raise_problem
from jobs.homes import JOBS, home_of
from jobs.kinds import JobContext, Kind, all_kinds

logger = logging.getLogger(__name__)

SECONDS_KEPT = 30.0
SECONDS_TO_ANSWER = 1.5

_lock = threading.Lock()
_known: dict[str, list[Kind]] = {}
_ask_again_at: dict[str, float] = {}


def kinds_everywhere() -> list[Kind]:
    """Every kind of every service, by name; of one that is away, those that it had before."""
    if not is_split():
        return all_kinds()
    owned = [kind for kind in all_kinds() if not home_of(kind.name)]
    with ThreadPoolExecutor(len(PARTS)) as pool:
        lists = list(pool.map(_kinds_of, _others()))
    return sorted((kind for each in (owned, *lists) for kind in each), key=lambda kind: kind.name)


def kind_elsewhere(name: str) -> Kind | None:
    """The kind of this name that another service owns.

    Raises `ServiceAway` where that has never said what it can do.
    """
    home = home_of(name)
    if not home or home not in _others():
        return None
    kinds = _kinds_of(home)
    if home not in _known:
        raise ServiceAway(home)
    return next((kind for kind in kinds if kind.name == name), None)


def check_elsewhere(kind: str, params: Mapping[str, Any], *, owner_id: UUID) -> None:
    """Have the service that owns the kind look at the input, as it would at its own.

    Raises its problem. One that is away looks at it once it is back.
    """
    home = home_of(kind)
    if not home:
        return
    try:
        body = {"kind": kind, "params": params}
        answer = ask(home, "POST", "/internal/jobs/check/", user_id=owner_id, json=body)
    except ServiceAway:
        logger.warning("%s is away: what it is to do was accepted as it is", home)
        return
    raise_problem(answer)


def told_of(kind: Kind) -> dict[str, Any]:
    """A kind without its functions, as JSON."""
    return {
        "name": kind.name,
        "title": kind.title,
        "params": dict(kind.params),
        "requestable": kind.requestable,
        "attempts": kind.attempts,
        "time_limit": kind.time_limit,
        "days_kept": kind.days_kept,
    }


def _others() -> list[str]:
    if settings.SERVICE != JOBS:
        return []
    return [name for name in PARTS if name != JOBS and SERVICES[name].has_events]


def _kinds_of(service: str) -> list[Kind]:
    with _lock:
        is_due = time.monotonic() >= _ask_again_at.get(service, 0.0)
        if is_due:
            _ask_again_at[service] = time.monotonic() + SECONDS_KEPT
    if is_due:
        _fetch(service)
    if service not in _known and _path_of(service).exists():
        _known[service] = _read(_path_of(service).read_bytes())
    return _known.get(service, [])


def _fetch(service: str) -> None:
    try:
        answer = ask(service, "GET", "/internal/jobs/kinds/", seconds=SECONDS_TO_ANSWER)
        raise_problem(answer)
        _known[service] = _read(answer.content)
        _path_of(service).write_bytes(answer.content)
    except Exception as error:  # what was known before stays good
        logger.warning("What %s can do is as it was: %s", service, error)
        _ask_again_at[service] = time.monotonic() + 1.0


def _read(text: bytes) -> list[Kind]:
    return [Kind(work=_done_elsewhere, check=None, **told) for told in orjson.loads(text)["kinds"]]


def _done_elsewhere(context: JobContext, params: dict[str, Any]) -> None:
    raise AssertionError("Another service does this.")


def _path_of(service: str) -> Path:
    directory: Path = settings.DATA_DIR
    return directory / f"kinds-of-{service}.json"
