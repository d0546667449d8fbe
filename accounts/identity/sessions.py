"""Opening, renewing and ending sessions.

A refresh is a compare-and-swap on the session's generation: of many that come
at once one wins, and the others are given what it won.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from rest_framework.exceptions import AuthenticationFailed

from accounts.identity.facts import tell_sessions_ended
from accounts.identity.models import OneTimeCode, Session, Ticket
from accounts.identity.refresh_tokens import RefreshToken, read_refresh_token
from accounts.models import User
from accounts.tokens import AccessToken


@dataclass(frozen=True)
class TokenPair:
    """What a login or a refresh gives; `expires_in` is the access token's, in seconds."""

    access: str
    refresh: str
    expires_in: int


class RefreshRefused(AuthenticationFailed):
    """The refresh token is not ours, has been used, or its session has ended."""

    default_detail = "This refresh token does not hold: log in again."
    default_code = "invalid_refresh"


def open_session(user: Any, *, device: str = "", address: str | None = None) -> TokenPair:
    """A new session of this user, on this device and from this address."""
    now = timezone.now()
    session = Session.objects.create(
        user=user, device=device, address=address, expires_at=_expiry(now, now)
    )
    return _pair(session)


def refresh_session(text: str) -> TokenPair:
    """The next pair of the session whose refresh token this is.

    The token before the newest gives the same successor again for
    `REFRESH_GRACE_SECONDS`; after that, and for any older one, its reuse means
    that two parties hold it, and the whole session is ended.

    Raises `RefreshRefused`.
    """
    token = read_refresh_token(text)
    if token is None:
        raise RefreshRefused
    session = _live(token)
    if token.generation == session.generation:
        if _advance(session):
            return _pair(session)
        session = _live(token)  # another request was faster
    if token.generation == session.generation - 1 and _is_within_grace(session):
        return _pair(session)
    if token.generation < session.generation:
        end_sessions(session_ids=[session.pk], reason="refresh token reused")
    raise RefreshRefused


def end_session_of(text: str) -> None:
    """Log out: end the session whose refresh token this is, be it the newest or not.

    Raises `RefreshRefused` for a token that is not ours.
    """
    token = read_refresh_token(text)
    if token is None:
        raise RefreshRefused
    end_sessions(session_ids=[token.session_id], reason="logged out")


def end_sessions(
    *,
    reason: str,
    user: Any = None,
    session_ids: list[uuid.UUID] | None = None,
    except_id: uuid.UUID | None = None,
) -> int:
    """End these sessions, or all of a user's but one; how many were ended.

    Their access tokens are refused from the next request on.
    """
    sessions = Session.objects.filter(ended_at=None)
    if user is not None:
        sessions = sessions.filter(user=user)
    if except_id is not None:
        sessions = sessions.exclude(pk=except_id)
    if session_ids is not None:
        sessions = sessions.filter(pk__in=session_ids)
    with transaction.atomic():
        ended = list(sessions.select_for_update().values_list("pk", "user_id"))
        tell_sessions_ended(ended)
        keys = [key for key, _ in ended]
        now = timezone.now()
        return Session.objects.filter(pk__in=keys).update(ended_at=now, end_reason=reason)


def end_sessions_after_password_change(user: User, **signal: Any) -> None:
    """Whoever knew the old password is logged out; the session that changed it stays.

    What they have asked for meanwhile, a new address above all, comes to nothing.
    """
    codes = OneTimeCode.objects.filter(user=user)
    codes.exclude(purpose=OneTimeCode.VERIFY, email=user.email).delete()
    Ticket.objects.filter(user=user, session=None).delete()  # the others end with their session
    end_sessions(user=user, except_id=user.session_in_use, reason="password changed")


def end_access_of_disabled(user: User, **signal: Any) -> None:
    """Nothing of a disabled user comes back to life if the account does."""
    OneTimeCode.objects.filter(user=user).delete()
    Ticket.objects.filter(user=user).delete()
    end_sessions(user=user, reason="account disabled")


def forget_expired_sessions() -> int:
    """Delete sessions that ended or expired more than 30 days ago; how many."""
    limit = timezone.now() - timedelta(days=30)
    return Session.objects.filter(Q(expires_at__lt=limit) | Q(ended_at__lt=limit)).delete()[0]


def _advance(session: Session) -> bool:
    """Compare and swap; whether this call was the one."""
    now = timezone.now()
    same = Session.objects.filter(pk=session.pk, generation=session.generation, ended_at=None)
    session.generation += 1
    advanced = same.update(
        generation=session.generation,
        rotated_at=now,
        last_used_at=now,
        expires_at=_expiry(session.created_at, now),
    )
    return advanced == 1


def _live(token: RefreshToken) -> Session:
    session = Session.objects.live().select_related("user").filter(pk=token.session_id).first()
    if session is None:
        raise RefreshRefused
    return session


def _is_within_grace(session: Session) -> bool:
    grace = timedelta(seconds=settings.REFRESH_GRACE_SECONDS)
    return timezone.now() - session.rotated_at <= grace


def _expiry(created_at: datetime, now: datetime) -> datetime:
    """Renewed by each use, but never beyond a session's longest life."""
    return min(
        now + timedelta(seconds=settings.REFRESH_TOKEN_SECONDS),
        created_at + timedelta(seconds=settings.SESSION_SECONDS),
    )


def _pair(session: Session) -> TokenPair:
    return TokenPair(
        access=str(AccessToken.for_session(session.pk, session.user)),
        refresh=str(RefreshToken(session.pk, session.generation)),
        expires_in=settings.ACCESS_TOKEN_SECONDS,
    )
