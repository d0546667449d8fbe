"""The table in the docs is the one that the command makes."""

import pytest

from tests.contract.mutants.table import table, with_table
from tests.contract.stages import STAGES
from tests.environment import ROOT

pytestmark = pytest.mark.once
DOCUMENT = ROOT / "docs" / "contract.md"


def test_the_document_is_up_to_date():
    text = DOCUMENT.read_text()

    assert with_table(text) == text, "make contract-table"


def test_every_check_stands_in_it_with_what_it_kills():
    rows = [line for line in table().splitlines() if line.startswith("| `")]

    assert len(rows) == sum(len(stage.checks) for stage in STAGES)
    assert all(row.split(" | ")[-1].strip(" |") for row in rows)


def test_every_check_teaches():
    for check in (check for stage in STAGES for check in stage.checks):
        assert all((check.says, check.cause, check.hint, check.read)), check.name
