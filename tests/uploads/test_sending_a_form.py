"""POST /uploads/"""

import hashlib
import io
import uuid

import pytest
from rest_framework.test import APIClient

from tests.uploads.api import UPLOADS, codes_of, content_of, file_of, post_file, uploaded
from uploads.models import Upload, Usage


def post_raw(client, name):
    """A form whose file has this very name; Django's test client would mend it."""
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = head.encode() + b"x\r\n--x--\r\n"
    return client.generic("POST", UPLOADS, body, "multipart/form-data; boundary=x")


def test_a_file_in_a_form_becomes_an_upload(as_alice, alice):
    response = post_file(as_alice, b"Hello.", "hello.txt")

    assert response.status_code == 201, response.content
    body = response.json()
    assert set(body) == {
        *("id", "name", "size", "content_type", "sha256", "status", "image", "url", "owner"),
        "created_at",
    }
    assert (body["name"], body["size"], body["status"]) == ("hello.txt", 6, "stored")
    assert (body["content_type"], body["image"]) == ("text/plain", None)
    assert body["sha256"] == hashlib.sha256(b"Hello.").hexdigest()
    assert body["owner"] == str(alice.pk)
    assert body["created_at"].endswith("Z")


def test_location_leads_to_it(as_alice):
    response = post_file(as_alice)

    assert response["Location"] == f"http://testserver{UPLOADS}{response.json()['id']}/"
    again = as_alice.get(response["Location"])
    assert again.json() == response.json()
    assert again["ETag"] == response["ETag"]


def test_the_bytes_are_the_same(as_alice):
    content = bytes(range(256)) * 1000 + b"\r\n--boundary--\r\n"

    upload = uploaded(as_alice, b"%PDF-1.7\n" + content, "a.pdf")

    assert content_of(as_alice.get(upload["url"])) == b"%PDF-1.7\n" + content


def test_the_stored_name_does_not_come_from_the_client(as_alice, files_left):
    upload = uploaded(as_alice, b"x", "../../etc/passwd.txt")

    assert upload["name"] == "passwd.txt"
    assert files_left() == [upload["id"]]
    assert uuid.UUID(upload["id"]).version == 7


def test_others_cannot_read_the_files_on_disk(as_alice, storage):
    upload = uploaded(as_alice)

    [path] = [path for path in storage.rglob("*") if path.name == upload["id"]]
    assert path.stat().st_mode & 0o077 == 0


def test_an_empty_file_is_a_file(as_alice):
    assert uploaded(as_alice, b"", "empty.txt")["size"] == 0


@pytest.mark.parametrize("name", ["Ünïcödé 本.txt", "a" * 251 + ".txt", "no extension"])
def test_any_sensible_name_is_kept(as_alice, name):
    assert uploaded(as_alice, b"x", name)["name"] == name


def test_a_name_that_is_too_long_is_invalid(as_alice):
    response = post_raw(as_alice, "a" * 252 + ".txt")

    assert response.status_code == 400
    assert codes_of(response) == [("/file", "max_length")]


def test_a_name_cannot_turn_the_direction_of_writing(as_alice):
    response = post_raw(as_alice, "harmless\u202etxt.exe")

    assert response.status_code == 400
    assert codes_of(response) == [("/file", "control_characters")]


def test_quotation_marks_in_a_name_come_as_browsers_write_them(as_alice):
    assert post_raw(as_alice, "%22100%%22.txt").json()["name"] == '"100%".txt'


@pytest.mark.parametrize("name", ["תמונה מהקיץ.txt", "صورة.txt", "📚 הר.txt"])
def test_a_name_may_be_written_from_right_to_left(as_alice, name):
    assert post_raw(as_alice, name).json()["name"] == name


def test_a_name_with_an_entity_stays_as_it_is(as_alice):
    assert post_raw(as_alice, "a&amp;b.txt").json()["name"] == "a&amp;b.txt"


def test_a_form_without_the_file_is_invalid(as_alice):
    response = as_alice.post(UPLOADS, {}, format="multipart")

    assert response.status_code == 400
    assert codes_of(response) == [("/file", "required")]


def test_a_text_in_place_of_the_file_is_invalid(as_alice):
    response = as_alice.post(UPLOADS, {"file": "text"}, format="multipart")

    assert response.status_code == 400
    assert codes_of(response) == [("/file", "invalid")]


def test_a_file_in_another_field_is_invalid(as_alice, files_left):
    response = as_alice.post(UPLOADS, {"document": file_of()}, format="multipart")

    assert response.status_code == 400
    assert codes_of(response) == [("/document", "unknown")]
    assert files_left() == []


def test_two_files_at_a_time_are_invalid(as_alice, files_left):
    response = as_alice.post(UPLOADS, {"file": [file_of(), file_of()]}, format="multipart")

    assert response.status_code == 400
    assert codes_of(response) == [("/file", "repeated")]
    assert files_left() == []


def test_other_members_are_invalid(as_alice):
    response = as_alice.post(UPLOADS, {"file": file_of(), "title": "x"}, format="multipart")

    assert response.status_code == 400
    assert codes_of(response) == [("/title", "unknown")]


def test_a_body_that_is_no_form_is_a_wrong_media_type(as_alice):
    assert as_alice.post(UPLOADS, {"file": "x"}).status_code == 415


@pytest.mark.parametrize(
    "content_type", ["multipart/form-data", "multipart/form-data; boundary=" + "x" * 500]
)
def test_a_form_without_a_usable_boundary_is_malformed(as_alice, content_type):
    response = as_alice.generic("POST", UPLOADS, b"--x\r\n", content_type=content_type)

    assert response.status_code == 400


def test_a_body_shorter_than_it_says_leaves_nothing(as_alice, files_left):
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhalf of i'

    response = as_alice.post(
        UPLOADS,
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(len(body) + 100),
        **{"wsgi.input": io.BytesIO(body)},
    )

    assert response.status_code == 400
    assert files_left() == []
    assert not Upload.objects.exists()


def test_an_upload_is_published_without_its_name(as_alice, alice, published):
    upload = uploaded(as_alice)

    [(kind, data)] = published
    assert kind == "uploads.upload.stored"
    assert data == {
        "id": upload["id"],
        "owner": str(alice.pk),
        "size": 6,
        "content_type": "text/plain",
        "is_image": False,
    }


def test_an_upload_counts_against_the_quota(as_alice, alice):
    uploaded(as_alice, b"123456")
    uploaded(as_alice, b"1234")

    assert Usage.objects.get(owner=alice).used == 10


def test_who_is_not_logged_in_cannot_upload(anonymous, db):
    response = post_file(anonymous)

    assert response.status_code == 401
    assert "WWW-Authenticate" in response


def test_a_session_needs_its_csrf_token_in_a_header(alice):
    client = APIClient(enforce_csrf_checks=True)
    client.get("/api/v1/auth/session/login/")
    client.force_login(alice)
    token = client.cookies["csrftoken"].value

    assert post_file(client).status_code == 403
    assert post_file(client, HTTP_X_CSRFTOKEN=token).status_code == 201
