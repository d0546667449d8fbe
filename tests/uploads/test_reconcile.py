"""`manage.py uploads reconcile`"""

import uuid
from io import StringIO

import pytest
from django.core.management import call_command

from tests.uploads.api import address_of, uploaded
from uploads.models import Upload, Usage, key_of

LONG_AGO = uuid.UUID("0190a5b2-0000-7000-8000-0123456789ab")


def reconcile(*arguments):
    output = StringIO()
    call_command("uploads", "reconcile", *arguments, stdout=output)
    return output.getvalue()


@pytest.fixture
def lone_object(storage):
    path = storage / key_of(LONG_AGO)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x")
    return path


def test_where_all_agrees_nothing_is_found(as_alice):
    uploaded(as_alice)

    assert reconcile() == "Rows and objects agree.\n"


def test_an_object_without_a_row_is_reported_and_stays(db, lone_object):
    said = reconcile()

    assert f"object without a row: {key_of(LONG_AGO)}" in said
    assert "nothing changed" in said
    assert lone_object.exists()


def test_asked_to_it_is_deleted(db, lone_object):
    assert "1 found and mended" in reconcile("--delete")

    assert not lone_object.exists()
    assert reconcile() == "Rows and objects agree.\n"


@pytest.mark.parametrize("key", [f"thumbnails/ab/{LONG_AGO}/256", f"incoming/{LONG_AGO}"])
def test_copies_and_arrivals_count_too(db, storage, key):
    path = storage / key
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x")

    reconcile("--delete")

    assert not path.exists()


def test_an_object_whose_row_may_be_on_its_way_is_left_alone(as_alice, files_left):
    upload = uploaded(as_alice)
    Upload.objects.all().delete()
    Usage.objects.update(used=0)

    assert reconcile("--delete") == "Rows and objects agree.\n"
    assert files_left() == [upload["id"]]


def test_a_row_without_an_object_is_reported_then_deleted(as_alice, alice, storage):
    upload = uploaded(as_alice)
    (storage / key_of(uuid.UUID(upload["id"]))).unlink()

    assert f"row without an object: {upload['id']}" in reconcile()
    reconcile("--delete")

    assert as_alice.get(address_of(upload)).status_code == 404
    assert Usage.objects.get(owner=alice).used == 0


def test_usage_that_does_not_add_up_is_counted_anew(as_alice, alice):
    uploaded(as_alice, b"123")
    Usage.objects.update(used=99)

    assert f"usage that does not add up: {alice.pk}" in reconcile()
    reconcile("--delete")

    assert Usage.objects.get(owner=alice).used == 3
