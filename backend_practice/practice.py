"""How far somebody is with a server of their own, as `manage.py practice` has written it down."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings


@dataclass(frozen=True)
class Tally:
    """What came of the newest run of one stage at one level (`core` or `full`)."""

    passed: int
    checks: int
    failing: tuple[str, ...]
    at: str

    @property
    def is_done(self) -> bool:
        return self.passed == self.checks


@dataclass(frozen=True)
class Progress:
    """The server that was checked last, and its tallies: `progress.of(3, "core")`."""

    url: str
    tallies: dict[tuple[int, str], Tally] = field(default_factory=dict)

    def of(self, stage: int, level: str) -> Tally | None:
        """The tally of a stage, None where it has not been checked at this level."""
        return self.tallies.get((stage, level))


def progress_file() -> Path:
    """Where `manage.py practice` writes: a line of JSON for each run of a stage."""
    return Path(settings.DATA_DIR) / "practice.jsonl"


def latest_progress() -> Progress | None:
    """How far the server that was checked last is; None before the first check, and in production.

    Lines that cannot be read are passed over; nothing is raised.
    """
    lines = [] if settings.PRODUCTION else list(_lines())
    if not lines:
        return None
    url = lines[-1][0]
    return Progress(url, {key: tally for at, key, tally in lines if at == url})


def _lines() -> Iterator[tuple[str, tuple[int, str], Tally]]:
    try:
        written = progress_file().read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return
    for text in written:
        try:
            yield _read(json.loads(text))
        except (ValueError, TypeError, KeyError):
            continue


def _read(line: dict[str, Any]) -> tuple[str, tuple[int, str], Tally]:
    tally = Tally(
        passed=int(line["passed"]),
        checks=int(line["checks"]),
        failing=tuple(map(str, line["failing"])),
        at=str(line["at"]),
    )
    return str(line["url"]), (int(line["stage"]), str(line["level"])), tally
