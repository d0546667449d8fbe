"""The two sockets of stage 9: accept, find out who calls, join, listen, leave.

A refusal is a close after the accept: a browser sees the code then, and not
where the handshake fails.
"""

import asyncio
import logging
from functools import partial
from typing import Any

from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer

from backend_practice.sockets import (
    Caller,
    caller_of,
    calls_too_often,
    has_good_origin,
    query,
)
from chat.frames import FEED_FRAMES, ROOM_FRAMES, Unusable, read_after, read_frame
from chat.live import closing
from chat.live.audiences import Audience, in_thread
from chat.live.connections import Connection
from chat.live.hub import hub
from chat.live.rooms import RoomAudience
from chat.live.topics import UserTopic
from chat.messages import Delete, Edit, Request, Send
from chat.models import Room
from chat.services import walk_in
from chat.wire import Frame, error, frame

logger = logging.getLogger(__name__)

LARGEST_FRAME = 64 * 1024
SIGNS = {"ping", "typing"}  # which cost nobody anything


class Refused(Exception):
    """The socket is closed with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class Socket(AsyncConsumer):
    """What both have in common. A subclass says what it listens to, in `enter`."""

    channel_layer_alias = "none"  # one subscription a process, not one a socket: see the hub
    known = FEED_FRAMES

    def __init__(self) -> None:
        self.connection: Connection | None = None
        self.audience: Audience | None = None
        self.telling: asyncio.Task[None] | None = None

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Without Channels' look after old connections, a thread's hop for each frame."""
        try:
            await getattr(self, message["type"].replace(".", "_"))(message)
        except StopConsumer:
            raise
        except Refused as refused:
            await self._close(refused.code, refused.reason)
        except OSError:  # the client has gone
            return
        except Exception:
            logger.exception("A socket broke")
            await self._close(closing.FAULT, "Something broke here.")

    # ---- States ----------------------------------------------------------------

    async def websocket_connect(self, message: dict[str, Any]) -> None:
        await self.send({"type": "websocket.accept"})
        if not has_good_origin(self.scope):
            raise Refused(closing.WRONG_ORIGIN, "Another site's page may not do this.")
        caller = await in_thread(self._let_in)
        self.connection = Connection(self.base_send, caller)
        hub().add(self.connection)
        try:
            self.audience = await self.enter(self.connection)
        except LookupError:
            raise Refused(closing.NO_SUCH_ROOM, "There is no such room.") from None
        self._tell_after(self._after())

    async def websocket_receive(self, message: dict[str, Any]) -> None:
        text = message.get("text")
        if self.connection is None or self.audience is None or self.connection.is_over:
            return
        if len(text.encode() if text else message.get("bytes") or b"") > LARGEST_FRAME:
            raise Refused(closing.TOO_BIG, "A frame has 64 KiB at most.")
        try:
            content = self._read(text)
        except Unusable as reason:
            if self._may_go_on(self.connection, is_sign=False):
                self._answer(error(reason.code, reason.detail, reason.client_id))
            return
        if self._may_go_on(self.connection, is_sign=content["type"] in SIGNS):
            getattr(self, f"on_{content['type']}")(content)

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        connection, audience = self.connection, self.audience
        if self.telling is not None:
            self.telling.cancel()
        if connection is not None:
            connection.is_over = True
            if audience is not None:
                audience.leave(connection)
                self.depart(connection)
                hub().leave(audience)
            await hub().discard(connection)
        raise StopConsumer

    # ---- For the subclasses --------------------------------------------------------

    async def enter(self, connection: Connection) -> Audience:
        """What is listened to. Raises `LookupError` where it is not there, and `Refused`."""
        raise NotImplementedError

    def depart(self, connection: Connection) -> None:
        """The socket is closed."""

    async def bring_up_to_date(self, connection: Connection, after: int | None) -> None:
        """Tell what came after, and that it is told."""
        raise NotImplementedError

    # ---- What both can be sent -----------------------------------------------------

    def on_ping(self, content: dict[str, Any]) -> None:
        self._answer(frame("pong"))

    def on_resume(self, content: dict[str, Any]) -> None:
        self._tell_after(content["after"])

    # ---- Parts -----------------------------------------------------------------------

    def _let_in(self) -> Caller:
        if calls_too_often(self.scope):
            raise Refused(closing.TOO_FAST, "Too many requests from this address.")
        caller = caller_of(self.scope)
        if caller is None:
            raise Refused(closing.NOT_AUTHENTICATED, "No ticket or token that holds.")
        return caller

    def _after(self) -> int | None:
        try:
            return read_after(query(self.scope, "after"))
        except Unusable as reason:
            self._answer(error(reason.code, reason.detail))
            return None

    def _read(self, text: str | None) -> dict[str, Any]:
        if text is None:
            raise Unusable("binary", "Frames are text.")
        return read_frame(text, self.known)

    def _may_go_on(self, connection: Connection, *, is_sign: bool) -> bool:
        """Whether this user may send so much; who does not heed it is closed."""
        allowance = hub().allowance_of(connection.user_id)
        bucket = allowance.signs if is_sign else allowance.messages
        if bucket.take():
            return True
        if not allowance.patience.take():
            raise Refused(closing.TOO_FAST, "You were told that it is too fast.")
        limit = f"{bucket.rate:g} a second, {bucket.burst} at once"
        connection.push(error("too_fast", f"More than {limit}: wait, and send it again."))
        return False

    def _tell_after(self, after: int | None) -> None:
        """At the client's pace, while it can send already."""
        if self.telling is not None and not self.telling.done():
            self._answer(error("busy", "What was asked for before is still being told."))
            return
        assert self.connection is not None  # noqa: S101
        self.telling = asyncio.create_task(self._told(self.connection, after))

    async def _told(self, connection: Connection, after: int | None) -> None:
        try:
            await self.bring_up_to_date(connection, after)
        except OSError:
            return
        except LookupError:
            connection.close(closing.GONE, "The room has been deleted.")
        except Exception:
            logger.exception("A socket could not be told what it missed")
            connection.close(closing.FAULT, "Something broke here.")

    def _answer(self, frame: Frame) -> None:
        if self.connection is not None:
            self.connection.push(frame)

    async def _close(self, code: int, reason: str) -> None:
        if self.connection is not None:
            self.connection.close(code, reason)
        else:
            await self.send({"type": "websocket.close", "code": code, "reason": reason})


class RoomSocket(Socket):
    """`/ws/chat/{slug}/`."""

    known = ROOM_FRAMES
    audience: RoomAudience | None

    async def enter(self, connection: Connection) -> RoomAudience:
        slug = self.scope["url_route"]["kwargs"]["slug"]
        try:
            room = await in_thread(partial(walk_in, slug, connection.caller.user))
        except Room.DoesNotExist as error:
            raise LookupError(slug) from error
        if room is None:
            raise Refused(closing.NOT_A_MEMBER, "You are no member of this room.")
        connection.room_id = room.pk
        self.audience = audience = await hub().enter_room(room.pk)
        await audience.arrive(connection)
        return audience

    def depart(self, connection: Connection) -> None:
        assert self.audience is not None  # noqa: S101
        self.audience.depart(connection)

    async def bring_up_to_date(self, connection: Connection, after: int | None) -> None:
        audience = self.audience
        assert audience is not None  # noqa: S101
        topic = audience.topic
        start = None if after is None else await in_thread(partial(topic.position_after, after))
        end = await audience.bring_up_to_date(connection, start)
        connection.push(audience.ready(end.seq))

    def on_send(self, content: dict[str, Any]) -> None:
        client_id, text = content["client_id"], content["text"]
        self._write(lambda user: Send(user.user_id, user.person, client_id, text))

    def on_edit(self, content: dict[str, Any]) -> None:
        client_id = content.get("client_id")
        self._write(lambda user: Edit(user.user_id, content["id"], content["text"], client_id))

    def on_delete(self, content: dict[str, Any]) -> None:
        self._write(lambda user: Delete(user.user_id, content["id"], content.get("client_id")))

    def on_typing(self, content: dict[str, Any]) -> None:
        connection = self.connection
        assert connection is not None  # noqa: S101
        typing = frame("typing", user=connection.person)
        hub().say(connection.room_id, typing, not_to=str(connection.user_id))

    def _write(self, request: Any) -> None:
        connection = self.connection
        assert connection is not None  # noqa: S101
        asked: Request = request(connection)
        hub().writer_of(connection.room_id).write(asked, connection)


class FeedSocket(Socket):
    """`/ws/notifications/`: one's jobs, reviews of one's books, mentions, ended sessions."""

    async def enter(self, connection: Connection) -> Audience:
        return await hub().enter_feed(connection.user_id)

    async def bring_up_to_date(self, connection: Connection, after: int | None) -> None:
        audience = self.audience
        assert audience is not None  # noqa: S101
        topic = audience.topic
        assert isinstance(topic, UserTopic)  # noqa: S101
        start = None if after is None else await in_thread(partial(topic.position_after, after))
        if start is None:
            start = await in_thread(topic.position)
            for each in await in_thread(topic.open_work):
                await connection.send(each)
        end = await audience.bring_up_to_date(connection, start)
        connection.push(frame("ready", number=end.seq))
