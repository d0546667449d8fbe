"""Somebody else's uploads are not there, whatever one does."""

import pytest

from tests.uploads.api import PRESIGN, TUS, UPLOADS, address_of, uploaded
from uploads.models import Upload

TUS_HEADERS = {"HTTP_TUS_RESUMABLE": "1.0.0"}
ROUTES = [
    ("get", ""),
    ("delete", ""),
    ("get", "content/"),
    ("head", "content/"),
    ("put", "content/"),
    ("get", "thumbnails/256/"),
    ("post", "complete/"),
]


@pytest.mark.parametrize(("method", "end"), ROUTES)
def test_a_stranger_finds_nothing(as_alice, as_charlie, method, end):
    upload = uploaded(as_alice)

    assert getattr(as_charlie, method)(address_of(upload, end)).status_code == 404
    assert Upload.objects.filter(pk=upload["id"]).exists()


@pytest.mark.parametrize("method", ["head", "patch", "delete"])
def test_a_stranger_finds_no_upload_that_is_under_way(as_alice, as_charlie, method):
    begun = as_alice.post(TUS, HTTP_UPLOAD_LENGTH="9", **TUS_HEADERS)["Location"]
    sent = {"content_type": "application/offset+octet-stream", "HTTP_UPLOAD_OFFSET": "0"}

    answer = as_charlie.generic(method.upper(), begun, b"x", **sent, **TUS_HEADERS)

    assert answer.status_code == 404
    assert as_alice.head(begun, **TUS_HEADERS)["Upload-Offset"] == "0"


def test_the_admin_has_no_other_rights_in_the_api(as_alice, client_of, admin):
    upload = uploaded(as_alice)

    assert client_of(admin).get(address_of(upload)).status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("url", [UPLOADS, PRESIGN, TUS])
def test_who_is_not_logged_in_is_asked_to(anonymous, db, method, url):
    assert getattr(anonymous, method)(url).status_code == 401


@pytest.mark.parametrize(("method", "end"), [route for route in ROUTES if route[0] != "put"])
def test_who_is_not_logged_in_learns_nothing(as_alice, anonymous, method, end):
    upload = uploaded(as_alice)

    assert getattr(anonymous, method)(address_of(upload, end)).status_code == 401
