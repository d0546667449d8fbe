"""Who wants to know at once, in this process, that a job has changed."""

from collections.abc import Callable
from uuid import UUID

Listener = Callable[[UUID], object]

_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Call this after each change that this process commits, in whichever thread it did."""
    if listener not in _listeners:
        _listeners.append(listener)


def changed(job_id: UUID) -> None:
    """Tell the listeners."""
    for listener in _listeners:
        listener(job_id)
