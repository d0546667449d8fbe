"""A shorter way out for a frame that goes to many sockets.

ASGI's `send` packs the same text anew for each socket, in some forty steps. Where
uvicorn serves, frames that are packed already go straight to its transport.
"""

import sys
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

UVICORN = "uvicorn.protocols.websockets.websockets_sansio_impl"
OPEN = 1  # of websockets.protocol.State
WHOLE_TEXT = 0x81  # a frame of text that is the whole message
LARGEST_WRITE = 64 * 1024  # bytes; as much as a transport takes before it wants a rest


def packed(texts: Iterable[str]) -> bytes:
    """The frames of these texts as they go over the wire (RFC 6455, 5.2), one after another."""
    return b"".join(_frame(text.encode()) for text in texts)


class Shortcut:
    """One socket's, past uvicorn's `send`."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def write(self, frames: bytes) -> bool:
        """Whether the transport took the frames; if not, send them the long way.

        It takes none while the client is behind, once either side has begun to
        close, and not much at once: the long way waits, or says what is wrong.
        """
        connection = self.connection
        if (
            len(frames) > LARGEST_WRITE
            or not connection.writable.is_set()
            or connection.conn.state != OPEN
            or connection.transport.is_closing()
        ):
            return False
        connection.transport.write(frames)
        return True


def shortcut_of(send: Callable[[dict[str, Any]], Awaitable[None]]) -> Shortcut | None:
    """That of an accepted socket with this `send`; None where another server sends.

    None as well where the client was granted an extension: its frames are compressed.
    """
    server: Any = sys.modules.get(UVICORN)  # which loads it where it serves
    connection: Any = getattr(send, "__self__", None)
    if server is None or not isinstance(connection, server.WebSocketsSansIOProtocol):
        return None
    return None if connection.conn.extensions else Shortcut(connection)


def _frame(payload: bytes) -> bytes:
    length = len(payload)
    if length < 126:
        return bytes((WHOLE_TEXT, length)) + payload
    if length < 65_536:
        return bytes((WHOLE_TEXT, 126)) + length.to_bytes(2, "big") + payload
    return bytes((WHOLE_TEXT, 127)) + length.to_bytes(8, "big") + payload
