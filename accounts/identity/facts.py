"""What this app tells others: people who came, changed and went, and sessions that ended."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import F

from accounts.identity import deletions
from accounts.models import User
from events.outbox import publish, publish_many

CREATED = "accounts.user.created"
UPDATED = "accounts.user.updated"
SESSION_ENDED = "accounts.session.ended"
# What others keep of a user: no address, which none of them needs.
TOLD = ("is_active", "is_staff", "name")


def tell_saved(
    sender: Any, instance: User, created: bool, update_fields: Any = None, **signal: Any
) -> None:
    """Called after each save of a user, inside its transaction."""
    if created:
        _tell(CREATED, instance)
    elif update_fields is None or set(TOLD) & set(update_fields):
        tell_updated(instance)


def tell_updated(user: User) -> None:
    """Tell how the user is now, under a number that is higher than any before."""
    User.objects.filter(pk=user.pk).update(version=F("version") + 1)
    user.version = User.objects.values_list("version", flat=True).get(pk=user.pk)
    _tell(UPDATED, user)


def _tell(event_type: str, user: User) -> None:
    facts = {name: getattr(user, name) for name in TOLD}
    publish(
        event_type,
        {"id": str(user.pk), "version": user.version, **facts},
        subject=str(user.pk),
    )


def tell_deleted(sender: Any, instance: User, **signal: Any) -> None:
    """Called after each deletion of a user, inside its transaction."""
    deletions.begin(instance.pk)


def tell_sessions_ended(sessions: Iterable[tuple[UUID, UUID]]) -> None:
    """Sessions and whose they were."""
    publish_many(
        SESSION_ENDED,
        ((str(user), {"id": str(key), "user": str(user)}) for key, user in sessions),
    )
