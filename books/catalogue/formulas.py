"""Cells that a spreadsheet would run as formulas: disarmed on the way out, restored on the way in.

A cell that looks escaped already gets one more apostrophe, so that nothing is lost either way.
"""

import re

FORMULA = re.compile(r"'*[=+\-@\t\r]")
ESCAPED = re.compile(r"'+[=+\-@\t\r]")


def escaped(cell: str) -> str:
    """The cell, as text to every spreadsheet."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def unescaped(cell: str) -> str:
    """What `escaped` was given."""
    return cell[1:] if ESCAPED.match(cell) else cell
