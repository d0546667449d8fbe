"""Backups: the database and the uploads on disk, as a directory of a few files.

    manifest.json     what it is of, and the SHA-256 of each other file
    database.sqlite3  or database.dump, which pg_restore reads
    uploads.tar       where uploads are kept on disk

Everything is streamed. The database is taken as of one moment, the files after it: an
upload that came in between is a file too many, which `uploads reconcile` clears up.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections

from backend_practice import __version__

MANIFEST, UPLOADS = "manifest.json", "uploads.tar"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
CHUNK = 1024 * 1024
PAGES_AT_ONCE = 1024  # of SQLite; writers get their turn in between


class BackupError(Exception):
    """It could not be made or restored; the message says why, and what helps."""


@dataclass(frozen=True)
class Made:
    """A backup: where it is, and how many bytes."""

    path: Path
    size: int
    has_uploads: bool


# ---- Making ---------------------------------------------------------------------


def back_up(target: Path) -> Made:
    """Make a backup in this directory, which must not exist yet. Raises `BackupError`.

    It appears whole or not at all, and only its owner may read it.
    """
    if target.exists():
        raise BackupError(f"{target} exists already: a backup is not written over another.")
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        _dump(draft / DATABASES[connection.vendor])
        uploads = uploads_directory()
        if uploads and uploads.is_dir():
            _pack(uploads, draft / UPLOADS)
        files = {path.name: sha256_of(path) for path in sorted(draft.iterdir())}
        _write_manifest(draft / MANIFEST, files)
        draft.rename(target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    size = sum(path.stat().st_size for path in target.iterdir())
    return Made(target, size, UPLOADS in files)


def uploads_directory() -> Path | None:
    """Where uploads are kept, if that is on disk."""
    location = settings.STORAGES["uploads"]["OPTIONS"].get("location")
    return Path(location) if location else None


def _dump(path: Path) -> None:
    if connection.vendor == "sqlite":
        _copy_sqlite(str(connection.settings_dict["NAME"]), str(path))
    else:
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={path}")


def _copy_sqlite(source: str, target: str) -> None:
    """SQLite's own way, which is right whoever reads and writes meanwhile."""
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
        read.backup(written, pages=PAGES_AT_ONCE)


def _pack(directory: Path, path: Path) -> None:
    with tarfile.open(path, "w") as archive:
        for file in sorted(directory.rglob("*")):
            if file.is_file() and not file.is_symlink():
                try:
                    archive.add(file, str(file.relative_to(directory)), recursive=False)
                except FileNotFoundError:  # deleted meanwhile
                    continue


def _write_manifest(path: Path, files: dict[str, str]) -> None:
    content = {
        "site": "back-end-practice",
        "version": __version__,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "database": connection.vendor,
        "files": files,
    }
    path.write_text(json.dumps(content, indent=2) + "\n")


# ---- Restoring --------------------------------------------------------------------


def restore(source: Path, *, over: bool = False) -> None:
    """Make the site be as it was. Raises `BackupError`, having changed nothing.

    Every file is checked first. Where there are data already they are kept, unless `over`.
    """
    manifest = checked_manifest(source)
    if manifest["database"] != connection.vendor:
        raise BackupError(
            f"This is a backup of {manifest['database']}, and the site is on {connection.vendor}."
        )
    uploads = uploads_directory()
    if UPLOADS in manifest["files"] and uploads is None:
        raise BackupError("The backup has uploads on disk, and the site keeps its in a bucket.")
    if not over:
        _stop_over_data(uploads)
    connections.close_all()
    if UPLOADS in manifest["files"] and uploads:
        with _unpacked(source / UPLOADS, uploads) as put_in_place:
            _load(source / DATABASES[connection.vendor])
            put_in_place()
    else:
        _load(source / DATABASES[connection.vendor])


def checked_manifest(source: Path) -> dict[str, Any]:
    """What the backup says of itself, once every file is as it was written."""
    try:
        manifest: dict[str, Any] = json.loads((source / MANIFEST).read_text())
        files = dict(manifest["files"])
        manifest["database"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{source} is no backup: {type(error).__name__}: {error}") from error
    allowed = {*DATABASES.values(), UPLOADS}
    for name, expected in files.items():
        if name not in allowed or not (source / name).is_file():
            raise BackupError(f"{source} is not whole: {name} is missing.")
        if sha256_of(source / name) != expected:
            raise BackupError(f"{source / name} is not what was written: its SHA-256 is another.")
    if DATABASES.get(manifest["database"]) not in files:
        raise BackupError(f"{source} is not whole: the database is missing.")
    return manifest


def _stop_over_data(uploads: Path | None) -> None:
    tables = connection.introspection.table_names()
    if _has_rows(tables):
        raise BackupError("The database has data already: --over puts the backup in their place.")
    if uploads and uploads.is_dir() and any(path.is_file() for path in uploads.rglob("*")):
        raise BackupError(f"{uploads} has files already: --over puts the backup in their place.")


def _has_rows(tables: list[str]) -> bool:
    """Whether anything is there but what migrations themselves have written."""
    made_by_migrating = {"django_migrations", "django_content_type", "auth_permission"}
    with connection.cursor() as cursor:
        for table in set(tables) - made_by_migrating:
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT 1 FROM {name} LIMIT 1")  # noqa: S608 - names of our tables
            if cursor.fetchone() and table not in _shadow_tables(tables):
                return True
    return False


def _shadow_tables(tables: list[str]) -> set[str]:
    """Those that SQLite's full-text search keeps for itself, and that are never empty."""
    endings = ("_config", "_data", "_docsize", "_idx", "_content")
    return {name for name in tables if name.endswith(endings)}


def _load(path: Path) -> None:
    if connection.vendor == "sqlite":
        _copy_sqlite(str(path), str(connection.settings_dict["NAME"]))
        return
    flags = ("--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction")
    name = connection.settings_dict["NAME"]
    _run("pg_restore", *flags, "--exit-on-error", f"--dbname={name}", str(path))


@contextmanager
def _unpacked(archive: Path, directory: Path) -> Iterator[Any]:
    """The files beside their place, and a function that puts them there at once."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{directory.name}.", dir=directory.parent))
    (work / "new").mkdir(mode=0o700)

    def put_in_place() -> None:
        if directory.exists():
            directory.rename(work / "old")
        (work / "new").rename(directory)

    try:
        _unpack(archive, work / "new")
        yield put_in_place
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _unpack(archive: Path, directory: Path) -> None:
    """Plain files alone, within the directory alone, whatever the archive says."""
    file_mode = settings.STORAGES["uploads"]["OPTIONS"].get("file_permissions_mode") or 0o600
    with tarfile.open(archive, "r") as packed:
        for member in packed:
            target = (directory / member.name).resolve()
            if not member.isfile() or not target.is_relative_to(directory.resolve()):
                raise BackupError(f"{archive} holds what is no upload: {member.name}.")
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            content = packed.extractfile(member)
            if content is None:
                continue
            with content, target.open("wb") as written:
                shutil.copyfileobj(content, written, CHUNK)
            target.chmod(file_mode)
            os.utime(target, (member.mtime, member.mtime))


# ---- Tools --------------------------------------------------------------------------


def sha256_of(path: Path) -> str:
    """Of the file's content, read part by part."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _run(program: str, *arguments: str) -> None:
    """PostgreSQL's own program; the password goes by the environment, which others cannot read."""
    found = shutil.which(program)
    if not found:
        raise BackupError(f"{program} is not installed. On Debian: apt install postgresql-client")
    done = subprocess.run(  # noqa: S603 - its full path, our arguments
        [found, *arguments],
        env=_connection_variables(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupError(f"{program}: {done.stderr.strip() or 'it has failed'}")


def _connection_variables() -> dict[str, str]:
    told = connection.settings_dict
    options = told.get("OPTIONS", {})
    variables = {
        "PGHOST": told["HOST"],
        "PGPORT": told["PORT"],
        "PGUSER": told["USER"],
        "PGPASSWORD": told["PASSWORD"],
        "PGDATABASE": told["NAME"],
        "PGSSLMODE": options.get("sslmode", ""),
        "PGSSLROOTCERT": options.get("sslrootcert", ""),
    }
    return {**os.environ, **{name: str(value) for name, value in variables.items() if value}}
