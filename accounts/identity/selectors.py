"""Reads of sessions: one's own, and whether one still lives."""

import uuid
from collections.abc import Collection
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session as CookieSession
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.identity.models import Session, SessionQuerySet
from accounts.models import User


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


def cookie_sessions(keys: Collection[str]) -> set[tuple[str, uuid.UUID]]:
    """Those of the pages' sessions that still log somebody in, each with whom.

    One that was opened with another password than the present does not.
    """
    if not keys:
        return set()
    rows = CookieSession.objects.filter(pk__in=keys, expire_date__gt=timezone.now())
    contents = {row.pk: row.get_decoded() for row in rows}
    users = User.objects.in_bulk({each.get(SESSION_KEY) for each in contents.values()} - {None})
    by_id = {str(key): user for key, user in users.items()}
    found: set[tuple[str, uuid.UUID]] = set()
    for key, content in contents.items():
        user = by_id.get(content.get(SESSION_KEY, ""))
        opened_with = content.get(HASH_SESSION_KEY, "")
        if user and constant_time_compare(opened_with, user.get_session_auth_hash()):
            found.add((key, user.pk))
    return found
