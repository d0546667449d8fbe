"""How rooms and messages are read: what somebody may not see is not found."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from chat.models import Membership, Message, Room, RoomQuerySet


def rooms_seen_by(user: Any) -> RoomQuerySet:
    """Open rooms, and the private ones that the user is a member of."""
    return Room.objects.visible_to(user.pk)


def room_seen_by(user: Any, slug: str) -> Room:
    """The room of this slug. Raises `Http404`, also for a private one of others."""
    room: Room = get_object_or_404(rooms_seen_by(user), slug=slug)
    return room


def messages_in(room: Room) -> QuerySet[Message]:
    """What was said, with who said it."""
    return Message.objects.filter(room=room).select_related("user")


def members_of(room: Room) -> QuerySet[Membership]:
    """Who is a member, with their names."""
    return Membership.objects.filter(room=room).select_related("user")
