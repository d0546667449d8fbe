"""How the thread that delivers events learns at once that there is something to do.

A hint and no more: it looks by itself as well, so a hint that is lost costs a second.
"""

import threading

_something_to_do = threading.Event()


def wake() -> None:
    """Say that there is something to do."""
    _something_to_do.set()


def wait(seconds: float) -> None:
    """Return when somebody has said so, or after this time."""
    _something_to_do.wait(seconds)
    _something_to_do.clear()
