"""What a check is given: the server, people who use it, and random values."""

import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from .answers import Failure, Skipped
from .line import Line
from .people import Caller, Person
from .values import Values


class Site(Caller):
    """The server under test. It is itself a caller: one who has not logged in."""

    def __init__(self, line: Line, seed: str) -> None:
        super().__init__(line)
        self.settings, self.seed = line.settings, seed
        self.values = Values(seed)
        self.stage = 0
        self.has_no_sign_up = False  # as far as is known; before stage 4 a server may have none
        self.people: dict[str, Person] = {}
        self._afterwards: list[Callable[[], Any]] = []

    def begin(self, name: str, stage: int) -> None:
        """A check begins: nothing has been said, and its values are its own."""
        self.line.exchanges.clear()
        self.stage, self.values = stage, Values(f"{self.seed} {name}")

    def end(self) -> None:
        """What the check has made goes again, as far as the server lets it."""
        said = list(self.line.exchanges)
        while self._afterwards:
            with contextlib.suppress(Failure):
                self._afterwards.pop()()
        self.line.exchanges[:] = said

    def afterwards(self, do: Callable[[], Any]) -> None:
        """Do this once the check is over, whatever came of it."""
        self._afterwards.append(do)

    # ---- People: alice owns, bob is another, both for the whole run

    @property
    def alice(self) -> Person:
        return self._person("alice", self.settings.auth.token)

    @property
    def bob(self) -> Person:
        return self._person("bob", self.settings.auth.other_token)

    @property
    def inside(self) -> dict[str, str]:
        """The headers of whoever may see how the server is doing, where a token was given."""
        token = self.settings.metrics_token
        return {"Authorization": f"Bearer {token}"} if token else {}

    def newcomer(self) -> Person:
        """Somebody whom this check has to itself: to be locked out, or to leave."""
        if self.settings.auth.token:
            raise Skipped("it needs accounts of its own, and a token was given instead")
        values = self.values
        return Person(self, values.email(), values.password(), values.name())

    def _person(self, name: str, token: str) -> Person:
        if self.settings.auth.token and not token:
            raise Skipped("it needs a second user: give other_token beside token")
        if name not in self.people:
            values = Values(f"{self.seed} {name}")
            self.people[name] = Person(self, values.email(), values.password(), name.title(), token)
        return self.people[name]

    # ---- Several at the same moment

    def at_once(self, *calls: Callable[[], Any]) -> list[Any]:
        """What each of these returns, all of them begun at the same moment."""
        barrier = Barrier(len(calls))

        def call_with_the_others(call: Callable[[], Any]) -> Any:
            barrier.wait(timeout=10)
            return call()

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(call_with_the_others, calls))
