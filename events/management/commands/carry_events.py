"""`manage.py carry_events`: relay and consumer of one service in one process."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from backend_practice.stopping import stop_signal
from events.carrier import carry_until


class Command(BaseCommand):
    help = "What relay_events and consume_events do, in one process."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.BROKER_URL:
            raise CommandError("BROKER_URL is not set: events are delivered in the site itself.")
        carry_until(stop_signal())
