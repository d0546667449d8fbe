"""The thread that delivers events beside everything else that a process does."""

import logging
import threading
from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.db import close_old_connections, connections

from events import in_process, inbox, waking

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_AFTER_A_FAILURE = 5.0

_lock = threading.Lock()
_running: threading.Thread | None = None


def start(*, is_over: Callable[[], bool] = lambda: False) -> None:
    """Deliver events in a thread of this process until `is_over`; started twice, it is one."""
    global _running
    with _lock:
        if _running is None or not _running.is_alive():
            work = partial(deliver_until, is_over)
            _running = threading.Thread(target=work, name="events", daemon=True)
            _running.start()


def finish(seconds: float) -> None:
    """Let a thread whose end has come bring the handler at hand to its end, up to this time."""
    if _running is not None:
        waking.wake()
        _running.join(seconds)


def deliver_until(is_over: Callable[[], bool]) -> None:
    """Deliver what there is, wait for more; the database may go and come back."""
    try:
        while not is_over():
            if not _delivered_any():
                waking.wait(SECONDS_BETWEEN_LOOKS)
    finally:
        connections.close_all()


def deliver_all() -> None:
    """Deliver whatever can be delivered now, and return."""
    while _one_round():
        pass


def _delivered_any() -> bool:
    try:
        close_old_connections()
        return bool(_one_round())
    except Exception:
        logger.exception("Events could not be delivered")
        connections.close_all()
        waking.wait(SECONDS_AFTER_A_FAILURE)
        return False


def _one_round() -> int:
    """With a broker the outbox is the relay's to empty."""
    passed_on = 0 if settings.BROKER_URL else in_process.pass_on()
    return passed_on + inbox.deliver_due()
