"""One writer a room and process: what comes while it writes is written together next."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial

from chat.live.audiences import in_thread
from chat.live.connections import Connection
from chat.messages import Recorded, Request, record
from chat.wire import Frame, error

logger = logging.getLogger(__name__)

AT_ONCE = 50

Tell = Callable[[int, Sequence[Frame]], None]


class Writer:
    """Stores what is said in one room, and lets `tell` say what has come of it."""

    def __init__(self, room_id: int, tell: Tell) -> None:
        self.room_id = room_id
        self.tell = tell
        self.waiting: deque[tuple[Request, Connection]] = deque()
        self.writing: asyncio.Task[None] | None = None

    def write(self, request: Request, connection: Connection) -> None:
        """Answer the connection once it is stored, or refused."""
        self.waiting.append((request, connection))
        if self.writing is None:
            self.writing = asyncio.create_task(self._write())

    async def _write(self) -> None:
        try:
            while self.waiting:
                count = min(AT_ONCE, len(self.waiting))
                batch = [self.waiting.popleft() for _ in range(count)]
                recorded = await self._recorded([request for request, _ in batch])
                for (_, connection), answer in zip(batch, recorded.answers, strict=True):
                    connection.push(answer)
                self.tell(self.room_id, recorded.frames)
        finally:
            self.writing = None

    async def _recorded(self, requests: Sequence[Request]) -> Recorded:
        try:
            return await in_thread(partial(record, self.room_id, requests))
        except Exception:
            logger.exception("Messages could not be stored")
            detail = "It could not be stored: send it again."
            return Recorded([error("unavailable", detail, each.client_id) for each in requests])
