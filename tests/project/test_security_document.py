"""docs/security.md names tests, and each of them is there."""

import re

import pytest

from tests.environment import ROOT

pytestmark = pytest.mark.once

DOCUMENT = (ROOT / "docs" / "security.md").read_text()
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def test_every_test_that_it_names_exists():
    named = set(NAMED.findall(DOCUMENT))
    missing = [
        f"{path}::{name}"
        for path, name in named
        if not re.search(rf"^def {name}\(", (ROOT / "tests" / path).read_text(), re.MULTILINE)
    ]

    assert len(named) > 60
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
