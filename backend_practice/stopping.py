"""How what runs in this process learns that it is about to end."""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

logger = logging.getLogger(__name__)

# From the signal to the end, for work that does not stop by itself.
SECONDS_TO_END = 15

_callbacks: list[Callable[[], object]] = []
_told = threading.Event()


def stop_signal() -> threading.Event:
    """An event that is set by SIGTERM and SIGINT, for a command that runs until then."""
    stop = threading.Event()

    def told(*args: Any) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told)
    return stop


def on_stop(callback: Callable[[], object]) -> None:
    """Call this once the process has been told to end; in the main thread, so be quick."""
    if callback not in _callbacks:
        _callbacks.append(callback)


def stopping() -> None:
    """Tell whoever wanted to know that the process is about to end."""
    _told.set()
    for callback in _callbacks:
        try:
            callback()
        except Exception:
            logger.exception("Something could not be told of the end")


def is_stopping() -> bool:
    """Whether the process has been told to end, and only finishes what is under way."""
    return _told.is_set()


def listen_for_the_end() -> None:
    """Hear the signals that the server hears, before it does; in the main thread alone.

    A server waits for its connections, and Python for its threads: a stream that
    goes on and a job that runs are told here, or both would wait for them.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _told_first(signal.getsignal(number)))


def end_in_time() -> None:
    """End the process after `SECONDS_TO_END` whatever still runs: its row says how to go on."""

    def end() -> None:
        time.sleep(SECONDS_TO_END)
        logger.warning("What still runs is given up")
        logging.shutdown()
        os._exit(0)

    threading.Thread(target=end, name="end", daemon=True).start()


def _told_first(server: Any) -> Callable[..., None]:
    def told(number: int, frame: Any) -> None:
        stopping()
        if callable(server):
            server(number, frame)

    return told
