"""Waiting for what will be so in a moment: polled, and not for ever."""

import time


def eventually(is_so, *, seconds=15):
    """Return what `is_so()` gives as soon as that is true; fail after this time."""
    deadline = time.monotonic() + seconds
    while not (answer := is_so()):
        assert time.monotonic() < deadline, f"not so after {seconds} seconds"
        time.sleep(0.02)
    return answer
