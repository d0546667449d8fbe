"""The table of checks and of the mutants that each kills: `make contract-table`."""

import sys
from collections.abc import Iterator
from pathlib import Path

from ..checks import Check, Stage
from ..stages import STAGES
from . import killers_of
from .matrix import NOT_HERE

BEGIN, END = "<!-- made by `make contract-table` -->\n", "<!-- end -->\n"
ELSEWHERE = "shown on the services themselves"


def table() -> str:
    """Every stage with its checks, as Markdown."""
    return "\n".join(line for stage in STAGES for line in lines_of(stage)) + "\n"


def lines_of(stage: Stage) -> Iterator[str]:
    yield from (f"### {stage.number} · {stage.title}", "", stage.about, "")
    yield from ("| check | level | what it stands for | broken sites that it fails |",)
    yield from ("| --- | --- | --- | --- |",)
    for check in stage.checks:
        yield f"| `{check.name}` | {check.level} | {in_cell(check.says)} | {killed_by(check)} |"
    yield ""


def killed_by(check: Check) -> str:
    """The mutants in words."""
    if check.name in NOT_HERE:
        return ELSEWHERE
    return in_cell(" · ".join(mutant.says for mutant in killers_of(check.name)))


def in_cell(text: str) -> str:
    return text.replace("|", "\\|")


def with_table(text: str) -> str:
    """The document with the table as it is now."""
    before, _, rest = text.partition(BEGIN)
    return before + BEGIN + "\n" + table() + END + rest.partition(END)[2]


if __name__ == "__main__":
    document = Path(sys.argv[1])
    document.write_text(with_table(document.read_text()))
