"""POST /uploads/presign/, the PUT, and POST /uploads/{id}/complete/, without a bucket."""

import hashlib
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.uploads.api import PRESIGN, UPLOADS, address_of, content_of, picture
from uploads.models import Upload, Usage

CSV = b"title\nEmma\n"
ANNOUNCED = {"name": "books.csv", "size": len(CSV), "content_type": "text/csv"}


@pytest.fixture
def presigned(as_alice):
    """What the site answers to alice's announcement."""
    response = as_alice.post(PRESIGN, ANNOUNCED)
    assert response.status_code == 201, response.content
    return response.json()


def put(client, presigned, body=CSV, content_type="text/csv", **headers):
    """What a client does that knows nothing but what it was told."""
    return client.generic("PUT", presigned["url"], body, content_type, **headers)


def complete(client, presigned):
    return client.post(address_of(presigned, "complete/"))


def test_an_announcement_says_where_to_send_it_and_how(presigned):
    assert set(presigned) == {"id", "url", "method", "headers", "expires_in"}
    assert (presigned["method"], presigned["expires_in"]) == ("PUT", 900)
    assert presigned["headers"] == {"Content-Type": "text/csv", "Content-Length": "11"}


def test_three_steps_make_an_upload(as_alice, anonymous, presigned, published, files_left):
    assert put(anonymous, presigned).status_code == 204
    response = complete(as_alice, presigned)

    assert response.status_code == 200
    body = response.json()
    assert (body["id"], body["status"], body["name"]) == (presigned["id"], "stored", "books.csv")
    assert body["sha256"] == hashlib.sha256(CSV).hexdigest()
    assert content_of(as_alice.get(body["url"])) == CSV
    assert [kind for kind, _ in published] == ["uploads.upload.stored"]
    assert files_left() == [presigned["id"]]


def test_completing_twice_is_completing_once(as_alice, presigned, published):
    put(as_alice, presigned)

    first, again = complete(as_alice, presigned), complete(as_alice, presigned)

    assert first.json() == again.json()
    assert len(published) == 1


def test_before_anything_has_arrived_it_waits_on(as_alice, presigned):
    response = complete(as_alice, presigned)

    assert response.status_code == 409
    put(as_alice, presigned)
    assert complete(as_alice, presigned).status_code == 200


@pytest.mark.parametrize("body", [CSV + b"x", CSV[:-1], b""])
def test_another_length_than_announced_is_not_taken(as_alice, presigned, body):
    assert put(as_alice, presigned, body).status_code == 409


def test_another_type_than_announced_is_not_taken(as_alice, presigned):
    assert put(as_alice, presigned, content_type="text/html").status_code == 409


def test_half_a_body_has_not_arrived(as_alice, presigned, files_left):
    response = as_alice.put(
        presigned["url"],
        content_type="text/csv",
        CONTENT_LENGTH=str(len(CSV)),
        **{"wsgi.input": io.BytesIO(CSV[:5])},
    )

    assert response.status_code == 400
    assert files_left() == []
    assert complete(as_alice, presigned).status_code == 409


def test_content_of_another_type_is_removed(as_alice, alice, after_commit, files_left):
    png = picture("PNG")
    announced = {"name": "a.csv", "size": len(png), "content_type": "text/csv"}
    presigned = as_alice.post(PRESIGN, announced).json()
    put(as_alice, presigned, png)

    with after_commit():
        response = complete(as_alice, presigned)

    assert response.status_code == 415
    assert not Upload.objects.exists()
    assert files_left() == []
    assert Usage.objects.get(owner=alice).used == 0


def test_content_with_another_hash_is_removed(as_alice, after_commit, files_left):
    presigned = as_alice.post(PRESIGN, {**ANNOUNCED, "sha256": "0" * 64}).json()
    put(as_alice, presigned)

    with after_commit():
        response = complete(as_alice, presigned)

    assert response.status_code == 409
    assert not Upload.objects.exists()
    assert files_left() == []


def test_a_hash_that_holds_is_fine(as_alice):
    sha256 = hashlib.sha256(CSV).hexdigest()
    presigned = as_alice.post(PRESIGN, {**ANNOUNCED, "sha256": sha256.upper()}).json()
    put(as_alice, presigned)

    assert complete(as_alice, presigned).json()["sha256"] == sha256


def test_after_its_end_nothing_can_be_sent_any_more(as_alice, presigned):
    put(as_alice, presigned)
    complete(as_alice, presigned)

    assert put(as_alice, presigned, b"title\nEvil\n").status_code == 404
    assert content_of(as_alice.get(address_of(presigned, "content/"))) == CSV


@pytest.mark.parametrize("signature", ["", "?signature=", "?signature=x", "?signature=a:b:c"])
def test_without_our_signature_there_is_nothing(anonymous, presigned, signature):
    presigned["url"] = address_of(presigned, f"content/{signature}")

    assert put(anonymous, presigned).status_code == 404


def test_a_signature_is_for_one_upload(as_alice, presigned):
    other = as_alice.post(PRESIGN, ANNOUNCED).json()
    signature = other["url"].partition("?")[2]
    presigned["url"] = address_of(presigned, f"content/?{signature}")

    assert put(as_alice, presigned).status_code == 404


def test_an_address_works_for_some_minutes(as_alice, presigned, monkeypatch):
    from django.core import signing

    later = timezone.now() + timedelta(seconds=901)
    monkeypatch.setattr(signing.time, "time", later.timestamp)

    response = put(as_alice, presigned)

    assert response.status_code == 403
    assert "expired" in response.json()["detail"]


def test_an_announcement_counts_against_the_quota(as_alice, settings):
    settings.UPLOAD_QUOTA_BYTES = 20
    as_alice.post(PRESIGN, ANNOUNCED)

    response = as_alice.post(PRESIGN, ANNOUNCED)

    assert response.status_code == 413
    assert response.json()["limit"]["name"] == "UPLOAD_QUOTA_BYTES"


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({"size": -1}, 400, "/size"),
        ({"size": "1"}, 400, "/size"),
        ({"size": 2**70}, 413, None),
        ({"size": 104_857_601}, 413, None),
        ({"name": ""}, 400, "/name"),
        ({"name": "a" * 256}, 400, "/name"),
        ({"name": "../.."}, 400, "/name"),
        ({"content_type": "text/html"}, 415, "/content_type"),
        ({"content_type": "image/png"}, 415, "/content_type"),
        ({"sha256": "x"}, 400, "/sha256"),
        ({"title": "x"}, 400, "/title"),
    ],
)
def test_what_cannot_be_is_refused_at_once(as_alice, change, status, pointer):
    response = as_alice.post(PRESIGN, {**ANNOUNCED, **change})

    assert response.status_code == status
    if pointer:
        assert response.json()["errors"][0]["pointer"] == pointer
    assert not Upload.objects.exists()


def test_an_announcement_is_pending_in_the_list(as_alice, presigned):
    [upload] = as_alice.get(UPLOADS).json()["results"]

    assert (upload["id"], upload["status"]) == (presigned["id"], "pending")


def test_an_upload_of_another_way_is_complete_already(as_alice):
    from tests.uploads.api import uploaded

    upload = uploaded(as_alice)

    assert as_alice.post(address_of(upload, "complete/")).json() == upload
