"""Which processes work, and which of them have died.

Each keeps a locked file for as long as it lives: the system frees the lock even
when the process is killed, so that whoever shares the directory can tell at once.
On other machines a job's lease has to run out first.
"""

import fcntl
import os
import socket
import threading
import uuid
from pathlib import Path

from django.conf import settings

_lock = threading.Lock()
_name, _file = "", -1  # open, and so locked, as long as this process lives


def this_worker() -> str:
    """This process's name as a worker. A process forked from it has one of its own."""
    global _name, _file
    with _lock:
        if not _name:
            _name, _file = _new_name()
        return _name


def _begin() -> None:
    """In a forked process, which shall not keep its parent's lock when that one dies."""
    global _lock, _name, _file
    if _name:
        os.close(_file)
    _lock, _name, _file = threading.Lock(), "", -1


os.register_at_fork(after_in_child=_begin)


def dead() -> list[str]:
    """The workers that are known to be gone, until they are forgotten."""
    return [path.name for path in _directory().iterdir() if is_dead(path.name)]


def is_dead(name: str) -> bool:
    """Whether this worker is known to be gone; False where that cannot be known."""
    path = _directory() / name
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # no such file: of another machine, or locked: alive
        return False
    return True


def forget(names: list[str]) -> None:
    """Remove the files of these, once their jobs are in other hands."""
    for name in names:
        (_directory() / name).unlink(missing_ok=True)


def _new_name() -> tuple[str, int]:
    name = f"{socket.gethostname()[:50]}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    draft = _directory().parent / f"{name}.new"
    file = os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600)
    fcntl.flock(file, fcntl.LOCK_EX)
    draft.rename(_directory() / name)  # seen locked or not at all
    return name, file


def _directory() -> Path:
    directory: Path = settings.DATA_DIR / "workers"
    directory.mkdir(parents=True, exist_ok=True)
    return directory
