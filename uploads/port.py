"""What other apps may do with uploads, without importing this one: see `backend_practice.files`."""

import io
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from django.conf import settings

from backend_practice.files import NoSuchFile
from backend_practice.http.problems import Conflict, UnsupportedContent
from uploads import quota, services
from uploads.checks import look_into
from uploads.kinds import ALIASES, Claim
from uploads.models import Upload, new_upload_id
from uploads.names import cleaned
from uploads.parts import locked, new_part
from uploads.storages import objects


class NamedFile(io.BufferedReader):
    """A file that knows what its owner calls it, and how long it is."""

    def __init__(self, file: BinaryIO, name: str, size: int) -> None:
        super().__init__(RawFile(file))
        self._name, self.size = name, size

    @property
    def name(self) -> str:
        return self._name


class RawFile(io.RawIOBase):
    """Any readable, seekable file below a buffer."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        chunk = self.file.read(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def seek(self, offset: int, whence: int = 0) -> int:
        self.file.seek(offset, whence)
        return self.file.tell()

    def tell(self) -> int:
        return self.file.tell()

    def close(self) -> None:
        if not self.closed:
            self.file.close()
        super().close()


@contextmanager
def open_upload(upload_id: uuid.UUID, *, owner_id: Any) -> Iterator[NamedFile]:
    """Raises `NoSuchFile`."""
    upload = Upload.objects.stored().filter(pk=upload_id, owner_id=owner_id).first()
    if upload is None:
        raise NoSuchFile(f"There is no upload {upload_id} of this owner, or it is not finished.")
    try:
        file = objects().opened(upload.key)
    except FileNotFoundError as error:
        raise NoSuchFile(f"The content of upload {upload_id} is lost.") from error
    with NamedFile(file, upload.name, upload.size) as named:
        yield named


def store_upload(
    chunks: Iterable[bytes],
    *,
    owner_id: Any,
    name: str,
    content_type: str,
    upload_id: uuid.UUID | None = None,
) -> uuid.UUID:
    """Raises the problems of an upload, also for an `upload_id` that somebody else's has."""
    name = cleaned(name)
    with new_part(upload_id or new_upload_id()) as part, locked(part):
        if is_stored(part.upload_id, owner_id):
            return part.upload_id
        part.remove()  # what a process that died has left of it
        part.append(within_limit(chunks))
        finding = look_into(part, Claim(name), sha256=part.digest.hexdigest())
        if finding.content_type != ALIASES.get(content_type, content_type):
            detail = f"The content is {finding.content_type}, and not {content_type}."
            raise UnsupportedContent(detail, pointer="/content_type", code="type_mismatch")
        return services.keep(part, finding, owner_id=owner_id, name=name).pk


def is_stored(upload_id: uuid.UUID, owner_id: Any) -> bool:
    """Whether this owner's upload of this id is there already."""
    stored = Upload.objects.stored().filter(pk=upload_id).first()
    if stored is not None and stored.owner_id != owner_id:
        raise Conflict("An upload of this id is somebody else's.")
    return stored is not None


def within_limit(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks. Raises `TooLarge` once they are more than an upload may have."""
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > settings.MAX_UPLOAD_BYTES:
            raise quota.upload_too_large()
        yield chunk
