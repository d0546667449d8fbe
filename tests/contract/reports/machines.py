"""For machines: JSON, and JUnit's XML as build servers read it."""

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from ..running import FAILED, SKIPPED, Outcome

FORBIDDEN_IN_XML = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_json(url: str, seed: str, level: str, outcomes: list[Outcome]) -> dict[str, Any]:
    """The whole run as one object."""
    return {
        "url": url,
        "seed": seed,
        "level": level,
        "ok": not any(each.state == FAILED for each in outcomes),
        "checks": [as_object(each) for each in outcomes],
    }


def as_object(outcome: Outcome) -> dict[str, Any]:
    check = outcome.check
    told = {
        "name": check.name, "stage": check.stage, "level": check.level, "says": check.says,
        "state": outcome.state, "seconds": round(outcome.seconds, 3),
    }  # fmt: skip
    if outcome.state == SKIPPED:
        return {**told, "reason": outcome.expected}
    if outcome.state != FAILED:
        return told
    asked = outcome.exchange.asked.curl() if outcome.exchange else ""
    return {
        **told, "why": check.why, "asked": asked,
        "before": outcome.before, "expected": outcome.expected, "came": outcome.came,
        "cause": outcome.cause, "hint": outcome.hint, "read": check.read,
    }  # fmt: skip


def write_junit(file: Path, url: str, outcomes: list[Outcome]) -> None:
    """A test suite a stage, a test case a check."""
    root = ElementTree.Element("testsuites", name=f"contract of {url}")
    for stage in sorted({each.check.stage for each in outcomes}):
        those = [each for each in outcomes if each.check.stage == stage]
        suite = ElementTree.SubElement(
            root, "testsuite", name=f"stage {stage}", tests=str(len(those)),
            failures=str(sum(each.state == FAILED for each in those)),
            skipped=str(sum(each.state == SKIPPED for each in those)), errors="0",
            time=f"{sum(each.seconds for each in those):.3f}",
        )  # fmt: skip
        for each in those:
            _add_case(suite, each)
    file.parent.mkdir(parents=True, exist_ok=True)
    ElementTree.ElementTree(root).write(file, encoding="utf-8", xml_declaration=True)


def _add_case(suite: ElementTree.Element, outcome: Outcome) -> None:
    check = outcome.check
    case = ElementTree.SubElement(
        suite, "testcase", classname=f"contract.stage{check.stage}.{check.level}",
        name=check.name, time=f"{outcome.seconds:.3f}",
    )  # fmt: skip
    if outcome.state == SKIPPED:
        ElementTree.SubElement(case, "skipped", message=_clean(outcome.expected))
    if outcome.state == FAILED:
        told = as_object(outcome)
        failure = ElementTree.SubElement(
            case, "failure", message=_clean(f"expected {outcome.expected}")
        )
        lines = (
            f"{name}: {told[name]}"
            for name in ("says", "asked", "expected", "came", "cause", "hint", "read")
        )
        failure.text = _clean("\n".join(lines))


def _clean(text: str) -> str:
    return FORBIDDEN_IN_XML.sub("�", text)
