"""Waiting for something, with a bound."""

import time


def until(holds, *, seconds=10, otherwise=lambda: ""):
    """Return as soon as this holds; fail with what `otherwise` says if it never does."""
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline, otherwise()
        time.sleep(0.02)
    return found
