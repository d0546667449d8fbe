"""`manage.py relay_events`: passes events on to the broker, until it is told to stop."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from backend_practice.stopping import stop_signal
from events.relay import relay_until


class Command(BaseCommand):
    help = "Passes events on from the outbox to the broker that BROKER_URL names."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.BROKER_URL:
            raise CommandError("BROKER_URL is not set: events are delivered in the site itself.")
        relay_until(stop_signal())
