"""What a signed address of a bucket is good for, and nothing else is: Swift checks it."""

import hashlib
from base64 import b64encode

import httpx
import pytest

from tests.processes import free_port
from tests.uploads.api import PRESIGN, uploaded
from tests.uploads.buckets import keep_in, open_swift
from tests.uploads.sites import poll
from tests.uploads.test_direct import ANNOUNCED, CSV, complete

pytestmark = pytest.mark.once
OTHER = b"title\nEvil\n"  # as long as CSV
FORBIDDEN = 403


@pytest.fixture(scope="module")
def swift(tmp_path_factory):
    with open_swift(tmp_path_factory.mktemp("swift"), free_port()) as variables:
        yield variables


@pytest.fixture(autouse=True)
def bucket(storage, swift, settings):
    keep_in(swift, settings)


@pytest.fixture
def presigned(as_alice):
    return as_alice.post(PRESIGN, ANNOUNCED).json()


@pytest.fixture
def link(as_alice):
    """Where the bucket gives alice her file."""
    return httpx.URL(as_alice.get(uploaded(as_alice, CSV, "büch.csv")["url"])["Location"])


def send(presigned, body=CSV, **changes):
    headers = {**presigned["headers"], "Content-Length": str(len(body)), **changes}
    return httpx.put(presigned["url"], content=body, headers=headers)


def test_what_was_announced_is_taken_and_becomes_an_upload(as_alice, presigned):
    assert send(presigned).status_code == 200
    completed = complete(as_alice, presigned)

    assert completed.status_code == 200, completed.content
    assert completed.json()["sha256"] == hashlib.sha256(CSV).hexdigest()
    assert httpx.get(as_alice.get(completed.json()["url"])["Location"]).content == CSV


def test_another_length_is_not_taken(as_alice, presigned):
    assert send(presigned, CSV + b"more").status_code == FORBIDDEN
    assert complete(as_alice, presigned).status_code == 409


def test_another_type_is_not_taken(as_alice, presigned):
    assert send(presigned, **{"Content-Type": "text/html"}).status_code == FORBIDDEN
    assert complete(as_alice, presigned).status_code == 409


@pytest.mark.parametrize("part", ["X-Amz-Signature", "X-Amz-Date", "X-Amz-Expires"])
def test_a_forged_signature_opens_nothing(presigned, part):
    url = httpx.URL(presigned["url"])
    presigned["url"] = str(url.copy_set_param(part, url.params[part][:-1] + "7Z"))

    assert send(presigned).status_code in (400, FORBIDDEN)


def test_an_address_is_for_one_upload(as_alice, presigned):
    other = as_alice.post(PRESIGN, ANNOUNCED).json()
    presigned["url"] = presigned["url"].replace(presigned["id"], other["id"])

    assert send(presigned).status_code == FORBIDDEN


def test_content_with_another_hash_than_announced_is_not_taken(as_alice):
    sha256 = hashlib.sha256(CSV).hexdigest()
    presigned = as_alice.post(PRESIGN, {**ANNOUNCED, "sha256": sha256}).json()
    checksum = b64encode(hashlib.sha256(OTHER).digest()).decode()

    assert send(presigned, OTHER).status_code == 400
    assert send(presigned, OTHER, **{"x-amz-checksum-sha256": checksum}).status_code == FORBIDDEN
    assert send(presigned).status_code == 200


def test_an_address_does_not_work_for_long(as_alice, swift, settings):
    keep_in(swift, settings, link_seconds=1)
    settings.UPLOAD_LINK_SECONDS = 1
    presigned = as_alice.post(PRESIGN, ANNOUNCED).json()

    poll(lambda: send(presigned).status_code == FORBIDDEN)


def test_a_link_gives_the_file_to_be_saved_and_not_to_be_kept(link):
    answer = httpx.get(link)

    assert answer.content == CSV
    assert answer.headers["Content-Type"] == "text/csv"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["Content-Disposition"].endswith("filename*=UTF-8''b%C3%BCch.csv")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert link.params["X-Amz-Expires"] == "900"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("response-content-disposition", "inline"),
        ("response-content-type", "text/html"),
        ("X-Amz-Expires", "604800"),
    ],
)
def test_who_has_a_link_cannot_make_another_of_it(link, name, value):
    assert httpx.get(link.copy_set_param(name, value)).status_code == FORBIDDEN


def test_without_a_signature_nobody_reads(link):
    assert httpx.get(link.copy_with(query=None)).status_code in (400, 401, FORBIDDEN)


def test_whoever_may_read_may_not_write(link):
    assert httpx.put(link, content=OTHER).status_code == FORBIDDEN
    assert httpx.delete(link).status_code == FORBIDDEN
