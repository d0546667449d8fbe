"""Telling the sockets of all processes something, from ordinary code in any thread.

A hint and no more: what it tells of is in the database, where every process
looks by itself as well. It waits for nothing, and fails quietly.
"""

import asyncio
import logging
import os
import threading
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from channels.layers import get_channel_layer

from chat.wire import Frame

logger = logging.getLogger(__name__)

EVERYBODY = "chat.all"
SECONDS = 2.0

_lock = threading.Lock()
_loops: dict[int, asyncio.AbstractEventLoop] = {}


def group_of_room(room_id: int) -> str:
    """Who has sockets in the room, by process."""
    return f"chat.room.{room_id}"


def group_of_user(user_id: UUID) -> str:
    """Where this user's notifications go."""
    return f"chat.user.{user_id}"


def tell_room(room_id: int, frames: Iterable[Frame]) -> None:
    """What has happened in a room."""
    _tell(group_of_room(room_id), frames)


def notify(user_id: UUID, frame: Frame) -> None:
    """Something that a user is told of."""
    _tell(group_of_user(user_id), [frame])


def remove(room_id: int, user_id: UUID) -> None:
    """This user is no member of the room any more."""
    _push(EVERYBODY, {"type": "ended", "room": room_id, "user": str(user_id), "why": "member"})


def end_room(room_id: int) -> None:
    """The room is there no more."""
    _push(EVERYBODY, {"type": "ended", "room": room_id, "why": "room"})


def end_session(session_id: str) -> None:
    """A session has ended."""
    _push(EVERYBODY, {"type": "ended", "session": session_id, "why": "session"})


def end_user(user_id: str) -> None:
    """An account has been deleted."""
    _push(EVERYBODY, {"type": "ended", "user": user_id, "why": "user"})


def _tell(group: str, frames: Iterable[Frame]) -> None:
    _push(group, told(group, frames))


def told(group: str, frames: Iterable[Frame], sender: str = "") -> dict[str, Any]:
    """The layer's message for these frames."""
    return {"type": "told", "group": group, "frames": [list(each) for each in frames], "by": sender}


def _push(group: str, message: dict[str, Any]) -> None:
    asyncio.run_coroutine_threadsafe(send(group, message), _loop())


async def send(group: str, message: dict[str, Any]) -> bool:
    """Whether the layer took the message, within two seconds."""
    try:
        async with asyncio.timeout(SECONDS):
            await get_channel_layer().group_send(group, message)
    except Exception as error:
        logger.warning("Sockets elsewhere hear of it later: %s", error or type(error).__name__)
        return False
    return True


def _loop() -> asyncio.AbstractEventLoop:
    """One that runs in a thread of its own; a process that was forked makes its own."""
    with _lock:
        loop = _loops.get(os.getpid())
        if loop is None:
            loop = _loops[os.getpid()] = asyncio.new_event_loop()
            threading.Thread(target=loop.run_forever, name="chat-pushing", daemon=True).start()
        return loop
