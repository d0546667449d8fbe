"""`manage.py forget_expired`: deletes what is of no use any more; for a daily timer."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.identity.models import OneTimeCode, Ticket
from accounts.identity.sessions import forget_expired_sessions


class Command(BaseCommand):
    help = "Deletes expired codes and tickets, and sessions that expired 30 days ago."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        codes, _ = OneTimeCode.objects.filter(expires_at__lte=now).delete()
        tickets, _ = Ticket.objects.filter(expires_at__lte=now).delete()
        sessions = forget_expired_sessions()
        self.stdout.write(f"{sessions} sessions, {codes} codes and {tickets} tickets deleted.")
