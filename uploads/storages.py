"""Where objects lie: a directory, or a bucket. Both take a part that has been checked."""

import logging
import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, BinaryIO, Protocol, cast

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.storage import FileSystemStorage, storages
from storages.backends.s3 import S3Storage

from backend_practice.http.problems import Unavailable
from uploads.parts import Part, room_or_problem

logger = logging.getLogger(__name__)

MEBIBYTE = 1024 * 1024
# Two parts of 8 MiB at once: memory stays where it is, whatever the size.
TRANSFER = TransferConfig(
    multipart_threshold=8 * MEBIBYTE, multipart_chunksize=8 * MEBIBYTE, max_concurrency=2
)
SECONDS_TO_FINISH = 60
# The client decides what a store of its own understands; silent checksums are Amazon's alone.
CLIENT = Config(
    signature_version="s3v4",
    connect_timeout=2,
    read_timeout=60,  # putting the parts of a large object together takes a store its time
    retries={"total_max_attempts": 2},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


class Objects(Protocol):
    """What this app asks of a storage."""

    def take(self, part: Part, key: str, content_type: str) -> None:
        """Keep the part's bytes under this key. Raises `InsufficientStorage`, `Unavailable`."""

    def put(self, content: bytes, key: str, content_type: str) -> None:
        """Keep these few bytes under this key, over what may be there."""

    def opened(self, key: str) -> BinaryIO:
        """The object, seekable. Raises FileNotFoundError."""

    def size(self, key: str) -> int:
        """In bytes. Raises FileNotFoundError."""

    def exists(self, key: str) -> bool:
        """Whether there is such an object."""

    def remove(self, keys: list[str]) -> None:
        """Remove these; what is not there is no error."""

    def keys(self, prefix: str) -> Iterator[str]:
        """Every key that begins so."""


def objects() -> Objects:
    """The storage of uploads."""
    return cast(Objects, storages["uploads"])


def bucket() -> "BucketStorage | None":
    """The storage of uploads, if it is a bucket."""
    storage = storages["uploads"]
    return storage if isinstance(storage, BucketStorage) else None


class DiskStorage(FileSystemStorage):
    """Objects as files in a directory that nothing else writes to."""

    def take(self, part: Part, key: str, content_type: str) -> None:
        target = self._prepared(key)
        part.path.chmod(self._file_mode)
        try:
            part.path.replace(target)
        except OSError:  # another file system
            with room_or_problem():
                self._write(target, part.chunks())
        _sync_directory(target.parent)

    def put(self, content: bytes, key: str, content_type: str) -> None:
        with room_or_problem():
            self._write(self._prepared(key), iter([content]))

    def opened(self, key: str) -> BinaryIO:
        return Path(self.path(key)).open("rb")

    def remove(self, keys: list[str]) -> None:
        for key in keys:
            Path(self.path(key)).unlink(missing_ok=True)

    def keys(self, prefix: str) -> Iterator[str]:
        root = Path(self.location)
        for path in sorted((root / prefix).rglob("*")):
            if path.is_file():
                yield path.relative_to(root).as_posix()

    def _prepared(self, key: str) -> Path:
        target = Path(self.path(key))
        self._make(target.parent)
        return target

    @property
    def _file_mode(self) -> int:
        return self.file_permissions_mode or 0o600

    def _make(self, directory: Path) -> None:
        """The directory and those above it; `Path.mkdir` gives its mode to the last one only."""
        if not directory.exists():
            self._make(directory.parent)
            directory.mkdir(mode=self.directory_permissions_mode or 0o700, exist_ok=True)

    def _write(self, target: Path, chunks: Iterator[bytes]) -> None:
        """Whole or not at all: written beside its place, then moved there."""
        draft = target.with_name(f".{uuid.uuid4()}")
        try:
            with draft.open("xb") as file:
                for chunk in chunks:
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            draft.chmod(self._file_mode)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)


def _sync_directory(path: Path) -> None:
    """After this a power cut does not undo the move."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class BucketStorage(S3Storage):
    """Objects in an S3-compatible bucket."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **options,
            client_config=CLIENT,
            transfer_config=TRANSFER,
            addressing_style="path",
            file_overwrite=True,
            default_acl=None,
            max_memory_size=MEBIBYTE,
        )
        # One client for all threads, which is what clients are made for: each takes 12 MiB.
        self._connections = SimpleNamespace()

    def get_default_settings(self) -> dict[str, Any]:
        return {**super().get_default_settings(), "addressing_style": "path"}

    @property
    def client(self) -> Any:
        return self.connection.meta.client

    def take(self, part: Part, key: str, content_type: str) -> None:
        extra = {"ContentType": content_type, "ContentDisposition": "attachment"}
        try:
            with asked():
                self.bucket.upload_file(str(part.path), key, ExtraArgs=extra, Config=TRANSFER)
        except Unavailable as error:
            # At work for longer than we wait, a store that is asked again says no, and finishes.
            if not (was_completing(error) and self.finishes(key, part.size)):
                raise

    def finishes(self, key: str, size: int) -> bool:
        """Whether an object of this size is there, within `SECONDS_TO_FINISH`."""
        deadline = time.monotonic() + SECONDS_TO_FINISH
        while not self.holds(key, size):
            if time.monotonic() > deadline:
                return False
            time.sleep(1)
        return True

    def holds(self, key: str, size: int) -> bool:
        """Whether an object of this size is there now."""
        try:
            with asked():
                found = self.client.head_object(Bucket=self.bucket_name, Key=key)
        except FileNotFoundError:
            return False
        return bool(found["ContentLength"] == size)

    def put(self, content: bytes, key: str, content_type: str) -> None:
        with asked():
            self.bucket.put_object(Key=key, Body=content, ContentType=content_type)

    def opened(self, key: str) -> BinaryIO:
        with asked():
            return cast(BinaryIO, self.open(key, "rb"))

    def remove(self, keys: list[str]) -> None:
        with asked():
            for key in keys:
                self.client.delete_object(Bucket=self.bucket_name, Key=key)

    def keys(self, prefix: str) -> Iterator[str]:
        for item in self.bucket.objects.filter(Prefix=prefix):
            yield item.key

    def link(self, key: str, *, disposition: str, content_type: str) -> str:
        """An address at which the object can be read for `UPLOAD_LINK_SECONDS`."""
        headers = {
            "ResponseContentDisposition": disposition,
            "ResponseContentType": content_type,
            "ResponseCacheControl": "private, no-store",
        }
        address: str = self.client.generate_presigned_url(
            "get_object",
            Params={"Bucket": self.bucket_name, "Key": key, **headers},
            ExpiresIn=self.querystring_expire,
        )
        return address


class asked:  # noqa: N801 - reads as a verb where it stands
    """What the bucket answers, as this site's errors: FileNotFoundError, or `Unavailable`."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, ClientError) and is_missing(error):
            raise FileNotFoundError("The bucket has no such object.") from error
        if isinstance(error, ClientError | BotoCoreError | Boto3Error):
            logger.error("The bucket does not answer as it should", exc_info=error)
            raise Unavailable("The store of files does not answer as it should.") from error


def was_completing(error: BaseException | None) -> bool:
    """Whether all parts had gone there, and only the end of it was refused."""
    while error is not None:
        if isinstance(error, ClientError) and error.operation_name == "CompleteMultipartUpload":
            return True
        error = error.__cause__ or error.__context__
    return False


def is_missing(error: ClientError) -> bool:
    """Whether the bucket says that there is no such object."""
    return error.response.get("Error", {}).get("Code") in ("404", "NoSuchKey", "NotFound")
