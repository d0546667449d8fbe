"""Frames as they go out: made once, however many sockets they go to."""

from datetime import datetime
from typing import Any, NamedTuple

import orjson

from chat.models import Message, Notification
from chat.people import Person, person


class Frame(NamedTuple):
    """A text frame.

    `revision` is its number among all that has happened, `seq` that of a message;
    0 for what has none.
    """

    text: str
    revision: int = 0
    seq: int = 0


def frame(type: str, **members: Any) -> Frame:  # noqa: A002
    """The frame of this type with these members."""
    return Frame(text_of({"type": type, **members}))


def text_of(content: dict[str, Any]) -> str:
    """The JSON of a frame, times in UTC with a `Z`."""
    return orjson.dumps(content, option=orjson.OPT_UTC_Z).decode()


def error(code: str, detail: str, client_id: str | None = None) -> Frame:
    """What is told to whoever sent what cannot be taken; `client_id` where that was named."""
    named = {"client_id": client_id} if client_id is not None else {}
    return frame("error", code=code, detail=detail, **named)


def message_frame(message: Message, user: Person | None = None) -> Frame:
    """The message in its present state, as somebody hears of it who did not know it."""
    content: dict[str, Any] = {
        "type": "message",
        "seq": message.seq,
        "id": message.pk,
        "user": user or person(message.user),
        "text": message.text,
        "sent_at": message.sent_at,
    }
    content |= _since_then(message)
    return Frame(text_of(content), message.revision, message.seq)


def change_frame(message: Message) -> Frame:
    """What became of a message that was known already: `edited` or `deleted`."""
    content: dict[str, Any] = {
        "type": "deleted" if message.deleted_at else "edited",
        "seq": message.seq,
        "id": message.pk,
    }
    if not message.deleted_at:
        content["text"] = message.text
    content |= _since_then(message)
    return Frame(text_of(content), message.revision)


def notification_frame(notification: Notification) -> Frame:
    """What a user is told of; `number` counts what this user has been told."""
    content = {"type": notification.type, "number": notification.number, **notification.data}
    content["at"] = notification.created_at
    return Frame(text_of(content), notification.number, notification.number)


def _since_then(message: Message) -> dict[str, datetime]:
    """When it was changed; most messages never are, and then it is not said."""
    times = {"edited_at": message.edited_at, "deleted_at": message.deleted_at}
    return {name: time for name, time in times.items() if time}
