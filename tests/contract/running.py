"""Runs checks one after the other and keeps what came of each."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .answers import Failure, Skipped
from .checks import Check
from .exchanges import Exchange
from .site import Site

FORM = "an answer of the form that the contract gives"
PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


@dataclass
class Outcome:
    """What came of one check."""

    check: Check
    state: str
    seconds: float
    expected: str = ""
    came: str = ""
    exchange: Exchange | None = None
    before: list[str] = field(default_factory=list)
    cause: str = ""
    hint: str = ""


def run_checks(site: Site, checks: Iterable[Check], *, keep_going: bool) -> Iterator[Outcome]:
    """Each check's outcome as it ends; after the first failure no more, unless told to go on."""
    for check in checks:
        outcome = run_check(site, check)
        yield outcome
        if outcome.state == FAILED and not keep_going:
            return


def run_check(site: Site, check: Check) -> Outcome:
    """Run one check and clear up after it."""
    site.begin(check.name, check.stage)
    start = time.monotonic()
    try:
        check.run(site)
        outcome = Outcome(check, PASSED, 0.0)
    except Skipped as reason:
        outcome = Outcome(check, SKIPPED, 0.0, expected=str(reason))
    except Failure as failure:
        outcome = failed(site, check, failure)
    except Exception as error:  # the answer was such that the check itself stumbled over it
        outcome = failed(site, check, Failure(FORM, exchange=None, cause=stumbled_over(error)))
    outcome.seconds = time.monotonic() - start
    site.end()
    return outcome


def failed(site: Site, check: Check, failure: Failure) -> Outcome:
    """The failure with what led to it."""
    said = site.line.exchanges
    exchange = failure.exchange or (said[-1] if said else None)
    before = [each.line() for each in said if each is not exchange]
    if exchange in said:
        before = [each.line() for each in said[: said.index(exchange)]]
    came = failure.came or (exchange.came if exchange else "")
    hint = "\n".join(filter(None, (failure.hint, check.hint)))
    return Outcome(
        check, FAILED, 0.0, failure.expected, came, exchange, before,
        failure.cause or check.cause, hint,
    )  # fmt: skip


def stumbled_over(error: Exception) -> str:
    """What was wrong with the answer, as far as the error tells."""
    if isinstance(error, KeyError):
        return f"A member `{error.args[0]}` is missing."
    return (
        f"A value is of another type or form than it should be ({type(error).__name__}: {error})."
    )
