"""Everybody in this process who listens to one thing.

What happens is numbered without gaps. Heard in time it is passed on at once; a
number that is missing is read from the database, so it does not matter what the
way between the processes has lost.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from functools import partial

from backend_practice.threads import DatabaseThreads
from chat.live.connections import Connection
from chat.live.parcels import Parcel
from chat.live.topics import Position, Topic
from chat.wire import Frame

logger = logging.getLogger(__name__)

SECONDS_OF_PATIENCE = 0.05  # with what overtook something else

in_thread = DatabaseThreads(4, "chat")


class Audience:
    """The sockets of this process that listen to `topic`."""

    def __init__(self, topic: Topic) -> None:
        self.topic = topic
        self.position = Position()
        self.guests = 0  # who listens, or is about to
        self.level: set[Connection] = set()  # told as far as the audience itself
        self.ahead: set[Connection] = set()  # told more, by reading
        self.early: dict[int, Frame] = {}
        self.goal = 0
        self.filling: asyncio.Task[None] | None = None
        self.opening: asyncio.Future[None] | None = None

    @property
    def connections(self) -> set[Connection]:
        """The sockets that listen."""
        return self.level | self.ahead

    @property
    def is_needed(self) -> bool:
        """Whether anybody listens, or something is left to be done."""
        return self.guests > 0

    async def open(self) -> None:
        """Begin where the database stands. Raises `LookupError` where nothing is there."""
        self.position = await in_thread(self.topic.position)

    # ---- As it happens ---------------------------------------------------------

    def hear(self, frames: Iterable[Frame]) -> None:
        """What has happened, in whatever order and however often it is told."""
        for frame in frames:
            if frame.revision > self.position.revision:
                self.early[frame.revision] = frame
                self.goal = max(self.goal, frame.revision)
        self._advance()

    def must_reach(self, revision: int) -> None:
        """The database has come so far: read what is not heard of soon."""
        self.goal = max(self.goal, revision)
        self._advance()

    def say(self, frames: Mapping[str, Frame]) -> None:
        """What has no number and is not kept, to all but the user whose id it has."""
        if not frames:
            return
        parcel = Parcel(frames.values())
        for connection in self.connections:
            own = connection.person["id"] or ""
            if own not in frames:
                connection.deliver(parcel)
            elif len(frames) > 1:
                connection.deliver(Parcel(each for key, each in frames.items() if key != own))

    def _advance(self) -> None:
        if self.filling is not None:
            return
        news: list[Frame] = []
        while (frame := self.early.pop(self.position.revision + 1, None)) is not None:
            news.append(frame)
            self.position = Position(frame.seq or self.position.seq, frame.revision)
        self._tell(news)
        self._settle()
        if self.goal > self.position.revision:
            self.filling = asyncio.create_task(self._fill())

    def _tell(self, frames: Sequence[Frame]) -> None:
        if not frames:
            return
        parcel = Parcel(frames)
        for connection in self.level:
            connection.deliver(parcel)
        for connection in self.ahead:
            connection.deliver(Parcel(each for each in frames if not _knows(connection, each)))

    # ---- What was missed -------------------------------------------------------

    async def _fill(self) -> None:
        """Wait a moment for what is on its way, then read it."""
        try:
            await asyncio.sleep(SECONDS_OF_PATIENCE)
            if not self._is_complete():
                await self._read_on()
        except Exception as error:
            logger.warning("%s has to wait: %s", self.topic.group, error)
            self.goal = 0  # whoever looks next sets it again
        finally:
            self.filling = None
        self._advance()

    def _is_complete(self) -> bool:
        ahead = range(self.position.revision + 1, self.goal + 1)
        return all(number in self.early for number in ahead)

    async def _read_on(self) -> None:
        end = await in_thread(self.topic.position)
        async for page in self._read(self.position, end):
            self._tell(page)
        self.position = max(self.position, end)
        self.early = {n: frame for n, frame in self.early.items() if n > end.revision}
        self.goal = max(self.early, default=0)
        self._settle()

    async def _read(self, start: Position, end: Position) -> AsyncIterator[Sequence[Frame]]:
        if start == end:
            return
        pages = self.topic.pages(start, end)
        while page := await in_thread(partial(next, pages, None)):
            yield page

    # ---- One socket ------------------------------------------------------------

    async def bring_up_to_date(self, connection: Connection, start: Position | None) -> Position:
        """Tell the socket all that happened after `start`, at its own pace, and let it listen.

        Without a start it listens from now on. Between the return of this and the
        next thing that the caller awaits nothing is told.
        """
        self.leave(connection)
        start = self.position if start is None else start
        while True:
            end = max(await in_thread(self.topic.position), self.position)
            async for page in self._read(start, end):
                for frame in page:
                    await connection.send(frame)
            start = end
            if self.filling is not None:
                await asyncio.wait([self.filling])
            elif end.revision >= self.position.revision:
                break
        connection.seq, connection.revision = end
        self.ahead.add(connection)
        self._settle()
        return end

    def leave(self, connection: Connection) -> None:
        """The socket does not listen any more."""
        self.level.discard(connection)
        self.ahead.discard(connection)

    def _settle(self) -> None:
        """Who was ahead of the audience and is no more is told like the others."""
        if not self.ahead:
            return
        level = {each for each in self.ahead if each.revision <= self.position.revision}
        self.ahead -= level
        self.level |= level


def _knows(connection: Connection, frame: Frame) -> bool:
    """Whether the socket has been told this, when it read by itself."""
    if frame.seq:
        return frame.seq <= connection.seq
    return frame.revision <= connection.revision
