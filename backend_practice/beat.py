"""Celery's beat, which hears of its end between two looks at its schedule."""

import os
import signal
from typing import Any

from celery import platforms
from celery.apps import beat

# For one look at the schedule, the longest of which waits for a broker that is away.
SECONDS_TO_END = 10


class Beat(beat.Beat):
    """`celery beat`, which ends with 0 within `SECONDS_TO_END` of SIGTERM or SIGINT.

    Celery's own handler opens and closes the schedule's file itself, whatever the process
    was at: opening that very file, or sending, where the error that came of it was logged
    and beat went on.
    """

    def install_sync_handler(self, service: Any) -> None:
        """Have them noted; `CELERY_BEAT_MAX_LOOP_INTERVAL` says how often that is looked at."""

        def told(*args: Any) -> None:
            service.stop()
            signal.alarm(SECONDS_TO_END)

        def give_up(*args: Any) -> None:
            os._exit(0)

        platforms.signals.update(SIGTERM=told, SIGINT=told, SIGALRM=give_up)
