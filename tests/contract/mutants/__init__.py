"""Broken variants of this site, each of which one check must fail, by name.

That a check passes proves little: it may look at nothing. So there is a site for
each check that breaks just what the check is there for. Only tests load this.
"""

from . import (
    m01_hello,
    m02_static_files,
    m03_rest,
    m04_authentication,
    m05_database,
    m06_uploads,
    m07_routing,
    m08_jobs,
    m09_real_time,
    m10_services,
)  # fmt: skip
from .kinds import Mutant

MODULES = (
    m01_hello, m02_static_files, m03_rest, m04_authentication, m05_database, m06_uploads,
    m07_routing, m08_jobs, m09_real_time, m10_services,
)  # fmt: skip
MUTANTS: list[Mutant] = [mutant for module in MODULES for mutant in module.MUTANTS]
BY_NAME = {mutant.name: mutant for mutant in MUTANTS}


def killers_of(check: str) -> list[Mutant]:
    """The mutants that this check must fail."""
    return [mutant for mutant in MUTANTS if mutant.kills == check]
