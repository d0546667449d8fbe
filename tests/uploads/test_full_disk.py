"""No room left: a problem, and no half file."""

import errno
import os
from pathlib import Path

import pytest

from tests.uploads.api import post_file, uploaded
from uploads import parts
from uploads.models import Upload, Usage

FULL = Path("/dev/full")


@pytest.fixture
def full_disk(monkeypatch):
    """Every byte that is written to a part is one too many; the system itself says so."""
    if not FULL.exists():
        pytest.skip("a device that is always full, which this system lacks")
    open_to_append = parts.open_to_append

    def open_full(path):
        open_to_append(path).close()
        return FULL.open("ab", buffering=0)

    monkeypatch.setattr("uploads.parts.open_to_append", open_full)
    monkeypatch.setattr("uploads.receiving.open_to_append", open_full)


def test_a_full_disk_is_a_problem_and_leaves_nothing(as_alice, full_disk, files_left):
    response = post_file(as_alice, b"x" * 100_000)

    assert response.status_code == 507
    assert response["Content-Type"] == "application/problem+json"
    assert files_left() == []
    assert not Upload.objects.exists()
    assert not Usage.objects.filter(used__gt=0).exists()


def test_a_disk_that_fills_up_in_the_last_step_leaves_nothing(as_alice, monkeypatch, files_left):
    def refuse(self, target):
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    def no_room(path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", refuse)
    monkeypatch.setattr("uploads.storages.os.fsync", no_room)

    response = post_file(as_alice, b"x" * 100)

    assert response.status_code == 507
    assert files_left() == []


def test_parts_on_another_file_system_are_copied(as_alice, monkeypatch, files_left):
    replace = Path.replace

    def refuse_parts(self, target):
        if not self.name.startswith("."):
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse_parts)

    upload = uploaded(as_alice, b"x" * 100)

    assert files_left() == [upload["id"]]
