"""Reads of sessions: one's own, and whether one still lives."""

import uuid
from typing import Any

from accounts.identity.models import Session, SessionQuerySet


def live_session(session_id: uuid.UUID, *, user_id: uuid.UUID) -> Session | None:
    """The session with its user, if it lives and is this user's; one query."""
    sessions = Session.objects.live().select_related("user")
    return sessions.filter(pk=session_id, user_id=user_id).first()


def has_been_logged_in(email: str, address: str) -> bool:
    """Whether a session of this account was opened from this address."""
    return bool(address) and Session.objects.filter(user__email=email, address=address).exists()


def live_sessions_of(user: Any) -> SessionQuerySet:
    """Where this user is logged in; a stranger's session is not found here."""
    return Session.objects.live().filter(user=user)
