"""`backend_practice.files` where uploads are another service's: the same over HTTP."""

import tempfile
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any

import httpx

from backend_practice.files import NoSuchFile
from backend_practice.services.client import ask, raise_problem, streamed

UPLOADS = "uploads"
CHUNK = 64 * 1024
IN_MEMORY = 1024 * 1024
SECONDS_TO_STORE = 60.0


class RemoteFile:
    """An upload to read. Its content comes when it is first asked for, onto this machine's disk."""

    def __init__(self, upload_id: uuid.UUID, owner_id: Any, name: str, size: int) -> None:
        self.upload_id, self.owner_id = upload_id, owner_id
        self.name, self.size = name, size
        self._fetched: IO[bytes] | None = None

    def __getattr__(self, name: str) -> Any:
        """What a file has besides a name and a size."""
        return getattr(self._content(), name)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._content())

    def close(self) -> None:
        if self._fetched is not None:
            self._fetched.close()

    def _content(self) -> IO[bytes]:
        if self._fetched is None:
            self._fetched = self._fetch()
        return self._fetched

    def _fetch(self) -> IO[bytes]:
        file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - `close` does
        with streamed(UPLOADS, f"{path_of(self.upload_id)}content/", user_id=self.owner_id) as got:
            refuse_missing(got, self.upload_id)
            for chunk in got.iter_bytes(CHUNK):
                file.write(chunk)
        file.seek(0)
        return file


@contextmanager
def open_upload(upload_id: uuid.UUID, *, owner_id: Any) -> Iterator[RemoteFile]:
    """Raises `NoSuchFile`, and `ServiceAway` where nobody answers."""
    answer = ask(UPLOADS, "GET", path_of(upload_id), user_id=owner_id)
    refuse_missing(answer, upload_id)
    about = answer.json()
    file = RemoteFile(upload_id, owner_id, about["name"], about["size"])
    try:
        yield file
    finally:
        file.close()


def store_upload(
    chunks: Iterable[bytes],
    *,
    owner_id: Any,
    name: str,
    content_type: str,
    upload_id: uuid.UUID | None = None,
) -> uuid.UUID:
    """Raises the problems of an upload, and `ServiceAway`; sent again with its id it is one."""
    upload_id = upload_id or uuid.uuid4()
    answer = ask(
        UPLOADS,
        "PUT",
        path_of(upload_id),
        user_id=owner_id,
        seconds=SECONDS_TO_STORE,
        params={"name": name, "content_type": content_type},
        content=iter(chunks),
    )
    raise_problem(answer)
    return uuid.UUID(answer.json()["id"])


def path_of(upload_id: uuid.UUID) -> str:
    return f"/internal/uploads/{upload_id}/"


def refuse_missing(answer: httpx.Response, upload_id: uuid.UUID) -> None:
    if answer.status_code == 404:
        raise NoSuchFile(f"There is no upload {upload_id} of this owner, or it is not finished.")
    if not answer.is_success:
        answer.read()
        raise_problem(answer)
