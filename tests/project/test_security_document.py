"""docs/security.md and docs/asvs.md name tests, and each of them is there."""

import re
from functools import cache

import pytest

from tests.environment import ROOT

pytestmark = pytest.mark.once

DOCUMENT = (ROOT / "docs" / "security.md").read_text()
ASVS = (ROOT / "docs" / "asvs.md").read_text()
ROW = re.compile(
    r"\| (\d+\.\d+\.\d+)(?:–(\d+\.\d+\.\d+))? \| ([12]) \| [^|]+ \| (\w+)[^|]* \| ([^|]+) \|"
)
# Items of levels 1 and 2 in each chapter of 4.0.3.
ITEMS = {
    1: 38,
    2: 53,
    3: 18,
    4: 9,
    5: 30,
    6: 13,
    7: 12,
    8: 15,
    9: 7,
    10: 5,
    11: 8,
    12: 15,
    13: 13,
    14: 23,
}
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


@cache
def text_of(path):
    return (ROOT / "tests" / path).read_text()


@pytest.mark.parametrize(("document", "least"), [(DOCUMENT, 40), (ASVS, 100)])
def test_every_test_that_it_names_exists(document, least):
    named = set(NAMED.findall(document))
    missing = [
        f"{path}::{name}"
        for path, name in named
        if not re.search(rf"^def {name}\(", text_of(path), re.MULTILINE)
    ]

    assert len(named) > least
    assert missing == []


def test_every_line_of_its_tables_names_one_or_says_that_there_is_none():
    lines = [line for line in DOCUMENT.splitlines() if line.startswith("| ")]
    shown = [
        line for line in lines if not line.startswith(("| ---", "| threat", "| item", "| what"))
    ]

    assert [line for line in shown if not NAMED.search(line) and not line.endswith("| — |")] == []


@pytest.mark.parametrize("number", range(1, 11))
def test_every_item_of_the_top_ten_is_in_it(number):
    assert f"| API{number} " in DOCUMENT


def rows():
    """Each line of the ASVS: its items, what holds for them, and what shows it."""
    lines = [line for line in ASVS.splitlines() if re.match(r"\| \d", line)]
    for line in lines:
        match = ROW.fullmatch(line)
        assert match, line
        first, last, _, state, shown = match.groups()
        section, _, number = first.rpartition(".")
        numbers = range(int(number), int((last or first).rpartition(".")[2]) + 1)
        yield [f"{section}.{each}" for each in numbers], state, shown


def test_the_asvs_is_told_item_by_item():
    items = [item for items, _, _ in rows() for item in items]

    assert len(items) == len(set(items))
    assert {
        chapter: sum(item.startswith(f"{chapter}.") for item in items) for chapter in ITEMS
    } == ITEMS


def test_each_item_says_what_holds_and_what_shows_it():
    for items, state, shown in rows():
        assert state in ("yes", "partly", "no", "operator", "none"), items
        assert NAMED.search(shown) or shown == "—", items
