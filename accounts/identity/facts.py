"""What this app tells others: people who came, changed and went, and sessions that ended."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from accounts.models import User
from events.outbox import publish, publish_many

CREATED = "accounts.user.created"
UPDATED = "accounts.user.updated"
DELETED = "accounts.user.deleted"
SESSION_ENDED = "accounts.session.ended"
# What others keep of a user; a new password or a login is nothing to them.
TOLD = frozenset({"email", "name", "is_active", "is_staff"})


def tell_saved(
    sender: Any, instance: User, created: bool, update_fields: Any = None, **signal: Any
) -> None:
    """Called after each save of a user, inside its transaction."""
    if update_fields is None or TOLD & set(update_fields):
        tell_user(CREATED if created else UPDATED, instance)


def tell_user(event_type: str, user: User) -> None:
    facts = {"id": str(user.pk), **{name: getattr(user, name) for name in sorted(TOLD)}}
    publish(event_type, facts, subject=str(user.pk))


def tell_deleted(sender: Any, instance: User, **signal: Any) -> None:
    """Called after each deletion of a user, inside its transaction."""
    publish(DELETED, {"id": str(instance.pk)}, subject=str(instance.pk))


def tell_sessions_ended(sessions: Iterable[tuple[UUID, UUID]]) -> None:
    """Sessions and whose they were."""
    publish_many(
        SESSION_ENDED,
        ((str(user), {"id": str(key), "user": str(user)}) for key, user in sessions),
    )
