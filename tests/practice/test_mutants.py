"""Each check fails the sites that break what it is there for, by name.

All of them run with `make test-mutants`; `make check` runs some, others each time.
"""

import os
import time

import pytest

from tests.contract.checks import FULL
from tests.contract.mutants import MUTANTS, matrix
from tests.contract.mutants.application import replace
from tests.contract.stages import STAGES

pytestmark = pytest.mark.once
PARTS = int(os.environ.get("TEST_MUTANT_PARTS", "15"))


def test_every_check_has_a_mutant_and_every_mutant_a_check():
    checks = {check.name for stage in STAGES for check in stage.of_level(FULL)}

    assert checks - {mutant.kills for mutant in MUTANTS} == matrix.NOT_HERE
    assert {mutant.kills for mutant in MUTANTS} - checks == set()


def test_names_are_there_once():
    names = [check.name for stage in STAGES for check in stage.checks]
    mutants = [mutant.name for mutant in MUTANTS]

    assert len(names) == len(set(names))
    assert len(mutants) == len(set(mutants))


def test_the_code_that_a_mutant_breaks_is_there():
    for mutant in MUTANTS:
        if mutant.code:
            put_back = replace(mutant)
            put_back()


def test_mutants_do_not_survive(broken_site):
    seed = str(time.time_ns())
    verdicts = list(matrix.judge(broken_site.url, matrix.share_of(MUTANTS, PARTS, seed), seed))

    survivors = [verdict.mutant.name for verdict in verdicts if verdict.survived]
    assert survivors == [], f"with the seed {seed}"
    assert len(verdicts) >= len(MUTANTS) // PARTS


def test_a_mutant_that_breaks_nothing_survives(broken_site):
    """A check that fails whatever happens would kill every mutant."""
    harmless = [mutant for mutant in MUTANTS if mutant.kills == "hello-world"][:1]
    matrix.switch(broken_site.url, "none")

    outcome = matrix.checked(broken_site.url, matrix.CHECKS[harmless[0].kills], "whole")

    assert outcome.state == "passed"
