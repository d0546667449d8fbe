"""How much one user may send: so many a second, and so many at once."""

import time


class Bucket:
    """A token bucket: `rate` a second, `burst` at once."""

    def __init__(self, rate: float, burst: int) -> None:
        self.rate, self.burst = rate, burst
        self.tokens, self.filled_at = float(burst), time.monotonic()

    def take(self) -> bool:
        """Whether there was one."""
        now = time.monotonic()
        self.tokens = min(self.burst, self.tokens + (now - self.filled_at) * self.rate)
        self.filled_at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

    @property
    def is_full(self) -> bool:
        """Whether a new one would be the same."""
        return self.tokens + (time.monotonic() - self.filled_at) * self.rate >= self.burst


class Allowance:
    """What one user may send in this process, over all sockets: messages, signs, and misses.

    Who goes on beyond the limit uses up the patience as well.
    """

    def __init__(self, rate: float, burst: int) -> None:
        self.messages, self.signs = Bucket(rate, burst), Bucket(rate, burst)
        self.patience = Bucket(1, burst)

    @property
    def is_fresh(self) -> bool:
        """Whether a new one would be the same."""
        return all(each.is_full for each in (self.messages, self.signs, self.patience))
