"""A process that hears: `python -m tests.events.hearing deliver|consume_events|relay_events`.

`--kill-once` after it: it kills itself at the worst moment, unless it has done so before.

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

from events import deliverer, inbox, leases  # noqa: E402
from events.handlers import on  # noqa: E402
from events.models import Delivery, OutboxEvent  # noqa: E402
from events.outbox import publish  # noqa: E402
from events.sender import Sender  # noqa: E402

# What a killed process held is free again after this.
inbox.SECONDS_FOR_A_HANDLER = leases.SECONDS = 2


@on("tests.thing.happened")
def tell_again(event):
    publish("tests.thing.heard", event.data, subject=event.subject)
    if event.data.get("kill"):
        kill_once()


def kill_once():
    killed = Path(settings.DATA_DIR) / "killed"
    if not killed.exists():
        killed.touch()
        os.kill(os.getpid(), signal.SIGKILL)


def kill_before_what_was_sent_is_marked():
    take_arrived = Sender.take_arrived

    def take_and_die(sender):
        arrived = take_arrived(sender)
        if arrived:
            kill_once()
        return arrived

    Sender.take_arrived = take_and_die


def kill_before_what_was_taken_in_is_acknowledged():
    receive = inbox.receive

    def receive_and_die(events):
        receive(events)
        kill_once()

    inbox.receive = receive_and_die


WORST = {
    "relay_events": kill_before_what_was_sent_is_marked,
    "consume_events": kill_before_what_was_taken_in_is_acknowledged,
}


def deliver():
    """Deliver until nothing waits any more."""
    while OutboxEvent.objects.filter(sent_at=None).exists() or Delivery.objects.waiting().exists():
        close_old_connections()
        deliverer.deliver_all()


if __name__ == "__main__":
    command = sys.argv[1]
    if sys.argv[2:] == ["--kill-once"]:
        WORST[command]()
    deliver() if command == "deliver" else call_command(command)
