"""What sockets can listen to, as the database has it: a room, or one's notifications.

All of it asks the database, so it runs in a thread.
"""

from collections.abc import Iterator
from typing import NamedTuple, Protocol
from uuid import UUID

from chat.live.pushing import group_of_room, group_of_user
from chat.models import Feed, Message, Notification, Room
from chat.wire import Frame, change_frame, message_frame, notification_frame

PAGE = 100


class Position(NamedTuple):
    """How far somebody has been told: the last message, and the last thing that happened."""

    seq: int = 0
    revision: int = 0


class Topic(Protocol):
    """Something that happens in order, and can be told again from any position."""

    @property
    def group(self) -> str:
        """The layer's group in which it is told as it happens."""

    def position(self) -> Position:
        """How far it has come. Raises `LookupError` where it is there no more."""

    def position_after(self, seq: int) -> Position:
        """Where somebody stands who has been told up to this message."""

    def pages(self, start: Position, end: Position) -> Iterator[list[Frame]]:
        """What happened in between, in order."""


class RoomTopic:
    """What is said in a room, and what becomes of it."""

    def __init__(self, room_id: int) -> None:
        self.room_id = room_id
        self.group = group_of_room(room_id)

    def position(self) -> Position:
        found = Room.objects.filter(pk=self.room_id).values_list("last_seq", "revision").first()
        if found is None:
            raise LookupError("The room has been deleted.")
        return Position(*found)

    def position_after(self, seq: int) -> Position:
        """Whoever has a message knows all that had happened before it."""
        messages = Message.objects.filter(room_id=self.room_id, seq__lte=seq).order_by("-seq")
        last = messages.values_list("seq", "first_revision").first()
        return Position(*last) if last else Position()

    def pages(self, start: Position, end: Position) -> Iterator[list[Frame]]:
        """New messages as they now are, then what became of those known before."""
        room = Message.objects.filter(room_id=self.room_id).select_related("user")
        seq = start.seq
        while rows := list(room.filter(seq__gt=seq, seq__lte=end.seq).order_by("seq")[:PAGE]):
            seq = rows[-1].seq
            yield [message_frame(row) for row in rows]
        revision = start.revision
        changed = room.filter(seq__lte=start.seq, revision__lte=end.revision).order_by("revision")
        while rows := list(changed.filter(revision__gt=revision)[:PAGE]):
            revision = rows[-1].revision
            yield [change_frame(row) for row in rows]


class UserTopic:
    """What a user is notified of."""

    def __init__(self, user_id: UUID) -> None:
        self.user_id = user_id
        self.group = group_of_user(user_id)

    def position(self) -> Position:
        feeds = Feed.objects.filter(user_id=self.user_id)
        number = feeds.values_list("last_number", flat=True).first() or 0
        return Position(number, number)

    def position_after(self, seq: int) -> Position:
        number = min(seq, self.position().seq)
        return Position(number, number)

    def pages(self, start: Position, end: Position) -> Iterator[list[Frame]]:
        own = Notification.objects.filter(user_id=self.user_id, number__lte=end.seq)
        number = start.seq
        while rows := list(own.filter(number__gt=number).order_by("number")[:PAGE]):
            number = rows[-1].number
            yield [notification_frame(row) for row in rows]

    def open_work(self) -> list[Frame]:
        """The state of what goes on."""
        rows = Notification.objects.filter(user_id=self.user_id, is_open=True).order_by("number")
        return [notification_frame(row) for row in rows[:PAGE]]
