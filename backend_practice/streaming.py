"""Requests whose body or answer is a file: part by part through a thread, never whole.

Their threads are their own: a slow upload holds none of those that answer all else.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

SECONDS_TO_GIVE = 60  # the next part of a body
SECONDS_TO_LINGER = 2  # for a client that still sends what has been refused


class BodyCutOff(OSError):
    """The client has gone, or has sent nothing for `SECONDS_TO_GIVE`: half a body came."""


class Streamed:
    """Passes each part of a body on as it comes.

    The view may refuse before it has read the body. A body in chunks counts as
    `max_body` bytes long, since WSGI reads none without a length; its
    `Transfer-Encoding` stays, as the sign that this is only a bound.
    """

    def __init__(self, threaded: Callable[..., Awaitable[None]], max_body: int) -> None:
        self.threaded = threaded
        self.max_body = max_body

    async def __call__(
        self, scope: Scope, receive: Receive, send: Send, declared: int | None
    ) -> None:
        if declared is None:
            length = (b"content-length", str(self.max_body).encode())
            kept = [header for header in scope["headers"] if header[0] != b"content-length"]
            scope = {**scope, "headers": [*kept, length]}
        body = IncomingBody(receive, is_over=declared == 0)
        await self.threaded(scope, body.receive, body.ending_politely(send))


class IncomingBody:
    """The body of one request, and whether it has come to its end."""

    def __init__(self, receive: Receive, *, is_over: bool) -> None:
        self._receive = receive
        self.is_over = is_over

    async def receive(self) -> Message:
        """The next part. Raises `BodyCutOff` where none comes: half a body is not a short one."""
        try:
            async with asyncio.timeout(SECONDS_TO_GIVE):
                message = await self._receive()
        except TimeoutError as error:
            self.is_over = True
            raise BodyCutOff("The client has stopped sending.") from error
        self.is_over = not message.get("more_body", False)
        if message["type"] == "http.disconnect":
            raise BodyCutOff("The client has gone.")
        return message

    def ending_politely(self, send: Send) -> Send:
        """Close after an answer that came before the body's end, but let the client read it.

        To close on what it still sends would reset the connection, and take the
        answer from it.
        """

        async def send_and_linger(message: Message) -> None:
            if message["type"] == "http.response.start" and not self.is_over:
                message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
            elif not message.get("more_body", False):
                await self._discard_rest()
            await send(message)

        return send_and_linger

    async def _discard_rest(self) -> None:
        try:
            async with asyncio.timeout(SECONDS_TO_LINGER):
                while not self.is_over:
                    message = await self._receive()
                    self.is_over = not message.get("more_body", False)
        except TimeoutError:
            self.is_over = True
