"""The audience of a room knows who is there, in whichever process."""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Protocol
from uuid import UUID

from chat import presence
from chat.live.audiences import Audience, in_thread
from chat.live.connections import Connection
from chat.live.topics import RoomTopic
from chat.people import Person
from chat.wire import Frame, frame

logger = logging.getLogger(__name__)


class Process(Protocol):
    """The hub, as far as a room needs it."""

    process: UUID
    is_ending: bool

    def tell_of(self, room_id: int, type: str, people: Sequence[Person]) -> None:  # noqa: A002
        """Tell the room, here and elsewhere, that these have `joined` or `left`."""

    def drop_unless_needed(self, audience: Audience) -> None:
        """Forget an audience that nobody is in any more."""


class RoomAudience(Audience):
    """Those who listen to a room are in it; each user counts once, however many tabs."""

    def __init__(self, room_id: int, hub: Process) -> None:
        super().__init__(RoomTopic(room_id))
        self.room_id = room_id
        self.hub = hub
        self.here: Counter[UUID] = Counter()  # sockets of each user in this process
        self.people: dict[UUID, Person] = {}
        self.noted: set[UUID] = set()  # whom the database has for this process
        self.present: dict[str, Person] = {}
        self.noting: asyncio.Task[None] | None = None
        self.turn = asyncio.Event()
        self.doubts: set[tuple[str, str]] = set()

    @property
    def is_needed(self) -> bool:
        return super().is_needed or self.noting is not None

    async def open(self) -> None:
        await super().open()
        self.present = await in_thread(partial(presence.people_in, self.room_id))

    async def arrive(self, connection: Connection) -> None:
        """One more socket of this user; the others have been told when this returns."""
        self.here[connection.user_id] += 1
        self.people[connection.user_id] = connection.person
        self._note()
        while self.noting is not None and connection.user_id not in self.noted:
            await self.turn.wait()

    def depart(self, connection: Connection) -> None:
        """One less."""
        self.here[connection.user_id] -= 1
        if not self.here[connection.user_id]:
            del self.here[connection.user_id]
        self._note()

    def hear_of(self, type: str, people: Iterable[Person]) -> None:  # noqa: A002
        """`joined` or `left`, told by this process or another."""
        is_news = self._has_come if type == "joined" else self._has_gone
        self.say({who["id"] or "": frame(type, user=who) for who in people if is_news(who)})

    def ready(self, seq: int) -> Frame:
        """What ends the telling of what was missed."""
        return frame("ready", seq=seq, present=list({**self.present, **self._here()}.values()))

    async def refresh(self) -> None:
        """What the database says of who is there; whoever is here is there in any case."""
        present = await in_thread(partial(presence.people_in, self.room_id))
        noted = await in_thread(partial(presence.noted_by, self.hub.process, self.room_id))
        if self.noting is None:
            self.noted = noted
            self._note()
        self._tell_what_was_not_heard({**present, **self._here()})

    def _has_come(self, who: Person) -> bool:
        key = who["id"] or ""
        if key in self.present:
            return False
        self.present[key] = who
        return True

    def _has_gone(self, who: Person) -> bool:
        key = who["id"] or ""
        return UUID(key) not in self.here and self.present.pop(key, None) is not None

    def _here(self) -> dict[str, Person]:
        here = [self.people[user_id] for user_id in self.here]
        return {who["id"] or "": who for who in here}

    def _tell_what_was_not_heard(self, present: dict[str, Person]) -> None:
        """Who has come or gone by what the database says, twice: once it may be on its way."""
        came = {("joined", key) for key in present.keys() - self.present.keys()}
        went = {("left", key) for key in self.present.keys() - present.keys()}
        self.hear_of("joined", [present[key] for _, key in came & self.doubts])
        self.hear_of("left", [self.present[key] for _, key in went & self.doubts])
        self.doubts = came | went

    def _note(self) -> None:
        if self.noting is None:
            self.noting = asyncio.create_task(self._note_all())

    async def _note_all(self) -> None:
        """Bring the database in line with who is here, many at once in one transaction."""
        try:
            while not self.hub.is_ending and set(self.here) != self.noted:
                arrived, gone = set(self.here) - self.noted, self.noted - set(self.here)
                change = partial(
                    presence.change, self.room_id, self.hub.process, arrived=arrived, gone=gone
                )
                turnout = await in_thread(change)
                self.noted = (self.noted | arrived) - gone
                self._tell_of(turnout)
                self._next_turn()
        except Exception as error:
            logger.warning("Who is in a room could not be noted: %s", error)
        finally:
            self.noting = None
            self._next_turn()
            self.hub.drop_unless_needed(self)

    def _next_turn(self) -> None:
        self.turn.set()
        self.turn = asyncio.Event()

    def _tell_of(self, turnout: presence.Turnout) -> None:
        self.hub.tell_of(self.room_id, "joined", [self.people[each] for each in turnout.joined])
        self.hub.tell_of(self.room_id, "left", [self.people[each] for each in turnout.left])
        for user_id in turnout.left - self.here.keys():
            self.people.pop(user_id, None)
