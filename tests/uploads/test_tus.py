"""tus 1.0.0 at /uploads/tus/, request by request."""

import base64
import hashlib
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.uploads.api import TUS, UPLOADS, content_of
from uploads.models import Upload, Usage
from uploads.parts import Part, locked

CONTENT = b"%PDF-1.7\n" + bytes(range(256)) * 40
LENGTH = len(CONTENT)


class Tus:
    """A client that speaks tus, one request at a time."""

    def __init__(self, client):
        self.client = client

    def request(self, method, url, body=b"", **headers):
        headers = {
            "HTTP_TUS_RESUMABLE": "1.0.0",
            **{f"HTTP_{name.upper()}": str(value) for name, value in headers.items()},
        }
        sent = {"content_type": "application/offset+octet-stream"} if body is not None else {}
        return self.client.generic(method, url, body or b"", **sent, **headers)

    def create(self, length=LENGTH, name="a.pdf", body=None, **headers):
        metadata = f"filename {base64.b64encode(name.encode()).decode()}"
        return self.request(
            "POST", TUS, body, upload_length=length, upload_metadata=metadata, **headers
        )

    def begin(self, **options):
        response = self.create(**options)
        assert response.status_code == 201, response.content
        return response["Location"]

    def append(self, url, offset, body, **headers):
        return self.request("PATCH", url, body, upload_offset=offset, **headers)

    def offset(self, url):
        response = self.request("HEAD", url, None)
        assert response.status_code == 200
        assert response["Cache-Control"] == "no-store"
        return int(response["Upload-Offset"])


@pytest.fixture
def tus(as_alice):
    return Tus(as_alice)


def checksum(body, algorithm="sha1"):
    digest = hashlib.new(algorithm, body, usedforsecurity=False).digest()
    return f"{algorithm} {base64.b64encode(digest).decode()}"


def test_the_server_says_what_it_can(as_alice):
    response = as_alice.options(TUS)

    assert response.status_code == 204
    assert response["Tus-Resumable"] == response["Tus-Version"] == "1.0.0"
    extensions = "creation,creation-with-upload,checksum,expiration,termination"
    assert response["Tus-Extension"] == extensions
    assert response["Tus-Max-Size"] == "104857600"
    assert "sha1" in response["Tus-Checksum-Algorithm"].split(",")


def test_an_upload_in_three_parts_is_stored_with_the_last(tus, as_alice, published):
    url = tus.begin()

    for start in range(0, len(CONTENT), 4000):
        part = CONTENT[start : start + 4000]
        response = tus.append(url, start, part)
        assert response.status_code == 204
        assert response["Upload-Offset"] == str(start + len(part))
        assert response["Tus-Resumable"] == "1.0.0"

    [upload] = as_alice.get(UPLOADS).json()["results"]
    assert (upload["status"], upload["name"], upload["size"]) == ("stored", "a.pdf", len(CONTENT))
    assert upload["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    assert content_of(as_alice.get(upload["url"])) == CONTENT
    assert [kind for kind, _ in published] == ["uploads.upload.stored"]


def test_until_then_it_is_pending_and_has_no_content(tus, as_alice):
    tus.begin()

    [upload] = as_alice.get(UPLOADS).json()["results"]
    assert (upload["status"], upload["sha256"], upload["content_type"]) == ("pending", None, None)
    assert as_alice.get(upload["url"]).status_code == 404


def test_its_address_says_how_far_it_has_come(tus):
    url = tus.begin()
    tus.append(url, 0, CONTENT[:100])

    response = tus.request("HEAD", url, None)

    assert response["Upload-Offset"] == "100"
    assert response["Upload-Length"] == str(len(CONTENT))
    assert response["Upload-Metadata"] == "filename YS5wZGY="


def test_after_its_end_it_is_still_told(tus):
    url = tus.begin()
    tus.append(url, 0, CONTENT)

    assert tus.offset(url) == len(CONTENT)


def test_the_first_bytes_may_come_with_the_creation(tus):
    response = tus.create(body=CONTENT[:100])

    assert response.status_code == 201
    assert response["Upload-Offset"] == "100"
    assert tus.append(response["Location"], 100, CONTENT[100:]).status_code == 204


def test_all_of_it_may_come_with_the_creation(tus, as_alice):
    tus.create(body=CONTENT)

    assert Upload.objects.get().is_stored


def test_an_upload_of_nothing_is_stored_by_a_patch_or_a_look(tus):
    url = tus.begin(length=0, name="empty.txt")

    assert tus.offset(url) == 0
    assert Upload.objects.get().is_stored


@pytest.mark.parametrize("offset", [0, 99, 101, 10**9])
def test_another_offset_is_a_conflict_and_adds_nothing(tus, offset):
    url = tus.begin()
    tus.append(url, 0, CONTENT[:100])

    response = tus.append(url, offset, b"x" * 10)

    assert response.status_code == 409
    assert tus.offset(url) == 100


@pytest.mark.parametrize("offset", ["", "-1", "x", "1.5", "9" * 30])
def test_an_offset_that_is_no_number_is_malformed(tus, offset):
    assert tus.append(tus.begin(), offset, b"x").status_code == 400


@pytest.mark.parametrize("length", ["", "-1", "x", "9" * 30])
def test_a_length_that_is_no_number_is_malformed(tus, length):
    assert tus.create(length=length).status_code == 400


def test_a_length_to_be_told_later_is_not_taken(tus):
    response = tus.request("POST", TUS, None, upload_defer_length=1)

    assert response.status_code == 400
    assert "Upload-Defer-Length" in response.json()["detail"]


def test_more_than_was_announced_is_refused_and_not_added(tus):
    url = tus.begin(length=10)

    assert tus.append(url, 0, b"x" * 11).status_code == 400
    assert tus.offset(url) == 0


def test_a_patch_of_another_type_is_refused(tus, as_alice):
    url = tus.begin()

    response = as_alice.generic(
        "PATCH", url, b"x", "text/plain", HTTP_TUS_RESUMABLE="1.0.0", HTTP_UPLOAD_OFFSET="0"
    )

    assert response.status_code == 415


@pytest.mark.parametrize("version", [None, "0.2.2"])
@pytest.mark.parametrize("method", ["HEAD", "PATCH", "DELETE"])
def test_another_version_is_refused(tus, as_alice, version, method):
    headers = {"HTTP_TUS_RESUMABLE": version} if version else {}

    response = as_alice.generic(method, tus.begin(), **headers)

    assert response.status_code == 412
    assert response["Tus-Version"] == "1.0.0"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "md5"])
def test_a_part_whose_checksum_holds_is_added(tus, algorithm):
    url = tus.begin()

    response = tus.append(url, 0, CONTENT[:100], upload_checksum=checksum(CONTENT[:100], algorithm))

    assert response.status_code == 204
    assert tus.offset(url) == 100


def test_a_part_with_another_checksum_is_thrown_away(tus, files_left):
    url = tus.begin()
    tus.append(url, 0, CONTENT[:50])

    response = tus.append(url, 50, b"x" * 50, upload_checksum=checksum(CONTENT[50:100]))

    assert response.status_code == 460
    assert tus.offset(url) == 50
    assert len(files_left()) == 1


@pytest.mark.parametrize("header", ["crc32 AAAA", "sha1 %%%", "sha1"])
def test_a_checksum_that_cannot_be_is_malformed(tus, header):
    response = tus.append(tus.begin(), 0, b"x", upload_checksum=header)

    assert response.status_code in (400, 460)
    assert response.status_code == 460 or "Upload-Checksum" in response.json()["detail"]


@pytest.mark.parametrize("metadata", ["filename %%%", "filename /w=="])
def test_metadata_that_cannot_be_read_is_malformed(tus, metadata):
    response = tus.request("POST", TUS, None, upload_length=1, upload_metadata=metadata)

    assert response.status_code == 400


def test_a_part_that_is_cut_off_is_kept_as_far_as_it_came(tus, as_alice):
    url = tus.begin()

    response = as_alice.patch(
        url,
        content_type="application/offset+octet-stream",
        CONTENT_LENGTH=str(len(CONTENT)),
        HTTP_TUS_RESUMABLE="1.0.0",
        HTTP_UPLOAD_OFFSET="0",
        **{"wsgi.input": io.BytesIO(CONTENT[:5000])},
    )

    assert response.status_code == 400
    assert tus.offset(url) == 5000
    assert tus.append(url, 5000, CONTENT[5000:]).status_code == 204
    assert Upload.objects.get().sha256 == hashlib.sha256(CONTENT).hexdigest()


def test_one_request_at_a_time_adds_to_it(tus):
    url = tus.begin()

    with locked(Part(Upload.objects.get().pk)):
        response = tus.append(url, 0, CONTENT)

    assert response.status_code == 423
    assert response["Retry-After"] == "1"
    assert tus.append(url, 0, CONTENT).status_code == 204


def test_what_was_whole_when_the_server_died_is_finished_by_the_next_look(tus):
    url = tus.begin()
    Part(Upload.objects.get().pk).append([CONTENT])

    assert tus.offset(url) == len(CONTENT)
    assert Upload.objects.get().is_stored


def test_content_that_is_not_taken_ends_it(tus, files_left, after_commit, alice):
    url = tus.begin(length=LENGTH, name="a.png")

    with after_commit():
        response = tus.append(url, 0, CONTENT)

    assert response.status_code == 415
    assert tus.request("HEAD", url, None).status_code == 404
    assert files_left() == []
    assert Usage.objects.get(owner=alice).used == 0


def test_it_says_when_it_expires(tus):
    response = tus.create()

    assert "GMT" in response["Upload-Expires"]
    assert tus.append(response["Location"], 0, b"x")["Upload-Expires"] == response["Upload-Expires"]


def test_after_its_time_it_has_gone(tus):
    url = tus.begin()
    Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert tus.append(url, 0, CONTENT).status_code == 410
    assert tus.request("HEAD", url, None).status_code == 410


def test_it_can_be_given_up(tus, files_left, after_commit, alice, published):
    url = tus.begin()
    tus.append(url, 0, CONTENT[:100])

    with after_commit():
        response = tus.request("DELETE", url, None)

    assert response.status_code == 204
    assert tus.request("HEAD", url, None).status_code == 404
    assert files_left() == []
    assert Usage.objects.get(owner=alice).used == 0
    assert published == []


def test_one_that_is_too_large_is_not_begun(tus, settings):
    response = tus.create(length=settings.MAX_UPLOAD_BYTES + 1)

    assert response.status_code == 413
    assert response.json()["limit"]["name"] == "MAX_UPLOAD_BYTES"


def test_what_is_announced_counts_against_the_quota(tus, settings):
    settings.UPLOAD_QUOTA_BYTES = 100
    tus.begin(length=60)

    response = tus.create(length=60)

    assert response.status_code == 413
    assert response.json()["limit"]["name"] == "UPLOAD_QUOTA_BYTES"


@pytest.mark.parametrize("method", ["PATCH", "HEAD", "DELETE"])
def test_a_client_that_can_only_post_says_what_it_means(tus, method):
    url = tus.begin()

    response = tus.request("POST", url, b"%PDF-", x_http_method_override=method, upload_offset=0)

    assert response.status_code == (200 if method == "HEAD" else 204)


def test_a_creation_can_be_repeated(tus):
    first = tus.create(idempotency_key="k")
    again = tus.create(idempotency_key="k")
    other = tus.create(length=5, idempotency_key="k")

    assert again["Location"] == first["Location"]
    assert again["Tus-Resumable"] == "1.0.0"
    assert other.status_code == 422
    assert Upload.objects.count() == 1


def test_a_creation_with_bytes_takes_no_idempotency_key(tus):
    response = tus.create(body=CONTENT[:10], idempotency_key="k")

    assert response.status_code == 400
    assert "Idempotency-Key" in response.json()["detail"]
