"""Files of users, for apps that must not import the one that keeps them.

`settings.FILES` names the module that does the work: `uploads.port`, or in another
service one that asks the uploads service.
"""

import uuid
from collections.abc import Iterable
from contextlib import AbstractContextManager
from importlib import import_module
from typing import Any, BinaryIO, Protocol

from django.conf import settings


class NoSuchFile(Exception):
    """It is not there, not this owner's, or not all of it has come yet."""


class OpenFile(Protocol):
    """A file to read, at its start and seekable."""

    name: str
    size: int

    def read(self, size: int = -1, /) -> bytes: ...
    def seek(self, offset: int, whence: int = 0, /) -> int: ...
    def tell(self) -> int: ...


def open_upload(upload_id: uuid.UUID, *, owner_id: Any) -> AbstractContextManager[Any]:
    """This owner's upload as an `OpenFile`, with the name that the owner gave it.

    Raises `NoSuchFile`.
    """
    opened: AbstractContextManager[BinaryIO] = _keeper().open_upload(upload_id, owner_id=owner_id)
    return opened


def store_upload(
    chunks: Iterable[bytes],
    *,
    owner_id: Any,
    name: str,
    content_type: str,
    upload_id: uuid.UUID | None = None,
) -> uuid.UUID:
    """The id of a new upload of this owner, which counts against the owner's quota.

    `content_type` is what the content must turn out to be. With an `upload_id`
    that is stored already nothing is stored again. Raises the problems
    of an upload: `TooLarge`, `UnsupportedContent`, `InsufficientStorage`.
    """
    stored: uuid.UUID = _keeper().store_upload(
        chunks, owner_id=owner_id, name=name, content_type=content_type, upload_id=upload_id
    )
    return stored


def _keeper() -> Any:
    return import_module(settings.FILES)
