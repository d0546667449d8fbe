"""`manage.py backup` and `restore`: what comes back is what was there, on either database."""

import io
import json
import tarfile

import pytest

from backend_practice import backups
from backend_practice.backups import BackupError, checked_manifest, sha256_of
from tests.processes import manage, own_database

# Everything in one process: it prints what it saw, by name.
STORY = """
import hashlib, json, sys
from pathlib import Path
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

uploads = Path(settings.DATA_DIR) / "uploads"
backup = Path(settings.DATA_DIR) / "backup"

def rows():
    digests = {}
    for model in apps.get_models(include_auto_created=True):
        digest = hashlib.sha256()
        for row in model._base_manager.order_by("pk").values_list():
            digest.update(repr(row).encode())
        digests[model._meta.label] = digest.hexdigest()
    return digests

def files():
    found = (path for path in uploads.rglob("*") if path.is_file())
    return {str(path.relative_to(uploads)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in found}

def refused(*arguments):
    try:
        call_command(*arguments, verbosity=0)
    except CommandError as error:
        return str(error)

call_command("prepare", verbosity=0)
(uploads / "ab").mkdir(parents=True)
(uploads / "ab" / "large").write_bytes(bytes(range(256)) * 20_000)
(uploads / "ab" / "empty").touch()
seen = {"rows": rows(), "files": files()}
call_command("backup", backup, verbosity=0)
seen["again"] = refused("backup", backup)
seen["unasked"] = refused("restore", backup)
apps.get_model("books.Review")._base_manager.all().delete()
apps.get_model("books.Book")._base_manager.all().delete()
(uploads / "ab" / "large").write_text("overwritten")
(uploads / "new").write_text("came later")
seen["spoilt"] = rows()
call_command("restore", backup, over=True, verbosity=0)
seen["rows_restored"], seen["files_restored"] = rows(), files()
print(json.dumps(seen))
"""
ELSEWHERE = """
import json, sys
from django.apps import apps
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("restore", "{backup}", verbosity=0)
print(json.dumps(apps.get_model("books.Book").objects.count()))
"""


def told(source, variables):
    """What the code prints last, run inside a site of these variables."""
    printed = manage("shell", "-v", "0", "-c", source, **variables)
    return json.loads(printed.strip().splitlines()[-1])


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """A site that was backed up, spoilt and restored: what it saw, and its directory."""
    directory = tmp_path_factory.mktemp("site")
    with own_database(directory) as url:
        yield told(STORY, {"DATABASE_URL": url, "DATA_DIR": str(directory)}), directory


def test_what_is_restored_has_the_same_checksums(story):
    seen, _ = story

    assert seen["spoilt"] != seen["rows"]
    assert seen["rows_restored"] == seen["rows"]
    assert len(seen["files"]) == 2
    assert seen["files_restored"] == seen["files"]


def test_data_are_kept_unless_told_otherwise(story):
    seen, _ = story

    assert "has data already: --over" in seen["unasked"]


def test_a_backup_is_not_written_over_another(story):
    seen, _ = story

    assert "exists already" in seen["again"]


def test_only_its_owner_may_read_a_backup(story):
    _, directory = story

    assert (directory / "backup").stat().st_mode & 0o077 == 0


def test_an_empty_site_takes_it_without_being_told(story, tmp_path):
    _, directory = story
    with own_database(tmp_path) as url:
        source = ELSEWHERE.format(backup=directory / "backup")

        books = told(source, {"DATABASE_URL": url, "DATA_DIR": str(tmp_path)})

    assert books > 100
    assert (tmp_path / "uploads" / "ab" / "large").stat().st_size == 256 * 20_000


# ---- What was damaged ---------------------------------------------------------------


@pytest.fixture
def backup(tmp_path):
    """A backup of two small files, whose checksums hold."""
    (tmp_path / "database.sqlite3").write_text("rows")
    with tarfile.open(tmp_path / "uploads.tar", "w") as archive:
        archive.addfile(tarfile.TarInfo("../../escaped"), io.BytesIO(b""))
    files = {name: sha256_of(tmp_path / name) for name in ("database.sqlite3", "uploads.tar")}
    (tmp_path / "manifest.json").write_text(json.dumps({"database": "sqlite", "files": files}))
    return tmp_path


def test_a_whole_backup_is_taken(backup):
    assert checked_manifest(backup)["database"] == "sqlite"


def test_a_file_that_was_cut_is_found(backup):
    (backup / "database.sqlite3").write_text("row")

    with pytest.raises(BackupError, match="is not what was written"):
        checked_manifest(backup)


def test_a_file_that_is_missing_is_found(backup):
    (backup / "uploads.tar").unlink()

    with pytest.raises(BackupError, match=r"uploads\.tar is missing"):
        checked_manifest(backup)


@pytest.mark.parametrize("content", ["{}", "[]", "no JSON", '{"database": "sqlite", "files": {}}'])
def test_what_is_no_manifest_is_no_backup(backup, content):
    (backup / "manifest.json").write_text(content)

    with pytest.raises(BackupError, match=r"is no backup|is not whole"):
        checked_manifest(backup)


def test_no_manifest_leads_outside(backup):
    outside = {"database": "sqlite", "files": {"../../etc/passwd": "0"}}
    (backup / "manifest.json").write_text(json.dumps(outside))

    with pytest.raises(BackupError, match="is missing"):
        checked_manifest(backup)


def test_no_archive_writes_outside_of_its_place(backup, tmp_path):
    place = tmp_path / "a" / "b"
    place.mkdir(parents=True)

    with pytest.raises(BackupError, match="holds what is no upload"):
        backups._unpack(backup / "uploads.tar", place)

    assert not list(tmp_path.rglob("escaped"))
