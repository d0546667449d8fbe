"""Not asking somebody who does not answer: a circuit that opens after failures in a row."""

import threading
import time
from collections.abc import Callable

FAILURES = 5
SECONDS_OPEN = 5.0

CLOSED, OPEN, HALF_OPEN = "closed", "open", "half open"


class Circuit:
    """Closed: everybody may ask. Open: nobody, for some seconds. Then one tries for all."""

    def __init__(self, *, failures: int = FAILURES, seconds: float = SECONDS_OPEN) -> None:
        self.most_failures, self.seconds_open = failures, seconds
        self.failures = 0
        self.opened_at: float | None = None
        self.is_tried = False
        self.clock: Callable[[], float] = time.monotonic
        self._lock = threading.Lock()

    @property
    def state(self) -> str:
        if self.opened_at is None:
            return CLOSED
        return OPEN if self.clock() - self.opened_at < self.seconds_open else HALF_OPEN

    def lets_through(self) -> bool:
        """Whether to ask; half open, only the first who wants to know."""
        with self._lock:
            if self.state == HALF_OPEN and not self.is_tried:
                self.is_tried = True
                return True
            return self.state == CLOSED

    def succeeded(self) -> None:
        """It has answered."""
        with self._lock:
            self.failures, self.opened_at, self.is_tried = 0, None, False

    def failed(self) -> None:
        """It has not."""
        with self._lock:
            self.failures += 1
            if self.failures >= self.most_failures or self.opened_at is not None:
                self.opened_at, self.is_tried = self.clock(), False

    def seconds_to_wait(self) -> int:
        """Until it is tried again, at least one."""
        since = self.clock() - self.opened_at if self.opened_at is not None else 0.0
        return max(1, round(self.seconds_open - since))
