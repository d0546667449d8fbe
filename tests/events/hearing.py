"""A process that hears: `python -m tests.events.hearing deliver|consume_events|relay_events`.

Its handler tells each event again as `tests.thing.heard`, in the transaction that notes
it as handled, so that the outbox shows what was heard, in which order. Told `"kill": true`,
it kills its process in the middle of that, once: the file that it writes first says so.
"""

import os
import signal
import sys
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import close_old_connections  # noqa: E402

from events import deliverer  # noqa: E402
from events.handlers import on  # noqa: E402
from events.models import Delivery, OutboxEvent  # noqa: E402
from events.outbox import publish  # noqa: E402


@on("tests.thing.happened")
def tell_again(event):
    publish("tests.thing.heard", event.data, subject=event.subject)
    if event.data.get("kill"):
        killed = Path(settings.DATA_DIR) / "killed"
        if not killed.exists():
            killed.touch()
            os.kill(os.getpid(), signal.SIGKILL)


def deliver():
    """Deliver until nothing waits any more."""
    while OutboxEvent.objects.filter(sent_at=None).exists() or Delivery.objects.waiting().exists():
        close_old_connections()
        deliverer.deliver_all()


if __name__ == "__main__":
    deliver() if sys.argv[1] == "deliver" else call_command(sys.argv[1])
