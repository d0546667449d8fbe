"""`manage.py consume_events`: takes events in from the broker, until it is told to stop."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from backend_practice.stopping import stop_signal
from events import deliverer
from events.consumer import consume_until

SECONDS_TO_FINISH = 3


class Command(BaseCommand):
    help = "Takes events in from the broker that BROKER_URL names, and calls their handlers."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.BROKER_URL:
            raise CommandError("BROKER_URL is not set: events are delivered in the site itself.")
        stop = stop_signal()
        deliverer.start(is_over=stop.is_set)
        consume_until(stop)
        deliverer.finish(SECONDS_TO_FINISH)
