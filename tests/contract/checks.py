"""What a check is, and how the stages register theirs.

A check is a function with a docstring. The docstring is the contract's sentence;
what follows its first paragraph says why clients need it so.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

CORE, FULL = "core", "full"
LEVELS = (CORE, FULL)

Run = Callable[[Any], None]


@dataclass(frozen=True)
class Check:
    """One line of the contract, and what a teacher would say when it is not kept."""

    name: str
    stage: int
    level: str
    says: str
    why: str
    cause: str
    hint: str
    read: str
    run: Run


@dataclass
class Stage:
    """One of the ten stages: its checks in the order in which they are run."""

    number: int
    title: str
    about: str
    read: str
    checks: list[Check] = field(default_factory=list)

    def core(self, **teaching: str) -> Callable[[Run], Run]:
        """What any back end can keep, in any language."""
        return self._register(CORE, **teaching)

    def full(self, **teaching: str) -> Callable[[Run], Run]:
        """What this site keeps besides."""
        return self._register(FULL, **teaching)

    def of_level(self, level: str) -> list[Check]:
        """The checks of `core`, or of both."""
        return [check for check in self.checks if level == FULL or check.level == CORE]

    def _register(self, level: str, *, cause: str, hint: str, read: str = "") -> Any:
        def register(run: Run) -> Run:
            says, _, why = inspect.cleandoc(run.__doc__ or "").partition("\n\n")
            check = Check(
                name=run.__name__.replace("_", "-"),
                stage=self.number,
                level=level,
                says=one_line(says),
                why=one_line(why),
                cause=one_line(cause),
                hint=hint,
                read=read or self.read,
                run=run,
            )
            self.checks.append(check)
            return run

        return register


def one_line(text: str) -> str:
    """The text with its line breaks as spaces."""
    return " ".join(text.split())
