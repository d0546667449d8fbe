"""How large an upload may be, and all of one user's together."""

import io

import pytest
from django.db import connection

from tests.uploads.api import UPLOADS, post_file, uploaded
from uploads import quota
from uploads.models import Upload, Usage

FORM = "multipart/form-data; boundary=x"
PART = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'


class Unread(io.BytesIO):
    """A body that must not be touched."""

    def read(self, *args):
        raise AssertionError("The body was read.")

    readline = read


def limit_of(response):
    assert response.status_code == 413, response.content
    return response.json()["limit"]


def test_a_file_of_the_largest_size_is_taken(as_alice, settings):
    settings.MAX_UPLOAD_BYTES = 1000

    assert uploaded(as_alice, b"x" * 1000)["size"] == 1000


def test_one_byte_more_is_too_large_and_leaves_nothing(as_alice, settings, files_left):
    settings.MAX_UPLOAD_BYTES = 1000

    response = post_file(as_alice, b"x" * 1001)

    assert limit_of(response) == {"name": "MAX_UPLOAD_BYTES", "value": 1000}
    assert files_left() == []


def test_a_declared_length_that_is_too_large_is_refused_unread(as_alice, settings):
    settings.MAX_UPLOAD_BYTES = 1000
    declared = str(1000 + settings.MULTIPART_OVERHEAD + 1)

    response = as_alice.post(
        UPLOADS, content_type=FORM, CONTENT_LENGTH=declared, **{"wsgi.input": Unread()}
    )

    assert limit_of(response) == {"name": "MAX_UPLOAD_BYTES", "value": 1000}


def test_a_length_beyond_the_quota_is_refused_unread(as_alice, settings):
    settings.UPLOAD_QUOTA_BYTES = 1000
    declared = str(1000 + settings.MULTIPART_OVERHEAD + 1)

    response = as_alice.post(
        UPLOADS, content_type=FORM, CONTENT_LENGTH=declared, **{"wsgi.input": Unread()}
    )

    assert limit_of(response) == {"name": "UPLOAD_QUOTA_BYTES", "value": 1000}


def test_a_body_in_chunks_is_refused_once_it_is_too_large(as_alice, settings, files_left):
    settings.MAX_UPLOAD_BYTES = 1000

    response = as_alice.post(
        UPLOADS,
        content_type=FORM,
        CONTENT_LENGTH="66536",
        HTTP_TRANSFER_ENCODING="chunked",
        **{"wsgi.input": io.BytesIO(PART + b"x" * 1001 + b"\r\n--x--\r\n")},
    )

    assert limit_of(response) == {"name": "MAX_UPLOAD_BYTES", "value": 1000}
    assert files_left() == []


def test_a_body_in_chunks_is_taken(as_alice):
    response = as_alice.post(
        UPLOADS,
        content_type=FORM,
        CONTENT_LENGTH="66536",
        HTTP_TRANSFER_ENCODING="chunked",
        **{"wsgi.input": io.BytesIO(PART + b"abc\r\n--x--\r\n")},
    )

    assert response.json()["size"] == 3


def test_other_addresses_keep_the_limit_of_a_body(as_alice, settings):
    response = as_alice.post(
        "/api/v1/uploads/presign/", content_type="application/json",
        CONTENT_LENGTH=str(settings.MAX_BODY_BYTES + 1), **{"wsgi.input": Unread()},
    )  # fmt: skip

    assert limit_of(response)["name"] == "MAX_BODY_BYTES"


def test_the_quota_is_a_users_own(as_alice, as_charlie, settings):
    settings.UPLOAD_QUOTA_BYTES = 10
    uploaded(as_alice, b"x" * 10)

    assert post_file(as_alice, b"x").status_code == 413
    assert post_file(as_charlie, b"x").status_code == 201


def test_beyond_the_quota_nothing_is_kept(as_alice, settings, files_left, alice):
    settings.UPLOAD_QUOTA_BYTES = 10
    first = uploaded(as_alice, b"x" * 6)

    response = post_file(as_alice, b"x" * 6)

    assert limit_of(response) == {"name": "UPLOAD_QUOTA_BYTES", "value": 10}
    assert files_left() == [first["id"]]
    assert Usage.objects.get(owner=alice).used == 6


@pytest.mark.django_db(transaction=True)
def test_two_uploads_at_once_cannot_pass_the_quota(client_of, alice, settings, at_once, files_left):
    settings.UPLOAD_QUOTA_BYTES = 10

    answers = at_once(*[lambda: post_file(client_of(alice), b"x" * 6)] * 4)

    assert sorted(answer.status_code for answer in answers) == [201, 413, 413, 413]
    assert Usage.objects.get(owner=alice).used == 6
    assert len(files_left()) == Upload.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_quota_is_taken_in_one_statement(alice, settings):
    settings.UPLOAD_QUOTA_BYTES = 10
    quota.reserve(alice.pk, 6)

    with pytest.raises(Exception, match="6 of 10"):
        quota.reserve(alice.pk, 6)

    assert quota.used_by(alice.pk) == 6
    assert connection.vendor in ("sqlite", "postgresql")
