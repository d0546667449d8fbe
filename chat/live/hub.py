"""The middle of a process's sockets: one subscription for each thing that is listened to.

What happens in other processes comes over Channels' layer. Every second the hub
looks into the database as well: what the layer has lost is read there.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any
from uuid import UUID, uuid4
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer
from django.conf import settings

from backend_practice.stopping import on_stop
from chat import presence
from chat.live import looking
from chat.live.audiences import Audience, in_thread
from chat.live.closing import GONE, NOT_A_MEMBER, NOT_AUTHENTICATED
from chat.live.connections import Connection
from chat.live.layers import ThreadSafeInMemoryLayer
from chat.live.limits import Allowance
from chat.live.pushing import EVERYBODY, group_of_room, send, told
from chat.live.rooms import RoomAudience
from chat.live.topics import UserTopic
from chat.live.writers import Writer
from chat.people import Person
from chat.wire import Frame

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_LOOKS = 1.0
LOOKS_BETWEEN_CHECKS = 3  # an ended session's sockets are closed within five seconds
LOOKS_BETWEEN_SIGNS_OF_LIFE = 5
SECONDS_TO_SUBSCRIBE = 2.0
SECONDS_WITHOUT_LAYER = 5.0

_hubs: "WeakKeyDictionary[asyncio.AbstractEventLoop, Hub]" = WeakKeyDictionary()


def hub() -> "Hub":
    """The one of the event loop at hand."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]


class Hub:
    """All sockets of one process."""

    def __init__(self) -> None:
        self.process = uuid4()
        self.name = str(self.process)
        self.layer: Any = get_channel_layer()
        self.is_alone = isinstance(self.layer, ThreadSafeInMemoryLayer)
        self.is_ending = False
        self.connections: set[Connection] = set()
        self.audiences: dict[str, Audience] = {}
        self.writers: dict[int, Writer] = {}
        self.allowances: dict[UUID, Allowance] = {}
        self.channel = ""
        self.has_channel = asyncio.Event()
        self.joined: set[str] = set()
        self.joining = asyncio.Lock()
        self.layer_rests_until = 0.0
        self.outgoing: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue(1_000)
        self.tasks: list[asyncio.Task[None]] = []
        on_stop(self.end)

    def end(self) -> None:
        """The process is about to end: who is in it will come back, to another."""
        self.is_ending = True

    # ---- Sockets that come and go ------------------------------------------------

    def add(self, connection: Connection) -> None:
        """A socket of this process."""
        self.connections.add(connection)
        if not self.tasks:
            work = (self._listen, self._send, self._look)
            self.tasks = [asyncio.create_task(each()) for each in work]

    async def discard(self, connection: Connection) -> None:
        """It is closed. Without any the hub rests."""
        self.connections.discard(connection)
        if not self.connections:
            tasks, self.tasks = self.tasks, []
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def enter_room(self, room_id: int) -> RoomAudience:
        """The room's audience in this process. Raises `LookupError` where the room is gone."""
        group = group_of_room(room_id)
        audience = await self._enter(group, lambda: RoomAudience(room_id, self))
        assert isinstance(audience, RoomAudience)  # noqa: S101
        return audience

    async def enter_feed(self, user_id: UUID) -> Audience:
        """The audience of this user's notifications."""
        topic = UserTopic(user_id)
        return await self._enter(topic.group, lambda: Audience(topic))

    async def _enter(self, group: str, make: Callable[[], Audience]) -> Audience:
        audience = self.audiences.get(group)
        if audience is None:
            audience = self.audiences[group] = make()
            audience.opening = asyncio.create_task(self._open(audience))
        audience.guests += 1
        assert audience.opening is not None  # noqa: S101
        try:
            await asyncio.shield(audience.opening)
        except BaseException:
            self.leave(audience)
            raise
        return audience

    async def _open(self, audience: Audience) -> None:
        """Subscribed first and read then: nothing falls between the two."""
        await self._wait_for_channel()
        await self._settle_groups()
        await audience.open()

    async def _wait_for_channel(self) -> None:
        if not self._layer_rests():
            with suppress(TimeoutError):
                async with asyncio.timeout(SECONDS_TO_SUBSCRIBE):
                    await self.has_channel.wait()

    def leave(self, audience: Audience) -> None:
        """One listener less."""
        audience.guests -= 1
        self.drop_unless_needed(audience)

    def drop_unless_needed(self, audience: Audience) -> None:
        """Forget an audience that nobody is in any more."""
        group = audience.topic.group
        if not audience.is_needed and self.audiences.get(group) is audience:
            del self.audiences[group]

    def allowance_of(self, user_id: UUID) -> Allowance:
        """What this user may send in this process."""
        if user_id not in self.allowances:
            rate, burst = settings.CHAT_MESSAGES_PER_SECOND, settings.CHAT_MESSAGES_AT_ONCE
            self.allowances[user_id] = Allowance(rate, burst)
        return self.allowances[user_id]

    # ---- Telling -------------------------------------------------------------------

    def writer_of(self, room_id: int) -> Writer:
        """Who stores what is said in the room by sockets of this process."""
        if room_id not in self.writers:
            self.writers[room_id] = Writer(room_id, self.tell_room)
        return self.writers[room_id]

    def tell_room(self, room_id: int, frames: Sequence[Frame]) -> None:
        """What has happened in a room: here at once, elsewhere by the layer."""
        if not frames:
            return
        group = group_of_room(room_id)
        if group in self.audiences:
            self.audiences[group].hear(frames)
        self._pass_on(group, lambda: told(group, frames, self.name))

    def say(self, room_id: int, frame: Frame, not_to: str) -> None:
        """What is not kept: somebody types."""
        group = group_of_room(room_id)
        message = {"type": "said", "group": group, "text": frame.text, "not_to": not_to}
        self._hear(message)
        self._pass_on(group, lambda: {**message, "by": self.name})

    def tell_of(self, room_id: int, type: str, people: Sequence[Person]) -> None:  # noqa: A002
        """These have `joined` or `left`."""
        if not people:
            return
        group = group_of_room(room_id)
        message = {"type": type, "group": group, "people": people}
        self._hear(message)
        self._pass_on(group, lambda: {**message, "by": self.name})

    def _pass_on(self, group: str, message: Callable[[], dict[str, Any]]) -> None:
        """To the other processes, if there can be any; what they miss they read."""
        if not self.is_alone and not self.outgoing.full():
            self.outgoing.put_nowait((group, message()))

    async def _send(self) -> None:
        while True:
            group, message = await self.outgoing.get()
            if not self._layer_rests() and not await send(group, message):
                self._let_layer_rest()

    # ---- Hearing -------------------------------------------------------------------

    async def _listen(self) -> None:
        """What comes over the layer, for as long as there are sockets."""
        while True:
            try:
                async with asyncio.timeout(SECONDS_TO_SUBSCRIBE):
                    self.channel = await self.layer.new_channel()
                self.has_channel.set()
                await self._settle_groups()
                while True:
                    self._hear(await self.layer.receive(self.channel))
            except Exception as error:
                logger.warning("Nothing is heard of other processes: %s", error)
                self._let_layer_rest()
                await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
            finally:
                self._forget_channel()

    def _forget_channel(self) -> None:
        if self.is_alone and self.channel:
            self.layer.forget(self.channel)
        self.channel, self.joined = "", set()
        self.has_channel.clear()

    async def _settle_groups(self) -> None:
        """Be subscribed to what is listened to, and to nothing else."""
        async with self.joining:
            wanted = {EVERYBODY, *self.audiences}
            if not self.channel or self._layer_rests() or wanted == self.joined:
                return
            try:
                async with asyncio.timeout(SECONDS_TO_SUBSCRIBE):
                    for group in wanted - self.joined:
                        await self.layer.group_add(group, self.channel)
                        self.joined.add(group)
                    for group in self.joined - wanted:
                        await self.layer.group_discard(group, self.channel)
                        self.joined.discard(group)
            except Exception as error:
                logger.warning("Not subscribed, for now: %s", error or type(error).__name__)
                self._let_layer_rest()

    def _layer_rests(self) -> bool:
        return asyncio.get_running_loop().time() < self.layer_rests_until

    def _let_layer_rest(self) -> None:
        """Redis that is away or silent holds up nobody."""
        self.layer_rests_until = asyncio.get_running_loop().time() + SECONDS_WITHOUT_LAYER

    def _hear(self, message: dict[str, Any]) -> None:
        if message.get("by") == self.name:
            return
        audience = self.audiences.get(message.get("group", ""))
        if message["type"] == "ended":
            self._end(message)
        elif audience is None:
            return
        elif message["type"] == "told":
            audience.hear(Frame(*each) for each in message["frames"])
        elif message["type"] == "said":
            audience.say({message["not_to"]: Frame(message["text"])})
        elif isinstance(audience, RoomAudience):
            audience.hear_of(message["type"], message["people"])

    def _end(self, message: dict[str, Any]) -> None:
        """Close the sockets of a session, a member, a user, or a room."""
        why, user_id = message["why"], message.get("user")
        for connection in list(self.connections):
            is_theirs = str(connection.user_id) == user_id
            is_in_room = connection.room_id == message.get("room", -1)
            if why == "session" and str(connection.session_id) == message["session"]:
                connection.close(NOT_AUTHENTICATED, "The session has ended.")
            elif why == "user" and is_theirs:
                connection.close(NOT_AUTHENTICATED, "The account has been deleted.")
            elif why == "member" and is_theirs and is_in_room:
                connection.close(NOT_A_MEMBER, "You are no member any more.")
            elif why == "room" and is_in_room:
                connection.close(GONE, "The room has been deleted.")

    # ---- Looking -------------------------------------------------------------------

    async def _look(self) -> None:
        """Into the database, every second."""
        count = 0
        while True:
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
            count += 1
            await self._try(self._look_for_news)
            if count % LOOKS_BETWEEN_CHECKS == 0:
                await self._try(self._look_at_callers)
            if count % LOOKS_BETWEEN_SIGNS_OF_LIFE == 0:
                await self._try(self._show_life)

    async def _try(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except Exception as error:
            logger.warning("The sockets' look at the database has to wait: %s", error)

    async def _look_for_news(self) -> None:
        await self._settle_groups()
        audiences = dict(self.audiences)
        topics = [audience.topic for audience in audiences.values()]
        revisions = await in_thread(partial(looking.revisions_of, topics))
        for group, audience in audiences.items():
            if group in revisions:
                audience.must_reach(revisions[group])
            elif isinstance(audience, RoomAudience):
                self._end({"why": "room", "room": audience.room_id})

    async def _look_at_callers(self) -> None:
        """Whether those who called may still listen."""
        connections = list(self.connections)
        unwanted = await in_thread(partial(looking.unwanted, connections))
        for connection, code in unwanted:
            connection.close(code, "You may listen no more.")
        self.allowances = {
            user_id: each for user_id, each in self.allowances.items() if not each.is_fresh
        }
        busy = {room for room, each in self.writers.items() if each.writing is not None}
        self.writers = {room: each for room, each in self.writers.items() if room in busy}

    async def _show_life(self) -> None:
        if self.is_ending:
            return
        await in_thread(partial(presence.renew, self.process))
        for room_id, users in (await in_thread(presence.sweep)).items():
            self.tell_of(room_id, "left", await in_thread(partial(looking.people, users)))
        for audience in list(self.audiences.values()):
            if isinstance(audience, RoomAudience):
                with suppress(LookupError):
                    await audience.refresh()
