"""The front door: plain HTTP crosses from the event loop to a thread once.

Under Django's own ASGI handler every sync middleware and view costs a hop
between threads. Here a request goes to Django's WSGI application in a thread
that lasts, and a database connection lasts with it. WebSockets, and the paths
that `ASYNC_PATHS` names, stay on the event loop.
See docs/decisions/0002-one-crossing.md.
"""

import os
import re
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from typing import IO, Any
from urllib.parse import quote_from_bytes

from backend_practice.crossing import Crossing
from backend_practice.metrics import SOCKETS
from backend_practice.stopping import end_in_time, is_stopping, listen_for_the_end, stopping
from backend_practice.streaming import Streamed

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

NO_SUCH_SOCKET = 4404
BODY_FILE = "backend_practice.body"  # where `runserver` gives a body as a file; see its command
IN_MEMORY, CHUNK = 256 * 1024, 64 * 1024
VISIBLE_ASCII = bytes(range(0x21, 0x7F))
MOST_DIGITS = 18  # of a Content-Length: Python refuses to read numbers of thousands


class Front:
    """An ASGI application that sends each connection where it is served best.

    A body of up to `max_body` bytes is read to its end before Django sees the
    request: a slow client holds no thread, and half a body is no request. Files
    come and go at `streamed_paths`, part by part, in threads of their own.
    """

    def __init__(
        self,
        *,
        wsgi: Callable[..., Any],
        asgi: Application,
        websocket: Application,
        async_paths: Sequence[str],
        threads: int,
        max_body: int,
        streamed_paths: Sequence[str] = (),
        stream_threads: int = 1,
        max_streamed_body: int = 0,
    ) -> None:
        self.threaded: Application = Crossing(wsgi, threads)
        self.streamed = Streamed(Crossing(wsgi, stream_threads), max_streamed_body)
        self.asgi = asgi
        self.websocket = websocket
        self.async_paths = re.compile("|".join(async_paths)) if async_paths else None
        self.streamed_paths = re.compile("|".join(streamed_paths)) if streamed_paths else None
        self.max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            with SOCKETS.track_inprogress():
                await self.websocket(scope, receive, send)
        elif scope["type"] == "http":
            scope, receive = well_formed(scope), receive_of(scope, receive)
            await self._http(scope, receive, closing_when_over(send))
        elif scope["type"] == "lifespan":
            await lifespan(receive, send)
        else:
            raise ValueError(f"No such protocol: {scope['type']}")

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        declared = body_length(scope["headers"])
        if self.streamed_paths and self.streamed_paths.match(scope["path"]):
            await self.streamed(scope, receive, send, declared)
        elif declared == 0:
            await self._application_of(scope)(scope, receive, send)
        elif declared is not None and declared > self.max_body:
            await self.threaded(scope, receive, send)  # the body limit refuses it unread
        else:
            with tempfile.SpooledTemporaryFile(IN_MEMORY) as spool:
                await self._with_body(spool, scope, receive, send)

    async def _with_body(
        self, spool: IO[bytes], scope: Scope, receive: Receive, send: Send
    ) -> None:
        length = await spool_body(receive, spool, self.max_body)
        if length is None:
            return  # the client has gone: nobody is left to answer
        too_large = length > self.max_body
        application = self.threaded if too_large else self._application_of(scope)
        scope = {**scope, "headers": with_length(scope["headers"], length)}
        await application(scope, replay(spool, length, receive), send)

    def _application_of(self, scope: Scope) -> Application:
        stays = self.async_paths and self.async_paths.match(scope["path"])
        return self.asgi if stays else self.threaded


# ---- The request, as Django can read it ---------------------------------------


def well_formed(scope: Scope) -> Scope:
    """The same request, without what some servers let through and others refuse."""
    return {
        **scope,
        "query_string": ascii_query(scope["query_string"]),
        "headers": unambiguous(scope["headers"]),
    }


def ascii_query(query: bytes) -> bytes:
    """The query string with raw bytes beyond ASCII percent-encoded, as it ought to have come."""
    if query.isascii():
        return query
    return quote_from_bytes(query, safe=VISIBLE_ASCII).encode()


def unambiguous(headers: Headers) -> Headers:
    """Without names that have an underscore: WSGI could not tell `X_User` from `X-User`."""
    return [header for header in headers if b"_" not in header[0]]


# ---- The body -----------------------------------------------------------------


def body_length(headers: Headers) -> int | None:
    """How long the body says it is: 0 for none, None for one in chunks, which does not say.

    What is no sensible number counts as 0 as well, and the body limit refuses it.
    """
    fields = dict(headers)
    if b"transfer-encoding" in fields:
        return None
    declared = fields.get(b"content-length", b"")
    return int(declared) if declared.isdigit() and len(declared) <= MOST_DIGITS else 0


def with_length(headers: Headers, length: int) -> Headers:
    """With the length of the body declared; WSGI reads none without."""
    others = (b"transfer-encoding", b"content-length")
    kept = [header for header in headers if header[0] not in others]
    return [*kept, (b"content-length", str(length).encode())]


def receive_of(scope: Scope, receive: Receive) -> Receive:
    """The server's `receive`, or one that reads the file in which it has put the body aside."""
    body = scope.get(BODY_FILE)
    if body is None:
        return receive
    length = body.seek(0, os.SEEK_END)
    body.seek(0)

    async def receive_after_the_body() -> Message:
        message = await receive()
        return message if message["type"] == "http.disconnect" else await receive()

    return replay(body, length, receive_after_the_body)


async def spool_body(receive: Receive, spool: IO[bytes], limit: int) -> int | None:
    """Put the body aside, on disk if it is large; its length, None if the client went away.

    Reading ends above the limit. The length is then declared as it is, and the
    body limit refuses it like any other.
    """
    length = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunk = message.get("body", b"")
        length += len(chunk)
        if length <= limit:
            spool.write(chunk)
        if length > limit or not message.get("more_body", False):
            spool.seek(0)
            return length


def replay(spool: IO[bytes], length: int, receive: Receive) -> Receive:
    """A `receive` that gives the spooled body, then whatever the server has to say."""
    left, is_over = length, False

    async def receive_spooled() -> Message:
        nonlocal left, is_over
        if is_over:
            return await receive()
        chunk = spool.read(CHUNK)
        left -= len(chunk)
        is_over = left <= 0 or not chunk  # nothing is left of what was cut off at the limit
        return {"type": "http.request", "body": chunk, "more_body": not is_over}

    return receive_spooled


def closing_when_over(send: Send) -> Send:
    """Close the connection after the answer where nothing can come after it.

    After a 413 what is left of the body would be read for nothing; and a process
    that is about to end takes no further request.
    """

    async def send_and_close(message: Message) -> None:
        is_start = message["type"] == "http.response.start"
        if is_start and (message["status"] == 413 or is_stopping()):
            kept = [header for header in message["headers"] if header[0].lower() != b"connection"]
            message = {**message, "headers": [*kept, (b"connection", b"close")]}
        await send(message)

    return send_and_close


# ---- The process ----------------------------------------------------------------


async def lifespan(receive: Receive, send: Send) -> None:
    """What is done when the server starts and when it ends."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            listen_for_the_end()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            stopping()
            end_in_time()
            await send({"type": "lifespan.shutdown.complete"})
            return


# ---- WebSockets ---------------------------------------------------------------


async def no_such_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """The end of a WebSocket whose path nothing answers: close code 4404."""
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": NO_SUCH_SOCKET, "reason": "No such socket"})
