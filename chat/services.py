"""Everything that changes rooms and their members. Each function owns its transaction.

Raised by all that change a room: `Http404` where it is not there or not to be
seen, `PermissionDenied` for those who may see it and not change it.
"""

from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.exceptions import ValidationError

from backend_practice.http.conditional import Precondition
from backend_practice.http.problems import Conflict
from chat.etags import room_etag
from chat.live import pushing
from chat.models import Membership, Room


def create_room(*, owner: Any, slug: str, private: bool, title: str = "") -> Room:
    """A new room with its owner in it. Raises `Conflict` for a slug that another room has."""
    try:
        with transaction.atomic():
            room = Room.objects.create(slug=slug, title=title or slug, private=private, owner=owner)
            Membership.objects.create(room=room, user=owner)
    except IntegrityError as error:
        raise Conflict(f"Another room has the slug {slug}.", pointer="/slug") from error
    return room


def change_room(slug: str, *, by: Any, precondition: Precondition, changes: dict[str, Any]) -> Room:
    """The room with these members set and no others touched.

    Raises `PreconditionFailed` where it has changed since the caller read it.
    """
    with transaction.atomic():
        room = _owned_room(slug, by)
        precondition(room_etag(room))
        for name, value in changes.items():
            setattr(room, name, value)
        room.version += 1
        room.updated_at = timezone.now()
        room.save(update_fields=[*changes, "version", "updated_at"])
    return room


def delete_room(slug: str, *, by: Any, precondition: Precondition) -> None:
    """The room goes with all that was said in it; its sockets are closed."""
    with transaction.atomic():
        room = _owned_room(slug, by)
        precondition(room_etag(room))
        remove_room(room)


def remove_room(room: Room) -> None:
    """As `delete_room`, in the transaction of the caller, who has looked at who asks."""
    room_id = room.pk
    room.delete()
    transaction.on_commit(lambda: pushing.end_room(room_id), robust=True)


def add_member(slug: str, *, by: Any, user_id: UUID) -> tuple[Membership, bool]:
    """The membership, and whether it is new.

    Anybody may walk into an open room; into a private one its owner brings people.
    Raises a validation error for a user who is not there.
    """
    with transaction.atomic():
        room = _seen_room(slug, by)
        if user_id != by.pk or room.private:
            _check_rules_over(room, by, "Only its owner brings people into a room.")
        if not get_user_model().objects.filter(pk=user_id, is_active=True).exists():
            raise ValidationError({"user": ["There is no such user."]}, code="does_not_exist")
        return Membership.objects.get_or_create(room=room, user_id=user_id)


def remove_member(slug: str, *, by: Any, user_id: UUID) -> None:
    """The user is a member no more, and the sockets are closed; gone already is as good.

    One may leave, and the owner may remove others. A room whose owner leaves goes
    to who has been in it longest; a private one that is empty is deleted.
    """
    with transaction.atomic():
        room = _seen_room(slug, by)
        if user_id != by.pk:
            _check_rules_over(room, by, "Only its owner removes people from a room.")
        Membership.objects.filter(room=room, user_id=user_id).delete()
        transaction.on_commit(lambda: pushing.remove(room.pk, user_id), robust=True)
        hand_on(room, leaving=user_id)


def hand_on(room: Room, *, leaving: UUID) -> None:
    """Give the room of an owner who leaves to the next; in the transaction of the caller."""
    if room.owner_id == leaving:
        room.owner = None
        room.save(update_fields=["owner"])
        _give_an_owner(room)


def give_owners() -> None:
    """Rooms whose owner has gone for good go to who has been in them longest."""
    for room_id in list(Room.objects.ownerless().values_list("pk", flat=True)):
        with transaction.atomic():
            room = Room.objects.ownerless().select_for_update().filter(pk=room_id).first()
            if room is not None:
                _give_an_owner(room)


def walk_in(slug: str, user: Any) -> Room | None:
    """The room whose socket this user opens: a member, or made one where the room is open.

    None for a private room of others. Raises `Room.DoesNotExist`.
    """
    room = Room.objects.get(slug=slug)
    if Membership.objects.filter(room=room, user=user).exists():
        return room
    if room.private:
        return None
    Membership.objects.get_or_create(room=room, user=user)
    return room


def _give_an_owner(room: Room) -> None:
    """An empty private room, which nobody could find any more, is deleted instead."""
    heir = Membership.objects.filter(room=room).first()
    if heir is not None:
        Room.objects.filter(pk=room.pk).update(owner=heir.user_id)
    elif room.private:
        remove_room(room)


def _seen_room(slug: str, by: Any) -> Room:
    """Locked, so that its owner and members stay as they are meanwhile."""
    rooms = Room.objects.select_for_update(of=("self",))
    seen = rooms if getattr(by, "is_staff", False) else rooms.visible_to(by.pk)
    room: Room = get_object_or_404(seen, slug=slug)
    return room


def _owned_room(slug: str, by: Any) -> Room:
    room = _seen_room(slug, by)
    _check_rules_over(room, by, "Only its owner and staff may change a room.")
    return room


def _check_rules_over(room: Room, by: Any, otherwise: str) -> None:
    if room.owner_id != by.pk and not getattr(by, "is_staff", False):
        raise PermissionDenied(otherwise)
