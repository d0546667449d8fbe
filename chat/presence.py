"""Who is in which room, over all processes: rows that a process renews as long as it lives.

A row says that somebody is there until it is removed, so a user whose process
has died has left once its rows were swept up, and not twice.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from chat.models import Presence, Room
from chat.people import Person, person

SECONDS = 15  # without a sign of life, and the process has died


class Turnout(NamedTuple):
    """Who has come to a room that was not there, and who has gone from it altogether."""

    joined: set[UUID]
    left: set[UUID]


def change(
    room_id: int, process: UUID, *, arrived: Collection[UUID], gone: Collection[UUID]
) -> Turnout:
    """Note whom this process has in the room from now on, and whom no more."""
    with transaction.atomic():
        if not Room.objects.select_for_update().filter(pk=room_id).exists():
            return Turnout(set(), set())
        Presence.objects.filter(room_id=room_id, process=process, user_id__in=gone).delete()
        elsewhere = _present(room_id, {*arrived, *gone})
        until = timezone.now() + timedelta(seconds=SECONDS)
        Presence.objects.bulk_create(
            [
                Presence(room_id=room_id, user_id=user_id, process=process, until=until)
                for user_id in arrived
            ],
            ignore_conflicts=True,
        )
        return Turnout(set(arrived) - elsewhere, set(gone) - elsewhere)


def renew(process: UUID) -> None:
    """The process lives."""
    until = timezone.now() + timedelta(seconds=SECONDS)
    Presence.objects.filter(process=process).update(until=until)


def sweep() -> dict[int, set[UUID]]:
    """Remove what processes have left that died; who has left which room by that."""
    dead: dict[int, set[UUID]] = defaultdict(set)
    overdue = Presence.objects.filter(until__lt=timezone.now())
    for room_id, user_id in overdue.values_list("room_id", "user_id"):
        dead[room_id].add(user_id)
    return {room_id: _swept(room_id, users) for room_id, users in dead.items()}


def people_in(room_id: int) -> dict[str, Person]:
    """Everybody who is there, by id."""
    rows = Presence.objects.filter(room_id=room_id).select_related("user").order_by("pk")
    return {str(row.user_id): person(row.user) for row in rows}


def noted_by(process: UUID, room_id: int) -> set[UUID]:
    """Whom this process has noted there, unless that was swept away meanwhile."""
    rows = Presence.objects.filter(process=process, room_id=room_id)
    return set(rows.values_list("user_id", flat=True))


def _swept(room_id: int, users: set[UUID]) -> set[UUID]:
    with transaction.atomic():
        if not Room.objects.select_for_update().filter(pk=room_id).exists():
            return set()
        overdue = Presence.objects.filter(
            room_id=room_id, user_id__in=users, until__lt=timezone.now()
        )
        removed = set(overdue.values_list("user_id", flat=True))
        overdue.delete()
        return removed - _present(room_id, removed)


def _present(room_id: int, users: Collection[UUID]) -> set[UUID]:
    rows = Presence.objects.filter(room_id=room_id, user_id__in=users)
    return set(rows.values_list("user_id", flat=True))
