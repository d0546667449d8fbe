"""Two requests for one upload at the same time: the second never undoes the first."""

import io

import pytest

from tests.uploads.api import PRESIGN, address_of, content_of
from tests.uploads.test_direct import ANNOUNCED, CSV, complete, put
from tests.uploads.test_tus import CONTENT, LENGTH, Tus
from uploads import checks, direct
from uploads.models import Upload, Usage
from uploads.parts import Part, locked


class DeletingBody(io.BytesIO):
    """A body in whose midst its upload is deleted."""

    def __init__(self, content, delete):
        super().__init__(content)
        self.delete, self.is_deleted = delete, False

    def read(self, *size):
        if self.tell() and not self.is_deleted:
            self.is_deleted = True
            self.delete()
        return super().read(*size[:0], 5)


@pytest.fixture
def tus(as_alice):
    return Tus(as_alice)


@pytest.fixture
def presigned(as_alice):
    return as_alice.post(PRESIGN, ANNOUNCED).json()


@pytest.fixture
def delete(as_alice, after_commit):
    """Delete the only upload, down to its last byte."""

    def delete_it():
        with after_commit():
            as_alice.delete(address_of({"id": Upload.objects.get().pk}))

    return delete_it


@pytest.fixture
def deleted_while_looked_into(monkeypatch, delete):
    def look_into(*arguments, **options):
        delete()
        return checks.look_into(*arguments, **options)

    monkeypatch.setattr("uploads.tus.look_into", look_into)
    monkeypatch.setattr("uploads.direct.look_into", look_into)


def is_deleted(response, alice, files_left):
    assert response.status_code == 409, response.content
    assert "was deleted" in response.json()["detail"]
    assert files_left() == []
    return not Upload.objects.exists() and Usage.objects.get(owner=alice).used == 0


def test_a_direct_upload_deleted_on_its_way_leaves_nothing(
    as_alice, alice, presigned, delete, files_left
):
    answer = as_alice.put(
        presigned["url"], content_type="text/csv", CONTENT_LENGTH=str(len(CSV)),
        **{"wsgi.input": DeletingBody(CSV, delete)},
    )  # fmt: skip

    assert is_deleted(answer, alice, files_left)


@pytest.mark.parametrize("length", [LENGTH, LENGTH + 1], ids=["whole", "a part"])
def test_a_resumable_upload_deleted_on_its_way_leaves_nothing(
    as_alice, tus, alice, delete, files_left, length
):
    url = tus.begin(length=length)

    answer = as_alice.patch(
        url, content_type="application/offset+octet-stream", CONTENT_LENGTH=str(LENGTH),
        HTTP_TUS_RESUMABLE="1.0.0", HTTP_UPLOAD_OFFSET="0",
        **{"wsgi.input": DeletingBody(CONTENT, delete)},
    )  # fmt: skip

    assert is_deleted(answer, alice, files_left)


@pytest.mark.usefixtures("deleted_while_looked_into")
def test_one_deleted_at_its_end_leaves_nothing(tus, alice, files_left):
    url = tus.begin()

    assert is_deleted(tus.append(url, 0, CONTENT), alice, files_left)


@pytest.mark.usefixtures("deleted_while_looked_into")
def test_one_deleted_while_it_is_completed_leaves_nothing(as_alice, presigned, alice, files_left):
    put(as_alice, presigned)

    assert is_deleted(complete(as_alice, presigned), alice, files_left)


def test_who_completes_second_finds_it_done(as_alice, presigned, published):
    seen_before = Upload.objects.get()
    put(as_alice, presigned)
    complete(as_alice, presigned)

    assert direct.complete(seen_before).is_stored
    assert len(published) == 1


def test_while_it_is_being_sent_nobody_completes_it(as_alice, presigned):
    put(as_alice, presigned)
    with locked(Part(Upload.objects.get().pk)):
        assert complete(as_alice, presigned).status_code == 423
        assert put(as_alice, presigned).status_code == 423

    assert complete(as_alice, presigned).status_code == 200


def test_what_is_sent_again_before_the_end_replaces_what_came(as_alice, presigned):
    put(as_alice, presigned, b"title\nEvil\n")
    put(as_alice, presigned)

    assert content_of(as_alice.get(complete(as_alice, presigned).json()["url"])) == CSV
