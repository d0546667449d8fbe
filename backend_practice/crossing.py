"""How a request gets from the event loop to a thread, and its answer back.

`a2wsgi` carries them. Its threads wait until each part of an answer is taken;
what stands here sees to it that none waits for good.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import IO, Any
from wsgiref.util import FileWrapper

from a2wsgi import WSGIMiddleware

Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]

FILE_PART = 64 * 1024
SECONDS_TO_TAKE = 60  # a part of an answer; as nginx's send_timeout

logger = logging.getLogger(__name__)


class Crossing:
    """A WSGI application as an ASGI one, in a pool of threads that last."""

    def __init__(self, wsgi: Callable[..., Any], threads: int) -> None:
        self.threaded: Any = WSGIMiddleware(in_large_parts(wsgi), workers=threads)

    async def __call__(
        self, scope: dict[str, Any], receive: Callable[[], Awaitable[Message]], send: Send
    ) -> None:
        answer = Answer(send)
        await to_its_end(self.threaded(scope, receive, answer), when_cancelled=answer.drop)
        if answer.failure:
            raise answer.failure


class Answer:
    """The way out of one answer.

    Once the server has refused a part, or the client has taken none for
    `SECONDS_TO_TAKE`, or nobody waits for it any more, what follows is dropped.
    """

    def __init__(self, send: Send) -> None:
        self.send = send
        self.is_dropped = False
        self.failure: Exception | None = None
        self.patience: asyncio.Timeout | None = None

    async def __call__(self, message: Message) -> None:
        if self.is_dropped:
            return
        try:
            async with asyncio.timeout(SECONDS_TO_TAKE) as self.patience:
                await self.send(message)
        except TimeoutError:
            if not self.is_dropped:
                logger.warning("A client took nothing of its answer for %s s", SECONDS_TO_TAKE)
            self.is_dropped = True
        except Exception as error:
            self.failure = error
            self.is_dropped = True
        finally:
            self.patience = None

    def drop(self) -> None:
        """Take what follows and send it nowhere; stop waiting for the part under way."""
        self.is_dropped = True
        if self.patience:
            self.patience.reschedule(asyncio.get_running_loop().time())


async def to_its_end(
    work: Coroutine[Any, Any, None], *, when_cancelled: Callable[[], None]
) -> None:
    """Wait for the work to end by itself, even where this task is cancelled meanwhile."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        when_cancelled()
        while not task.done():
            try:
                await asyncio.wait([task])
            except asyncio.CancelledError:
                continue
        raise


def in_large_parts(wsgi: Callable[..., Any]) -> Callable[..., Any]:
    """The same application, whose files come in parts worth a crossing; Django's are 4 KiB."""

    def wrap_file(file: IO[bytes], size: int) -> Iterable[bytes]:
        return FileWrapper(file, FILE_PART)

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        environ["wsgi.file_wrapper"] = wrap_file
        return wsgi(environ, start_response)

    return application
