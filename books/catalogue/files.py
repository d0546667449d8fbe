"""Which file is meant, and what is wrong with it."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from books.catalogue.report import CatalogueError

STANDARD = "-"
CSV, JSON_LINES = "csv", "jsonl"
FORMATS = (CSV, JSON_LINES)
JSON_SUFFIXES = frozenset({".jsonl", ".ndjson", ".json"})


def format_of(name: str) -> str:
    """`jsonl` for what is called so, else `csv`."""
    return JSON_LINES if Path(name).suffix.lower() in JSON_SUFFIXES else CSV


@contextmanager
def opened(name: str) -> Iterator[BinaryIO]:
    """The file to read, at its start and seekable; `-` is standard input, copied to disk first.

    Raises `CatalogueError` where it cannot be read.
    """
    try:
        file = _spooled(sys.stdin.buffer) if name == STANDARD else _on_disk(Path(name))
    except OSError as error:
        raise CatalogueError(f"{name} cannot be read: {error.strerror}.") from error
    with file:
        yield file


def size_of(file: BinaryIO) -> int:
    """In bytes; leaves the file at its start."""
    size = file.seek(0, 2)
    file.seek(0)
    return size


def _on_disk(path: Path) -> BinaryIO:
    file = path.open("rb")
    if file.seekable():
        return file
    with file:  # a pipe with a name
        return _spooled(file)


def _spooled(stream: BinaryIO) -> BinaryIO:
    """A copy on disk that goes when it is closed: the encoding is found by reading twice."""
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - `opened` closes it
    shutil.copyfileobj(stream, copy)
    copy.seek(0)
    return copy
