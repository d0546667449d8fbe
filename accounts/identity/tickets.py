"""Tickets: a browser cannot send a header with a WebSocket, so it brings one of these."""

import secrets
import uuid
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from accounts.identity.codes import digest_of
from accounts.identity.models import Session, Ticket
from accounts.identity.selectors import live_session
from accounts.models import User


def issue_ticket(user: User, session_id: uuid.UUID | None) -> str:
    """A ticket for this user, and for the session that asked, if it was one with tokens."""
    ticket = secrets.token_urlsafe(24)
    Ticket.objects.filter(expires_at__lt=timezone.now()).delete()
    Ticket.objects.create(
        digest=digest_of(ticket),
        user=user,
        session_id=session_id,
        expires_at=timezone.now() + timedelta(seconds=settings.TICKET_SECONDS),
    )
    return ticket


def redeem_ticket(text: str) -> tuple[User, Session | None] | None:
    """Who may open the socket; None for a ticket that is unknown, used or too old."""
    tickets = Ticket.objects.select_related("user").filter(digest=digest_of(text))
    ticket = tickets.first()
    if ticket is None or not Ticket.objects.filter(pk=ticket.pk).delete()[0]:
        return None
    if ticket.expires_at <= timezone.now() or not ticket.user.is_active:
        return None
    if ticket.session_id is None:
        return ticket.user, None
    session = live_session(ticket.session_id, user_id=ticket.user_id)
    return (ticket.user, session) if session else None
