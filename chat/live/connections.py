"""One socket's way out: nobody waits for it, and what it holds is bounded."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from backend_practice.shortcut import shortcut_of
from backend_practice.sockets import Caller, abort
from chat.live.eager import begun
from chat.live.parcels import Parcel
from chat.people import Person, person
from chat.wire import Frame

logger = logging.getLogger(__name__)

MOST_HELD = 1024 * 1024  # bytes for a client that does not read
SECONDS_TO_TAKE = 60.0  # a frame; as nginx's send_timeout
SECONDS_TO_CLOSE = 5.0
FAULT = 1011
SLOW_READER, SLOW_REASON = 1013, "You did not read."

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Connection:
    """A socket that has been accepted, of a user who is known."""

    def __init__(self, send: Send, caller: Caller) -> None:
        self.send_to_server = send
        self.shortcut = shortcut_of(send)
        self.caller = caller
        self.user_id, self.session_id = caller.user.pk, caller.session_id
        self.person: Person = person(caller.user)
        self.room_id = 0
        self.seq = self.revision = 0  # how far it has been told
        self.waiting: deque[str] = deque()
        self.held = 0
        self.behind: asyncio.Task[None] | None = None
        self.is_over = False

    def push(self, frame: Frame) -> None:
        """Send this after what was sent before, without waiting for the client.

        A client that leaves too much unread is closed with 1013.
        """
        self.deliver(Parcel([frame]))

    def deliver(self, parcel: Parcel) -> None:
        """`push`, for frames that go to others as well."""
        if self.is_over or not parcel.texts:
            return
        shortcut = self.shortcut if self.behind is None else None
        if shortcut is not None and shortcut.write(parcel.packed):
            return
        for text in parcel.texts:
            self._push(text)

    def _push(self, text: str) -> None:
        if self.is_over:
            return
        if self.behind is not None:
            self._hold(text)
            return
        try:
            rest = begun(self._sent(text))
        except OSError:  # the client has gone: the server will say so
            self.is_over = True
            return
        except Exception:  # one broken socket is no reason that the others hear nothing
            logger.exception("A frame could not be sent")
            self.close(FAULT)
            return
        if rest is not None:
            self.behind = asyncio.create_task(self._catch_up(rest))

    async def send(self, frame: Frame) -> None:
        """Send this, at the client's own pace. Raises `OSError` where it has gone."""
        while self.behind is not None and not self.is_over:
            await asyncio.wait([self.behind])
        if self.is_over:
            raise ConnectionResetError("The socket has been closed.")
        await self._taken(self._sent(frame.text))

    def close(self, code: int, reason: str = "") -> None:
        """End the connection; what was not sent is dropped."""
        if self.is_over:
            return
        self.is_over = True
        self.waiting.clear()
        self.held = 0
        if self.behind is not None:
            self.behind.cancel()
        closing = self._closed(code, reason)
        _in_background(closing)

    def _hold(self, text: str) -> None:
        self.waiting.append(text)
        self.held += len(text.encode())
        if self.held > MOST_HELD:
            logger.info("A client did not read: %s", self.user_id)
            self.close(SLOW_READER, SLOW_REASON)

    async def _sent(self, text: str) -> None:
        await self.send_to_server({"type": "websocket.send", "text": text})

    async def _catch_up(self, rest: Coroutine[Any, Any, None]) -> None:
        """Send what is held, as fast as the client takes it."""
        try:
            await self._taken(rest)
            while self.waiting:
                text = self.waiting.popleft()
                self.held -= len(text.encode())
                await self._taken(self._sent(text))
        except OSError:
            self.is_over = True
        finally:
            self.behind = None

    async def _taken(self, sending: Coroutine[Any, Any, None]) -> None:
        """Wait for a client that is slow, and not for ever."""
        try:
            async with asyncio.timeout(SECONDS_TO_TAKE):
                await sending
        except TimeoutError as error:
            self.behind = None
            self.close(SLOW_READER, SLOW_REASON)
            raise ConnectionResetError("The client took nothing.") from error

    async def _closed(self, code: int, reason: str) -> None:
        """Say why; a client that does not take even that is cut off."""
        try:
            async with asyncio.timeout(SECONDS_TO_CLOSE):
                await self.send_to_server(
                    {"type": "websocket.close", "code": code, "reason": reason}
                )
        except TimeoutError:
            abort(self.send_to_server)
        except (OSError, RuntimeError):  # it was closed already
            return


_tasks: set[asyncio.Task[None]] = set()


def _in_background(work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.create_task(work)
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
