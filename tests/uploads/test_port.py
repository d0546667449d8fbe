"""What other apps do with uploads, through `backend_practice.files`."""

import csv
import io
import uuid

import pytest

from backend_practice.files import NoSuchFile, open_upload, store_upload
from backend_practice.http.problems import TooLarge, UnsupportedContent
from tests.uploads.api import content_of, uploaded
from uploads.models import Upload, Usage


def test_an_upload_is_opened_with_its_name_and_size(as_alice, alice):
    upload = uploaded(as_alice, b"title\nEmma\n", "books.csv")

    with open_upload(uuid.UUID(upload["id"]), owner_id=alice.pk) as file:
        assert (file.name, file.size) == ("books.csv", 11)
        assert file.read() == b"title\nEmma\n"
        file.seek(6)
        assert file.read(4) == b"Emma"


def test_it_can_be_read_as_text(as_alice, alice):
    upload = uploaded(as_alice, b"title\nEmma\n", "books.csv")

    with open_upload(uuid.UUID(upload["id"]), owner_id=alice.pk) as file:
        assert list(csv.reader(io.TextIOWrapper(file))) == [["title"], ["Emma"]]


def test_somebody_elses_is_not_there(as_alice, charlie):
    upload = uploaded(as_alice)

    with pytest.raises(NoSuchFile), open_upload(uuid.UUID(upload["id"]), owner_id=charlie.pk):
        pass


def test_what_is_not_finished_is_not_there(as_alice, alice):
    as_alice.post("/api/v1/uploads/tus/", HTTP_TUS_RESUMABLE="1.0.0", HTTP_UPLOAD_LENGTH="9")

    with pytest.raises(NoSuchFile), open_upload(Upload.objects.get().pk, owner_id=alice.pk):
        pass


def test_chunks_become_an_upload(as_alice, alice, published):
    chunks = (b"%d\n" % number for number in range(1000))

    upload_id = store_upload(chunks, owner_id=alice.pk, name="n.csv", content_type="text/csv")

    body = as_alice.get(f"/api/v1/uploads/{upload_id}/").json()
    assert (body["name"], body["content_type"], body["status"]) == ("n.csv", "text/csv", "stored")
    assert content_of(as_alice.get(body["url"])).startswith(b"0\n1\n2\n")
    assert Usage.objects.get(owner=alice).used == body["size"] == 3890
    assert [kind for kind, _ in published] == ["uploads.upload.stored"]


def test_it_counts_against_the_limits(alice, settings, files_left):
    settings.MAX_UPLOAD_BYTES = 10
    made = iter(range(1000))

    with pytest.raises(TooLarge):
        store_upload(
            (b"x" for _ in made), owner_id=alice.pk, name="x.txt", content_type="text/plain"
        )

    assert next(made) == 11
    assert files_left() == []


def test_the_content_must_be_of_the_type(alice, files_left):
    with pytest.raises(UnsupportedContent):
        store_upload([b"x"], owner_id=alice.pk, name="x.txt", content_type="text/csv")

    assert files_left() == []
