"""Static files: hashed and compressed below STATIC_URL, and the public files at `/`.

`manage.py collectstatic` gathers both; WhiteNoise serves them.
"""

import hashlib
import logging
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import brotli
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

logger = logging.getLogger(__name__)


class QuickCompressor(Compressor):
    """gzip, and Brotli at 9 of 11: a tenth of the time for a few per cent more bytes."""

    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        compressed: bytes = brotli.compress(data, quality=9)
        return compressed


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Static files under names that hold their hash, compressed beside them."""

    # Our modules import each other by their hashed names too. Only ours: what comes with
    # libraries is not written for this.
    patterns = (
        *HashedFilesMixin.patterns,
        ("hello/*.js", HashedFilesMixin._js_module_import_aggregation_patterns[1]),  # type: ignore[attr-defined]
    )

    # One more for each module that imports a module: Django's own 5 end with an error below that.
    max_post_process_passes = 50

    def create_compressor(self, **options: Any) -> Compressor:
        return QuickCompressor(**options)

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Compress what pages name: hashed files, but not the maps that debuggers alone ask for."""
        hashed = set(self.hashed_files.values())
        wanted = [path for path in paths if path in hashed and not path.endswith(".map")]
        yield from super().compress_files(wanted)

    def stored_name(self, name: str) -> str:
        """The hashed name; the plain one for a file that is not there: no page fails for it."""
        try:
            stored: str = super().stored_name(name)
        except ValueError:
            logger.error("%s is not among the static files: run manage.py collectstatic", name)
            return name
        return stored


# ---- Public files: every app's `public/`, served at `/` -------------------------


def public_directories() -> list[Path]:
    """The `public/` directories of the installed apps that have one."""
    directories = [Path(app.path) / "public" for app in apps.get_app_configs()]
    return [directory for directory in directories if directory.is_dir()]


def public_files() -> dict[str, Path]:
    """Each public file by its name below `/`; hidden ones are left out, the first app wins."""
    files: dict[str, Path] = {}
    for directory in public_directories():
        for path in sorted(directory.rglob("*")):
            name = path.relative_to(directory)
            if path.is_file() and not any(part.startswith(".") for part in name.parts):
                files.setdefault(name.as_posix(), path)
    return files


def publish(files: dict[str, Path], root: Path) -> None:
    """Make `root` hold these files and their compressed copies, and nothing else.

    The new tree takes the old one's place whole, so that nobody meets half of it.
    """
    work = Path(tempfile.mkdtemp(prefix=f"{root.name}.", dir=root.parent))
    try:
        new = work / "new"
        new.mkdir()
        for name, source in files.items():
            _publish_file(source, new / name)
        if root.exists():
            root.rename(work / "old")
        new.rename(root)
    finally:
        shutil.rmtree(work)


def _publish_file(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)  # with its time, which is its Last-Modified
    compressor = QuickCompressor(quiet=True)
    if compressor.should_compress(target.name):
        compressor.compress(str(target))


# ---- Whether anything has changed ------------------------------------------------


def fingerprint() -> str:
    """Stands for all that collecting reads: names, sizes and times of the files, and settings."""
    digest = hashlib.sha256(f"{settings.STATIC_URL} {settings.STORAGES['staticfiles']}".encode())
    for path in sorted([*_static_sources(), *public_files().values()]):
        status = path.stat()
        digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _static_sources() -> Iterator[Path]:
    for finder in get_finders():
        for name, storage in finder.list([]):
            yield Path(storage.path(name))


def marker() -> Path:
    """The file that holds the fingerprint of what was collected; beside the root, not served."""
    root = Path(settings.STATIC_ROOT)
    return root.with_name(f"{root.name}.fingerprint")


def is_collected(current: str) -> bool:
    """Whether the files on disk are those that the fingerprint stands for."""
    try:
        collected = marker().read_text()
    except FileNotFoundError:
        return False
    public_root = Path(settings.WHITENOISE_ROOT)
    published = all((public_root / name).exists() for name in public_files())
    return collected == current and published and Path(settings.STATIC_ROOT).is_dir()
