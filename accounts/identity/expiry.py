"""Forgetting what is of no use any more."""

from typing import NamedTuple

from django.utils import timezone

from accounts.identity.models import OneTimeCode, Ticket
from accounts.identity.sessions import forget_expired_sessions


class Forgotten(NamedTuple):
    """How many rows were deleted."""

    sessions: int
    codes: int
    tickets: int


def forget_expired() -> Forgotten:
    """Delete expired codes and tickets, and sessions that expired 30 days ago."""
    now = timezone.now()
    codes, _ = OneTimeCode.objects.filter(expires_at__lte=now).delete()
    tickets, _ = Ticket.objects.filter(expires_at__lte=now).delete()
    return Forgotten(forget_expired_sessions(), codes, tickets)
