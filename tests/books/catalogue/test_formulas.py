"""What a spreadsheet would take for a formula."""

import pytest

from books.catalogue.formulas import escaped, unescaped

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "'=1+1", "''=1+1"]
PLAIN = ["", "Emma", "'Salem's Lot", "'", "''", "1=1", " =1", "–dash"]


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_formula_is_escaped(cell):
    assert escaped(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", PLAIN)
def test_anything_else_is_not_touched(cell):
    assert escaped(cell) == cell
    assert unescaped(cell) == cell


@pytest.mark.parametrize("cell", FORMULAS)
def test_escaping_can_be_undone(cell):
    assert unescaped(escaped(cell)) == cell
