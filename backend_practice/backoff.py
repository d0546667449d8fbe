"""How long to wait before the next attempt: longer each time, and never in step with others."""

import random


def backoff(attempts: int, *, first: float = 1.0, longest: float = 600.0) -> float:
    """Seconds to wait after this many attempts: doubled each time, within a fifth of it."""
    seconds = min(longest, first * 2.0 ** min(attempts - 1, 30))
    return seconds * random.uniform(0.8, 1.2)  # noqa: S311 - nobody gains by guessing it
