"""Relay, consumer and handlers of a process: beside its requests, or in one of their own."""

import threading

from backend_practice.stopping import on_stop
from events import deliverer
from events.consumer import consume_until
from events.relay import relay_until

SECONDS_TO_FINISH = 3


def start() -> None:
    """Carry events in threads of this process, until it is told to end."""
    stop = threading.Event()
    on_stop(stop.set)
    deliverer.start(is_over=stop.is_set)
    for carry in (relay_until, consume_until):
        threading.Thread(target=carry, args=(stop,), name=carry.__name__, daemon=True).start()


def carry_until(stop: threading.Event) -> None:
    """Carry events until told to stop."""
    relay = threading.Thread(target=relay_until, args=(stop,), name="relay", daemon=True)
    relay.start()
    deliverer.start(is_over=stop.is_set)
    consume_until(stop)
    deliverer.finish(SECONDS_TO_FINISH)
    relay.join(SECONDS_TO_FINISH)
