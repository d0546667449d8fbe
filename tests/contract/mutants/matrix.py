"""Runs checks against mutants: `python -m tests.contract.mutants.matrix --url …`.

The server at the URL is `tests.contract.mutants.application`. A mutant that its
check does not fail has survived, and is printed; the exit code is then 1.
"""

import argparse
import random
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import httpx

from ..checks import Check
from ..line import Line
from ..origin import origin_of
from ..running import FAILED, Outcome, run_check
from ..settings import Commands, Settings
from ..site import Site
from ..stages import STAGES
from . import BY_NAME, MUTANTS
from .kinds import CONTROL, Mutant

CHECKS: dict[str, Check] = {check.name: check for stage in STAGES for check in stage.checks}
# Stopping one service needs services: `tests/services` shows that this check fails without.
NOT_HERE = {"services-stop-and-come-back"}


@dataclass(frozen=True)
class Verdict:
    """A mutant, and what its check said."""

    mutant: Mutant
    outcome: Outcome

    @property
    def survived(self) -> bool:
        return self.outcome.state != FAILED


def judge(url: str, mutants: Iterable[Mutant], seed: str) -> Iterator[Verdict]:
    """Each mutant's verdict; the server is whole again at the end."""
    try:
        for mutant in mutants:
            switch(url, mutant.name)
            yield Verdict(mutant, checked(url, CHECKS[mutant.kills], f"{seed} {mutant.name}"))
    finally:
        switch(url, "none")


def checked(url: str, check: Check, seed: str) -> Outcome:
    """What this check says, with people of its own."""
    settings = replace(Settings(), commands=Commands(restart=restart_command(url)))
    line = Line(origin_of(url), settings)
    try:
        return run_check(Site(line, seed), check)
    finally:
        line.close()


def restart_command(url: str) -> str:
    return f"{sys.executable} -c \"import httpx; httpx.post('{url}{CONTROL}restart')\""


def switch(url: str, name: str) -> None:
    httpx.post(f"{url}{CONTROL}{name}", timeout=10).raise_for_status()


def share_of(mutants: list[Mutant], parts: int, seed: str) -> list[Mutant]:
    """One part of them, another with each seed, in the order of the stages."""
    chosen = random.Random(seed).sample(mutants, max(len(mutants) // parts, 1))  # noqa: S311
    return [mutant for mutant in mutants if mutant in chosen]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--check", action="append", help="mutants of this check alone")
    parser.add_argument("--stage", type=int, action="append")
    options = parser.parse_args()
    wanted = [
        mutant
        for mutant in MUTANTS
        if (not options.check or mutant.kills in options.check)
        and (not options.stage or CHECKS[mutant.kills].stage in options.stage)
    ]
    survivors = 0
    for verdict in judge(options.url, wanted, "matrix"):
        survivors += verdict.survived
        mark = "SURVIVED" if verdict.survived else "killed"
        why = verdict.outcome.expected.replace("\n", " ")[:90]
        print(f"{mark:<9} {verdict.mutant.kills}: {verdict.mutant.says} | {why}", flush=True)
    print(f"{len(wanted)} mutants, {survivors} survived; {len(BY_NAME)} in all")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
