"""`manage.py carry_events`: relay and consumer of one service in one process."""

import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from backend_practice.stopping import stop_signal
from events import deliverer
from events.consumer import consume_until
from events.management.commands.consume_events import SECONDS_TO_FINISH
from events.relay import relay_until


class Command(BaseCommand):
    help = "What relay_events and consume_events do, in one process."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.BROKER_URL:
            raise CommandError("BROKER_URL is not set: events are delivered in the site itself.")
        stop = stop_signal()
        relay = threading.Thread(target=relay_until, args=(stop,), name="relay")
        relay.start()
        deliverer.start(is_over=stop.is_set)
        consume_until(stop)
        deliverer.finish(SECONDS_TO_FINISH)
        relay.join(SECONDS_TO_FINISH)
