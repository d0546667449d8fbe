"""What is said in a room: stored in order, each once, several in one transaction.

The lock on the room makes the order. What comes back tells each request what
became of it, and what the room is to hear.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from chat.models import Membership, Message, Room
from chat.notifications import mention_members
from chat.people import Person
from chat.wire import Frame, change_frame, error, frame, message_frame
from events.outbox import publish_many

SENT = "chat.message.sent"


@dataclass(frozen=True)
class Send:
    """Say something; the same `client_id` a second time is the same message."""

    user_id: UUID
    user: Person
    client_id: str
    text: str


@dataclass(frozen=True)
class Edit:
    """Another text for one's own message."""

    user_id: UUID
    message_id: int
    text: str
    client_id: str | None = None


@dataclass(frozen=True)
class Delete:
    """One's own message without its text; `user_id` None is whoever looks after the site."""

    user_id: UUID | None
    message_id: int
    client_id: str | None = None


Request = Send | Edit | Delete


@dataclass
class Recorded:
    """What came of requests: an answer for each, in their order, and what the room is to hear."""

    answers: list[Frame] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)


def record(room_id: int, requests: Sequence[Request]) -> Recorded:
    """Store what is asked, all of it in one transaction; refusals are answers as well.

    Whoever is no member any more is refused.
    """
    with transaction.atomic():
        room = Room.objects.select_for_update().filter(pk=room_id).first()
        if room is None:
            gone = [
                error("gone", "The room has been deleted.", each.client_id) for each in requests
            ]
            return Recorded(gone)
        return _Recording(room, requests).done()


class _Recording:
    """One such transaction, under the room's lock."""

    def __init__(self, room: Room, requests: Sequence[Request]) -> None:
        self.room, self.before = room, room.revision
        self.requests = requests
        self.members = self._members()
        self.known = self._known()
        self.new: list[Message] = []
        self.result = Recorded()

    def done(self) -> Recorded:
        outcomes = [self._outcome(request) for request in self.requests]
        Message.objects.bulk_create(self.new)
        for request, outcome in zip(self.requests, outcomes, strict=True):
            is_message = isinstance(outcome, Message)
            self.result.answers.append(_ack(request, outcome) if is_message else outcome)
        if self.room.revision > self.before:
            self._count()
        return self.result

    def _outcome(self, request: Request) -> Any:
        """The message that it came to, or the frame that says why it came to none."""
        if request.user_id is not None and request.user_id not in self.members:
            return error("not_a_member", "You are no member of this room.", request.client_id)
        if isinstance(request, Send):
            return self._said(request)
        return self._changed(request)

    def _said(self, request: Send) -> Message:
        key = (request.user_id, request.client_id)
        if key in self.known:
            return self.known[key]
        self.room.last_seq += 1
        self.room.revision += 1
        message = Message(
            room=self.room,
            user_id=request.user_id,
            client_id=request.client_id,
            text=request.text,
            seq=self.room.last_seq,
            first_revision=self.room.revision,
            revision=self.room.revision,
        )
        self.known[key] = message
        self.new.append(message)
        return message

    def _changed(self, request: Edit | Delete) -> Message | Frame:
        own = Message.objects.filter(room=self.room, pk=request.message_id)
        if request.user_id is not None:
            own = own.filter(user_id=request.user_id)
        message = own.first()
        if message is None:
            return error("not_found", "You have no such message here.", request.client_id)
        if message.deleted_at and isinstance(request, Edit):
            return error("deleted", "This message has been deleted.", request.client_id)
        if message.deleted_at:
            return message
        self.room.revision += 1
        message.revision = self.room.revision
        if isinstance(request, Edit):
            message.text, message.edited_at = request.text, timezone.now()
        else:
            message.text, message.deleted_at = "", timezone.now()
        message.save(update_fields=["text", "edited_at", "deleted_at", "revision"])
        self.result.frames.append(change_frame(message))
        return message

    def _count(self) -> None:
        counts = {"last_seq": self.room.last_seq, "revision": self.room.revision}
        Room.objects.filter(pk=self.room.pk).update(**counts)
        if not self.new:
            return
        sends = (each for each in self.requests if isinstance(each, Send))
        senders: dict[UUID | None, Person] = {each.user_id: each.user for each in sends}
        for message in self.new:
            self.result.frames.append(message_frame(message, senders.get(message.user_id)))
        self.result.frames.sort(key=lambda each: each.revision)
        publish_many(SENT, [(str(self.room.pk), self._facts(message)) for message in self.new])
        mention_members(self.room, self.new, senders)

    def _facts(self, message: Message) -> dict[str, Any]:
        """What others hear of it: not the text, which is the room's."""
        return {
            "id": message.pk,
            "room": self.room.slug,
            "seq": message.seq,
            "user": str(message.user_id),
            "sent_at": message.sent_at.isoformat().replace("+00:00", "Z"),
        }

    def _members(self) -> set[UUID]:
        users = {each.user_id for each in self.requests if each.user_id is not None}
        members = Membership.objects.filter(room=self.room, user_id__in=users)
        return set(members.values_list("user_id", flat=True))

    def _known(self) -> dict[tuple[Any, str], Message]:
        """What was sent before under the same `client_id`."""
        sends = [request for request in self.requests if isinstance(request, Send)]
        if not sends:
            return {}
        found: Iterable[Message] = Message.objects.filter(
            room=self.room,
            user_id__in={request.user_id for request in sends},
            client_id__in={request.client_id for request in sends},
        ).order_by()
        return {(message.user_id, message.client_id): message for message in found}


def _ack(request: Request, message: Message) -> Frame:
    return frame("ack", client_id=request.client_id, id=message.pk, seq=message.seq)
