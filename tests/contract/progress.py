"""How far one is: a line of JSON for each run of a stage, the newest counts.

Lines are only ever appended, so two runs at once lose nothing of each other.
`backend_practice/practice.py` reads the same file for the home page.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .checks import FULL, LEVELS, Stage
from .running import FAILED, PASSED, SKIPPED, Outcome

LARGEST = 64 * 1024  # bytes; then only the newest line of each stage is kept


def remember(
    file: Path, url: str, level: str, outcomes: Iterable[Outcome], stages: Iterable[Stage]
) -> None:
    """Write down what came of each stage, at this level and at those within it."""
    by_stage: dict[int, list[Outcome]] = {}
    for outcome in outcomes:
        by_stage.setdefault(outcome.check.stage, []).append(outcome)
    levels = LEVELS if level == FULL else (level,)
    lines = [
        line_of(url, stage, each, by_stage[stage.number])
        for stage in stages
        for each in levels
        if stage.number in by_stage
    ]
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.exists() and file.stat().st_size > LARGEST:
        _write_anew(file)
    with file.open("a", encoding="utf-8") as output:
        output.write("".join(json.dumps(line) + "\n" for line in lines))


def line_of(url: str, stage: Stage, level: str, outcomes: list[Outcome]) -> dict[str, Any]:
    """What is kept of one stage at one level."""
    checks = stage.of_level(level)
    those = [outcome for outcome in outcomes if outcome.check in checks]
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return {
        "url": url, "stage": stage.number, "level": level, "at": now, "checks": len(checks),
        **{state: count(those, state) for state in (PASSED, FAILED, SKIPPED)},
        "failing": [outcome.check.name for outcome in those if outcome.state == FAILED],
    }  # fmt: skip


def count(outcomes: list[Outcome], state: str) -> int:
    return sum(each.state == state for each in outcomes)


def newest(file: Path, url: str = "") -> list[dict[str, Any]]:
    """The newest line of each stage and level: of this server, or of the one checked last."""
    lines = _lines(file)
    if lines and not url:
        url = lines[-1]["url"]
    found = {(line["stage"], line["level"]): line for line in lines if line["url"] == url}
    return [found[key] for key in sorted(found)]


def _lines(file: Path) -> list[dict[str, Any]]:
    try:
        written = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    return [line for line in map(_read, written) if line]


def _read(text: str) -> dict[str, Any] | None:
    """One line; None for what is none of ours, half a line after a crash for example."""
    try:
        line = json.loads(text)
        return (
            line if {"url", "stage", "level", "passed", "checks", "failing"} <= set(line) else None
        )
    except (ValueError, TypeError):
        return None


def _write_anew(file: Path) -> None:
    kept = {(line["url"], line["stage"], line["level"]): line for line in _lines(file)}
    fresh = file.with_suffix(".new")
    fresh.write_text("".join(json.dumps(line) + "\n" for line in kept.values()), encoding="utf-8")
    fresh.replace(file)
