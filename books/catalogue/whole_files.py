"""Files that appear whole or not at all."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from books.catalogue.report import CatalogueError


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write, which takes this name, and the place of what has it, once all is written.

    What is no ordinary file, like a pipe, is written as it is. Raises
    `CatalogueError` where it cannot be.
    """
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as file:
                yield file
        else:
            with _draft_of(path.resolve()) as file:
                yield file
    except OSError as error:
        raise CatalogueError(f"{path} cannot be written: {error.strerror}.") from error


@contextmanager
def _draft_of(path: Path) -> Iterator[BinaryIO]:
    draft = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
