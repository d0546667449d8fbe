"""Files on their way in: on disk, one an upload, appended to until all of it is there.

A part becomes an object by being moved, or sent to the bucket; what fails or is
given up is removed. Nobody is served from here.
"""

import errno
import fcntl
import hashlib
import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

from backend_practice.http.problems import Conflict, InsufficientStorage, Locked

CHUNK = 256 * 1024
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Part:
    """The bytes of one upload that have come so far.

    `digest` is of what went through `append`, which is all of it only for a
    part that came in one go.
    """

    def __init__(self, upload_id: uuid.UUID, *, suffix: str = "") -> None:
        self.upload_id = upload_id
        self.path = directory() / f"{upload_id}{suffix}"
        self.digest: Any = hashlib.sha256()

    @property
    def size(self) -> int:
        """How many bytes are there; the file itself is the truth, also after a crash."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def append(self, chunks: Iterable[bytes]) -> int:
        """Add these at the end and return how many bytes that were.

        What came before an error stays. Raises `InsufficientStorage` on a full disk.
        """
        added = 0
        with room_or_problem(), open_to_append(self.path) as file:
            for chunk in chunks:
                file.write(chunk)
                self.digest.update(chunk)
                added += len(chunk)
            file.flush()
            os.fsync(file.fileno())
        return added

    def cut_to(self, size: int) -> None:
        """Forget what came after this many bytes."""
        if self.path.exists():
            os.truncate(self.path, size)

    def chunks(self) -> Iterator[bytes]:
        """All of it, piece by piece."""
        with self.path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk

    def sha256(self) -> str:
        """Of the file as it lies there."""
        digest = hashlib.sha256()
        for chunk in self.chunks():
            digest.update(chunk)
        return digest.hexdigest()

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)


def directory() -> Path:
    """Where parts lie, made on first use."""
    path: Path = settings.UPLOAD_PARTS_DIR
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def open_to_append(path: Path) -> Any:
    """Unbuffered: what was received has then been handed to the system, come what may."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    return os.fdopen(descriptor, "ab", buffering=0)


@contextmanager
def room_or_problem() -> Iterator[None]:
    """A full disk is a 507, and no crash."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise InsufficientStorage("The site has no room for this file just now.") from error
        raise


@contextmanager
def new_part(upload_id: uuid.UUID) -> Iterator[Part]:
    """A part that is gone at the end, unless it has become an object."""
    part = Part(upload_id)
    try:
        yield part
    finally:
        remove_all_of(upload_id)


@contextmanager
def locked(part: Part) -> Iterator[None]:
    """One request at a time adds to a part. Raises `Locked` for a second one.

    The system gives the lock back when a process dies.
    """
    descriptor = os.open(part.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Locked("Another request adds to this upload just now.") from error
        yield
    finally:
        os.close(descriptor)


@contextmanager
def deleted_or_problem() -> Iterator[None]:
    """A part that somebody deletes while it is being added to, or looked into, is a 409."""
    try:
        yield
    except FileNotFoundError as error:
        raise deleted_meanwhile() from error


def deleted_meanwhile() -> Conflict:
    """The error for an upload that was deleted while it was on its way."""
    return Conflict("This upload was deleted while it was on its way.", code="deleted")


def remove_all_of(upload_id: uuid.UUID) -> None:
    """Everything that lies here for this upload."""
    for path in directory().glob(f"{upload_id}*"):
        path.unlink(missing_ok=True)
