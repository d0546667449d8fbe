"""Files under way, shared fairly: each holds a thread, and nobody may hold all of a process's."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings

from backend_practice.http.problems import TooManyRequests

SECONDS_TO_WAIT = 5
_held: Counter[Any] = Counter()
_counting = threading.Lock()


@contextmanager
def turn_of(owner_id: Any) -> Iterator[None]:
    """For as long as a file of this user's comes in or goes out.

    Raises `TooManyRequests` for one more than `FILES_AT_ONCE_A_USER` in this process.
    """
    begin(owner_id)
    try:
        yield
    finally:
        end(owner_id)


def begin(owner_id: Any) -> None:
    """Count one more; whoever calls this calls `end`. Raises `TooManyRequests`."""
    limit: int = settings.FILES_AT_ONCE_A_USER
    with _counting:
        if _held[owner_id] >= limit:
            detail = f"{limit} of your files are under way already: let some of them end first."
            raise TooManyRequests(
                detail, name="FILES_AT_ONCE_A_USER", value=limit, retry_after=SECONDS_TO_WAIT
            )
        _held[owner_id] += 1


def end(owner_id: Any) -> None:
    """Count one less."""
    with _counting:
        _held[owner_id] -= 1
        if _held[owner_id] <= 0:
            del _held[owner_id]
