"""Examinations that prove that a setting does what it says, for `manage.py doctor`.

An app's `doctor.py` registers its own with `@examination`. Each does the thing
itself, the small way: it sends the mail, keeps the row, puts the object there.
"""

import os
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotInTime
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from django.db import connections
from django.utils.module_loading import autodiscover_modules

SECRET_NAMES = ("KEY", "KEYS", "TOKEN", "PASSWORD", "SECRET_ACCESS_KEY", "ACCESS_KEY_ID", "DSN")
LONGEST_DETAIL = 300

OK, FAILED, NOT_SET = "ok", "failed", "not set"

Examine = Callable[[], str]


class NotSetUp(Exception):
    """There is nothing to examine: the setting that it needs is not set."""


class Failed(Exception):
    """It does not do what its setting says; the message says what happened instead."""


@dataclass(frozen=True)
class Examination:
    """`examine` returns what it has proved, within `seconds`, or raises."""

    name: str
    examine: Examine
    seconds: float


@dataclass(frozen=True)
class Finding:
    """What one examination came to."""

    name: str
    state: str
    detail: str
    milliseconds: int

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


_examinations: dict[str, Examination] = {}


def examination(name: str, *, seconds: float = 10.0) -> Callable[[Examine], Examine]:
    """Have the function examined under this name; it may take so many seconds."""

    def register(examine: Examine) -> Examine:
        if name in _examinations:
            raise ValueError(f"Two examinations are called {name}.")
        _examinations[name] = Examination(name, examine, seconds)
        return examine

    return register


def all_examinations() -> list[Examination]:
    """Those of the project and of every installed app, by name."""
    from backend_practice import examinations  # noqa: F401 - registers the project's own

    autodiscover_modules("doctor")
    return [_examinations[name] for name in sorted(_examinations)]


def examine_all(chosen: Iterable[Examination]) -> list[Finding]:
    """Examine all at once; none is waited for longer than it may take."""
    chosen = list(chosen)
    pool = ThreadPoolExecutor(max(1, len(chosen)), thread_name_prefix="doctor")
    start = time.monotonic()
    running = [(each, pool.submit(_found, each)) for each in chosen]
    findings = []
    for each, future in running:
        try:
            left = each.seconds - (time.monotonic() - start)
            findings.append(future.result(timeout=max(0.0, left)))
        except NotInTime:
            waited = int(each.seconds * 1000)
            findings.append(Finding(each.name, FAILED, f"nothing after {each.seconds:g} s", waited))
    pool.shutdown(wait=False, cancel_futures=True)
    return findings


def _found(each: Examination) -> Finding:
    start = time.monotonic()
    try:
        state, detail = OK, each.examine()
    except NotSetUp as reason:
        state, detail = NOT_SET, str(reason)
    except Failed as reason:
        state, detail = FAILED, str(reason)
    except Exception as error:
        state, detail = FAILED, f"{type(error).__name__}: {error}"
    finally:
        connections.close_all()
    took = round((time.monotonic() - start) * 1000)
    return Finding(each.name, state, without_secrets(detail), took)


# ---- Secrets --------------------------------------------------------------------


def without_secrets(text: str) -> str:
    """The text on one line, with an ellipsis for each secret that the environment holds."""
    line = " ".join(text.split())
    for secret in sorted(_secrets(), key=len, reverse=True):
        line = line.replace(secret, "…")
    return line if len(line) <= LONGEST_DETAIL else f"{line[:LONGEST_DETAIL]}…"


def _secrets() -> set[str]:
    found = {value for name, value in os.environ.items() if name.endswith(SECRET_NAMES)}
    found |= _configured()
    for url in [value for name, value in os.environ.items() if name.endswith("_URL")]:
        found |= _passwords_in(url)
    return {secret for secret in found if len(secret) > 3}


def _configured() -> set[str]:
    """Those that came out of files."""
    from django.conf import settings

    names = ("SECRET_KEY", "METRICS_TOKEN", "EMAIL_HOST_PASSWORD", "SIGNING_KEYS")
    values = {str(getattr(settings, name, "")) for name in names}
    values |= {str(each.get("PASSWORD", "")) for each in settings.DATABASES.values()}
    options = settings.STORAGES.get("uploads", {}).get("OPTIONS", {})
    return values | {str(options.get(name) or "") for name in ("access_key", "secret_key")}


def _passwords_in(url: str) -> set[str]:
    try:
        password = urlsplit(url).password or ""
    except ValueError:
        return set()
    return {password, unquote(password)}
