"""The directory for what the site writes itself, outside the tracked files."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def writable_directory(path: str, variable: str) -> Path:
    """The directory at this path, made if need be; `variable` is named where it can't be."""
    directory = Path(path).absolute()
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"{variable}: {directory} cannot be made: {error}.") from error
    return directory


def kept_secret(path: Path, make: Callable[[], str]) -> str:
    """The secret in this file, made on first use and readable by its owner alone.

    Processes and threads that start at once agree: the file appears whole or not at all.
    """
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(make())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
