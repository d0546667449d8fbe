"""What people are told of besides the rooms they are in: stored first, then pushed.

A user's notifications are numbered without gaps, so that a client that comes
back can say which it has seen.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Lower, Replace
from django.utils import timezone

from chat.live import pushing
from chat.models import Feed, Membership, Message, Notification, Room
from chat.people import Person
from chat.wire import notification_frame

MENTION = re.compile(r"(?<![\w@.])@([\w.+-]+(?:@[\w-]+(?:\.[\w-]+)+)?)")
MOST_MENTIONED = 20  # in one message
DAYS_KEPT = 7
EXCERPT = 200


def notify(
    user_id: UUID,
    type: str,  # noqa: A002
    *,
    about: str,
    data: Mapping[str, Any],
    is_open: bool = False,
) -> None:
    """Tell this user, once the transaction of the caller is committed.

    What was told before `about` the same thing is replaced. A user who has gone
    is told nothing.
    """
    if not get_user_model().objects.filter(pk=user_id).exists():
        return
    Feed.objects.get_or_create(user_id=user_id)
    feed = Feed.objects.select_for_update().get(user_id=user_id)
    feed.last_number += 1
    feed.save(update_fields=["last_number"])
    Notification.objects.filter(user_id=user_id, type=type, about=about).delete()
    notification = Notification.objects.create(
        user_id=user_id,
        number=feed.last_number,
        type=type,
        about=about,
        data=dict(data),
        is_open=is_open,
    )
    frame = notification_frame(notification)
    transaction.on_commit(lambda: pushing.notify(user_id, frame), robust=True)


def told_on_connect(user_id: UUID, after: int | None) -> QuerySet[Notification]:
    """What came after that number; without one, the work that goes on."""
    own = Notification.objects.filter(user_id=user_id)
    return own.filter(is_open=True) if after is None else own.filter(number__gt=after)


def forget_old() -> int:
    """Delete notifications of more than a week ago; how many."""
    old = timezone.now() - timedelta(days=DAYS_KEPT)
    return Notification.objects.filter(created_at__lt=old).delete()[0]


# ---- Mentions ------------------------------------------------------------------


def mention_members(
    room: Room, messages: Iterable[Message], senders: Mapping[UUID | None, Person]
) -> None:
    """Notify the members of the room whom these new messages name, in their transaction."""
    mentions = [
        (user_id, message)
        for message in messages
        for user_id in _members_called(room, handles_in(message.text))
        if user_id != message.user_id
    ]
    # In one order for all: whoever notifies several people at once waits for none in a circle.
    for user_id, message in sorted(mentions, key=lambda each: each[0]):
        if message.user_id is not None:
            _mention(user_id, room, message, senders[message.user_id])


def handles_in(text: str) -> Sequence[str]:
    """Whom a text names: `@ada`, `@AdaLovelace`, `@ada@example.com`; 20 at most."""
    if "@" not in text:
        return ()
    found = (handle.rstrip(".-") for handle in MENTION.findall(text))
    return list(dict.fromkeys(handle for handle in found if handle))[:MOST_MENTIONED]


def _members_called(room: Room, handles: Sequence[str]) -> Iterable[UUID]:
    """By name, spaces left out and case ignored, or by e-mail address."""
    if not handles:
        return ()
    without_spaces = Replace("user__name", Value(" "), Value(""))
    lower = [handle.lower() for handle in handles]
    called = Q(handle__in=handles) | Q(handle_in_lower__in=lower) | Q(user__email__in=lower)
    members = Membership.objects.filter(room=room).annotate(
        handle=without_spaces, handle_in_lower=Lower(without_spaces)
    )
    found: Iterable[UUID] = members.filter(called).values_list("user_id", flat=True)[
        :MOST_MENTIONED
    ]
    return found


def _mention(user_id: UUID, room: Room, message: Message, by: Person) -> None:
    data = {
        "room": room.slug,
        "seq": message.seq,
        "id": message.pk,
        "user": by,
        "text": message.text[:EXCERPT],
    }
    notify(user_id, Notification.MENTION, about=str(message.pk), data=data)
