"""The same with an S3-compatible bucket: a real server of that kind, in this process."""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from threading import Event

import boto3
import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError
from django.core.files.storage import storages

from tests.processes import free_port
from tests.uploads.api import (
    PRESIGN,
    address_of,
    codes_of,
    picture,
    post_file,
    uploaded,
)  # fmt: skip
from tests.uploads.buckets import BUCKET, client_of, keep_in, open_anew, variables_of
from tests.uploads.test_direct import ANNOUNCED, CSV, complete
from tests.uploads.test_thumbnails import make
from uploads import direct, jobs
from uploads.models import Upload
from uploads.storages import CLIENT

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def server():
    """What a site is told about a server that speaks S3, and believes everybody."""
    from moto.server import ThreadedMotoServer

    port = free_port()
    server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    server.start()
    yield variables_of(port, "id", "secret")
    server.stop()


@pytest.fixture(scope="module")
def resource(server):
    return client_of(server, boto3.resource)


@pytest.fixture(autouse=True)
def bucket(storage, server, resource, settings):
    """An empty bucket, in which this test's uploads are kept."""
    bucket = resource.Bucket(BUCKET)
    bucket.create()
    keep_in(server, settings)
    yield bucket
    for item in bucket.objects.all():
        item.delete()


def keys(bucket):
    return sorted(item.key for item in bucket.objects.all())


def key_of(upload):
    return f"objects/{upload['id'][-2:]}/{upload['id']}"


def send(presigned, body=CSV, **headers):
    """The PUT straight to the bucket."""
    return httpx.put(presigned["url"], content=body, headers={**presigned["headers"], **headers})


@pytest.fixture
def presigned(as_alice):
    return as_alice.post(PRESIGN, ANNOUNCED).json()


def test_a_form_ends_in_the_bucket(as_alice, bucket, files_left):
    upload = uploaded(as_alice, CSV, "books.csv")

    assert keys(bucket) == [key_of(upload)]
    stored = bucket.Object(key_of(upload)).get()
    assert stored["Body"].read() == CSV
    assert stored["ContentType"] == "text/csv"
    assert files_left() == []


def test_a_large_file_goes_there_in_parts(as_alice, bucket):
    content = b"%PDF-1.7\n" + os.urandom(20 * 1024 * 1024)

    upload = uploaded(as_alice, content, "large.pdf")

    stored = bucket.Object(key_of(upload))
    assert stored.e_tag.endswith('-3"')
    assert hashlib.sha256(stored.get()["Body"].read()).hexdigest() == upload["sha256"]


def test_a_store_that_is_still_at_work_when_it_is_asked_again_is_waited_for(
    as_alice, bucket, monkeypatch
):
    from moto.s3.models import S3Backend

    complete, asked_again = S3Backend.complete_multipart_upload, Event()
    attempts = count()

    def complete_late(self, *arguments, **options):
        if next(attempts):
            asked_again.set()
            raise KeyError("no such upload any more")
        asked_again.wait(10)
        return complete(self, *arguments, **options)

    monkeypatch.setattr(S3Backend, "complete_multipart_upload", complete_late)
    monkeypatch.setattr(S3Backend, "abort_multipart_upload", lambda *arguments: None)
    monkeypatch.setattr("uploads.storages.CLIENT", CLIENT.merge(Config(read_timeout=2)))
    open_anew()

    upload = uploaded(as_alice, b"%PDF-1.7\n" + os.urandom(9 * 1024 * 1024), "large.pdf")

    stored = bucket.Object(key_of(upload)).get()["Body"].read()
    assert hashlib.sha256(stored).hexdigest() == upload["sha256"]


def test_content_is_had_from_the_bucket_itself(as_alice):
    upload = uploaded(as_alice, CSV, "büch.csv")

    response = as_alice.get(upload["url"])
    content = httpx.get(response["Location"])
    part = httpx.get(response["Location"], headers={"Range": "bytes=6-9"})

    assert response.status_code == 302
    assert response["Cache-Control"] == "no-store"
    assert content.content == CSV
    assert content.headers["Content-Disposition"].endswith("filename*=UTF-8''b%C3%BCch.csv")
    assert (part.status_code, part.content) == (206, b"Emma")


def test_an_upload_of_a_stranger_is_not_linked_to(as_alice, as_charlie):
    upload = uploaded(as_alice)

    assert as_charlie.get(upload["url"]).status_code == 404


def test_deleting_deletes_the_object(as_alice, bucket, after_commit):
    upload = uploaded(as_alice)

    with after_commit():
        as_alice.delete(address_of(upload))

    assert keys(bucket) == []


def test_thumbnails_lie_there_too(as_alice, bucket):
    upload = uploaded(as_alice, picture("PNG", (300, 200)), "a.png")
    make(upload)

    urls = as_alice.get(address_of(upload)).json()["image"]["thumbnails"]

    assert len(keys(bucket)) == 3
    copy = as_alice.get(urls["256"])  # from the site: pages show no image of another origin
    assert (copy.status_code, copy.content[8:12]) == (200, b"WEBP")
    assert copy["X-Content-Type-Options"] == "nosniff"
    assert as_alice.get(urls["256"], HTTP_IF_NONE_MATCH=copy["ETag"]).status_code == 304


def test_the_admin_shows_previews_from_there(as_alice, client_of, admin):
    upload = uploaded(as_alice, picture("PNG", (300, 200)), "a.png")
    make(upload)

    preview = client_of(admin).get(f"/admin/uploads/upload/{upload['id']}/preview/")

    assert (preview.status_code, preview.content[8:12]) == (200, b"WEBP")


def test_threads_share_one_client():
    storage = storages["uploads"]

    with ThreadPoolExecutor(1) as another:
        assert another.submit(lambda: storage.client).result() is storage.client


def test_other_apps_read_from_there(as_alice, alice):
    from uuid import UUID

    from backend_practice.files import open_upload

    upload = uploaded(as_alice, CSV, "books.csv")

    with open_upload(UUID(upload["id"]), owner_id=alice.pk) as file:
        assert file.read(5) == b"title"
        file.seek(6)
        assert file.read() == b"Emma\n"


def test_three_steps_make_an_upload_past_the_site(as_alice, presigned, bucket, published):
    assert presigned["url"].startswith("http://127.0.0.1")
    assert send(presigned).status_code == 200

    response = complete(as_alice, presigned)

    assert response.status_code == 200
    assert response.json()["sha256"] == hashlib.sha256(CSV).hexdigest()
    assert keys(bucket) == [key_of(presigned)]
    assert [kind for kind, _ in published] == ["uploads.upload.stored"]


def test_type_and_length_are_signed(presigned):
    url = httpx.URL(presigned["url"])

    signed = url.params["X-Amz-SignedHeaders"].split(";")

    assert {"content-length", "content-type", "host"} <= set(signed)


def test_a_hash_is_signed_where_it_was_announced(as_alice):
    sha256 = hashlib.sha256(CSV).hexdigest()

    presigned = as_alice.post(PRESIGN, {**ANNOUNCED, "sha256": sha256}).json()

    assert "x-amz-checksum-sha256" in presigned["headers"]
    signed = httpx.URL(presigned["url"]).params["X-Amz-SignedHeaders"].split(";")
    assert "x-amz-checksum-sha256" in signed
    assert send(presigned).status_code == 200
    assert complete(as_alice, presigned).json()["status"] == "stored"


def test_before_anything_has_arrived_it_waits_on(as_alice, presigned):
    assert complete(as_alice, presigned).status_code == 409
    assert send(presigned).status_code == 200
    assert complete(as_alice, presigned).status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [(CSV + b"more", 409), (b"", 409), (b"\x00" * len(CSV), 415), (b"<html>12345", 415)],
    ids=["too long", "nothing", "no text", "markup"],
)
def test_what_is_not_as_announced_is_removed(
    as_alice, presigned, bucket, after_commit, body, status
):
    bucket.put_object(Key=f"incoming/{presigned['id']}", Body=body, ContentType="text/csv")

    with after_commit():
        response = complete(as_alice, presigned)

    assert response.status_code == status
    assert keys(bucket) == []
    assert not Upload.objects.exists()


def test_what_comes_after_the_end_changes_nothing(as_alice, presigned, bucket):
    send(presigned)
    complete(as_alice, presigned)

    send(presigned, b"title\nEvil\n")

    assert bucket.Object(key_of(presigned)).get()["Body"].read() == CSV


def test_who_completes_second_takes_in_nothing_else(as_alice, presigned, bucket):
    seen_before = Upload.objects.get()
    send(presigned)
    complete(as_alice, presigned)
    send(presigned, b"title\nEvil\n")

    assert direct.complete(seen_before).is_stored
    assert bucket.Object(key_of(presigned)).get()["Body"].read() == CSV


def test_nothing_was_announced_and_something_came(as_alice, bucket, after_commit):
    nothing = as_alice.post(PRESIGN, {**ANNOUNCED, "size": 0}).json()
    bucket.put_object(Key=f"incoming/{nothing['id']}", Body=b"x", ContentType="text/csv")

    with after_commit():
        response = complete(as_alice, nothing)

    assert response.status_code == 409
    assert keys(bucket) == []


def test_a_bucket_that_breaks_off_is_unavailable_and_nothing_is_lost(
    as_alice, presigned, monkeypatch
):
    def break_off(self, size):
        yield CSV[:5]
        raise ReadTimeoutError(endpoint_url="the bucket")

    send(presigned)
    with monkeypatch.context() as patch:
        patch.setattr("botocore.response.StreamingBody.iter_chunks", break_off)
        assert complete(as_alice, presigned).status_code == 503

    assert complete(as_alice, presigned).status_code == 200


def test_what_comes_after_its_upload_was_deleted_is_cleared_up(
    as_alice, bucket, after_commit, monkeypatch
):
    presigned, waiting = (as_alice.post(PRESIGN, ANNOUNCED).json() for _ in range(2))
    with after_commit():
        as_alice.delete(address_of(presigned))
    send(presigned)
    send(waiting)
    monkeypatch.setattr("uploads.reconciliation.YOUNG", timedelta(0))

    jobs.clear_up()

    assert keys(bucket) == [f"incoming/{waiting['id']}"]


def test_a_refused_file_leaves_no_object(as_alice, bucket):
    response = post_file(as_alice, b"text", "a.png")

    assert codes_of(response) == [("/file", "type_mismatch")]
    assert keys(bucket) == []


def test_a_bucket_that_does_not_answer_is_unavailable(as_alice, settings):
    keep_in(variables_of(free_port(), "id", "secret"), settings)

    response = post_file(as_alice)

    assert response.status_code == 503
    assert "Retry-After" in response
    assert not Upload.objects.exists()
