"""What is begun and never finished goes by itself, and so do the files of who has gone."""

import os
import time
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.utils import timezone

from events.models import OutboxEvent
from jobs.models import Job
from tests.uploads.api import PRESIGN, TUS, address_of, uploaded
from tests.uploads.test_direct import ANNOUNCED
from tests.uploads.test_thumbnails import event
from uploads import cleaning, handlers, jobs
from uploads.models import Upload, Usage
from uploads.parts import Part, directory


@pytest.fixture
def begun(as_alice):
    """An upload of which some bytes have come."""
    as_alice.post(TUS, HTTP_TUS_RESUMABLE="1.0.0", HTTP_UPLOAD_LENGTH="100")
    upload = Upload.objects.get()
    Part(upload.pk).append([b"some"])
    return upload


def first_attempt():
    """What a job knows of itself that has done nothing yet."""
    return SimpleNamespace(once=lambda name: transaction_that_is_first())


@contextmanager
def transaction_that_is_first():
    with transaction.atomic():
        yield True


def expire(upload):
    Upload.objects.filter(pk=upload.pk).update(expires_at=timezone.now() - timedelta(seconds=1))


def test_what_was_not_finished_in_time_goes(begun, files_left, after_commit, alice):
    expire(begun)

    with after_commit():
        jobs.clear_up()

    assert not Upload.objects.exists()
    assert files_left() == []
    assert Usage.objects.get(owner=alice).used == 0


def test_what_has_time_left_stays(begun, as_alice, files_left, after_commit):
    as_alice.post(PRESIGN, ANNOUNCED)

    with after_commit():
        jobs.clear_up()

    assert Upload.objects.count() == 2
    assert files_left() == [str(begun.pk)]


def test_what_is_stored_never_expires(as_alice, after_commit):
    upload = uploaded(as_alice)
    with after_commit():
        jobs.clear_up()

    assert as_alice.get(address_of(upload)).status_code == 200


def test_a_part_that_nobody_waits_for_goes_after_a_day(db, files_left):
    old, young = directory() / "01a20ad5-0000-7000-8000-000000000000", directory() / "young"
    old.write_bytes(b"x")
    young.write_bytes(b"x")
    yesterday = time.time() - 25 * 3600
    os.utime(old, (yesterday, yesterday))

    assert cleaning.remove_abandoned_parts() == 1
    assert files_left() == ["young"]


def test_an_old_part_stays_while_its_upload_is_pending(begun, files_left):
    yesterday = time.time() - 25 * 3600
    os.utime(Part(begun.pk).path, (yesterday, yesterday))

    assert cleaning.remove_abandoned_parts() == 0
    assert files_left() == [str(begun.pk)]


def test_the_files_of_who_has_gone_go_too(
    as_alice, as_charlie, alice, published, files_left, after_commit
):
    gone, kept = uploaded(as_alice), uploaded(as_charlie)
    alice_id = str(alice.pk)
    alice.delete()
    published.clear()

    handlers.ask_to_forget(event("accounts.user.deleted", {"id": alice_id}))
    job = Job.objects.get(kind="uploads.forget")
    with after_commit():
        result = jobs.forget(first_attempt(), job.params)

    assert result == {"uploads": 1}
    assert files_left() == [kept["id"]]
    assert [(kind, data["id"]) for kind, data in published] == [
        ("uploads.upload.deleted", gone["id"])
    ]
    assert OutboxEvent.objects.get(type="uploads.user.forgotten").data == {"id": alice_id}


def test_so_they_do_where_the_row_of_the_user_is_still_there(
    as_alice, alice, files_left, after_commit
):
    uploaded(as_alice)

    with after_commit():
        jobs.forget(first_attempt(), {"owner": str(alice.pk)})

    assert files_left() == []


def test_many_go_some_at_a_time(as_alice, alice, monkeypatch):
    monkeypatch.setattr(cleaning, "BATCH", 2)
    for _ in range(5):
        uploaded(as_alice)

    assert cleaning.forget_all_of(alice.pk) == 5
