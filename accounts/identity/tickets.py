"""Tickets: a browser cannot send a header with a WebSocket, so it brings one of these."""

import secrets
import uuid
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone

from accounts.identity.codes import digest_of
from accounts.identity.models import Session, Ticket
from accounts.identity.selectors import live_session
from accounts.models import User


class Holder(NamedTuple):
    """Whose ticket it was, and the session that asked for it: one with tokens, or a cookie's."""

    user: User
    session: Session | None
    cookie: str | None = None


def issue_ticket(user: User, session_id: uuid.UUID | None, cookie: str | None = None) -> str:
    """A ticket for this user, and for the session that asked, by its id or its cookie's key."""
    ticket = secrets.token_urlsafe(24)
    Ticket.objects.filter(expires_at__lt=timezone.now()).delete()
    Ticket.objects.create(
        digest=digest_of(ticket),
        user=user,
        session_id=session_id,
        cookie_session_id=cookie,
        expires_at=timezone.now() + timedelta(seconds=settings.TICKET_SECONDS),
    )
    return ticket


def redeem_ticket(text: str) -> Holder | None:
    """Who may open the socket; None for a ticket that is unknown, used or too old."""
    tickets = Ticket.objects.select_related("user").filter(digest=digest_of(text))
    ticket = tickets.first()
    if ticket is None or not Ticket.objects.filter(pk=ticket.pk).delete()[0]:
        return None
    if ticket.expires_at <= timezone.now() or not ticket.user.is_active:
        return None
    if ticket.session_id is None:
        return Holder(ticket.user, None, ticket.cookie_session_id)
    session = live_session(ticket.session_id, user_id=ticket.user_id)
    return Holder(ticket.user, session) if session else None
