"""DELETE /uploads/{id}/"""

import pytest

from tests.uploads.api import address_of, uploaded
from uploads.models import Upload, Usage


@pytest.fixture
def upload(as_alice):
    return uploaded(as_alice)


def test_row_and_bytes_go(as_alice, upload, files_left, after_commit):
    with after_commit():
        response = as_alice.delete(address_of(upload))

    assert response.status_code == 204
    assert as_alice.get(address_of(upload)).status_code == 404
    assert files_left() == []


def test_the_bytes_stay_until_the_row_is_gone_for_good(as_alice, upload, files_left):
    as_alice.delete(address_of(upload))

    assert files_left() == [upload["id"]]


def test_the_quota_is_given_back(as_alice, alice, upload):
    as_alice.delete(address_of(upload))

    assert Usage.objects.get(owner=alice).used == 0


def test_a_count_that_is_wrong_stops_nobody_from_deleting(as_alice, alice, upload):
    Usage.objects.filter(owner=alice).update(used=1)

    assert as_alice.delete(address_of(upload)).status_code == 204
    assert Usage.objects.get(owner=alice).used == 0


def test_it_is_published(as_alice, upload, published):
    as_alice.delete(address_of(upload))

    [(kind, data)] = published
    assert (kind, data["id"]) == ("uploads.upload.deleted", upload["id"])


def test_a_second_time_it_is_not_there(as_alice, upload):
    as_alice.delete(address_of(upload))

    assert as_alice.delete(address_of(upload)).status_code == 404


def test_a_stale_etag_deletes_nothing(as_alice, upload):
    response = as_alice.delete(address_of(upload), HTTP_IF_MATCH='"stale"')

    assert response.status_code == 412
    assert Upload.objects.filter(pk=upload["id"]).exists()
