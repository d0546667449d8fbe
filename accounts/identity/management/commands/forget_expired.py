"""`manage.py forget_expired`: deletes what is of no use any more, as workers do every few hours."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.identity.expiry import forget_expired


class Command(BaseCommand):
    help = "Deletes expired codes and tickets, and sessions that expired 30 days ago."

    def handle(self, *args: Any, **options: Any) -> None:
        sessions, codes, tickets = forget_expired()
        self.stdout.write(f"{sessions} sessions, {codes} codes and {tickets} tickets deleted.")
