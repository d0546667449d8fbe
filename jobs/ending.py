"""Whether this process has been told to end, or the one that it was forked from.

Celery's default pool has jobs in child processes, and the signal goes to their
parent: a byte of memory that both share tells them.
"""

import mmap
import os

_flags = [mmap.mmap(-1, 1)]  # the last one is this process's own, the one before its parent's


def _begin() -> None:
    """In a forked process, whose end shall not be that of its parent, nor of its siblings."""
    global _flags
    _flags = [_flags[-1], mmap.mmap(-1, 1)]


os.register_at_fork(after_in_child=_begin)


def tell() -> None:
    """This process is about to end, and so are its children. Safe in a signal handler."""
    _flags[-1][0] = 1


def is_told() -> bool:
    """Whether to begin nothing any more, and to stop where one can."""
    return any(flag[0] for flag in _flags)
