"""Uploads in the admin."""

import pytest

from tests.uploads.api import content_of, picture, uploaded
from tests.uploads.test_thumbnails import make
from uploads.models import Upload, Usage

ADMIN = "/admin/uploads/upload/"


@pytest.fixture
def as_admin(client_of, admin):
    return client_of(admin)


@pytest.fixture
def image(as_alice):
    upload = uploaded(as_alice, picture("PNG", (30, 20)), "kitchen.png")
    make(upload)
    return upload


def test_the_list_shows_a_preview(as_admin, image):
    page = as_admin.get(ADMIN).content.decode()

    assert "kitchen.png" in page
    assert f"{ADMIN}{image['id']}/preview/" in page


def test_a_long_name_does_not_push_the_rest_away(as_admin, as_alice):
    uploaded(as_alice, b"x", "a" * 200 + ".txt")

    page = as_admin.get(ADMIN).content.decode()

    assert "a" * 47 + "…</bdi>" in page
    assert f'title="{"a" * 200}.txt"' in page


def test_the_preview_is_the_thumbnail(as_admin, image):
    response = as_admin.get(f"{ADMIN}{image['id']}/preview/")

    assert response["Content-Type"] == "image/webp"
    assert content_of(response)[8:12] == b"WEBP"


def test_the_preview_is_for_staff(as_alice, image):
    assert as_alice.get(f"{ADMIN}{image['id']}/preview/").status_code == 302


def test_an_upload_can_be_looked_at_and_not_changed(as_admin, image):
    response = as_admin.get(f"{ADMIN}{image['id']}/change/")

    assert response.status_code == 200
    assert 'name="_save"' not in response.content.decode()


def test_search_and_usage_answer(as_admin, image):
    assert "kitchen.png" in as_admin.get(ADMIN, {"q": "kitchen"}).content.decode()
    assert as_admin.get("/admin/uploads/usage/").status_code == 200


def test_deleting_there_deletes_the_bytes_too(
    as_admin, image, files_left, after_commit, alice, published
):
    with after_commit():
        response = as_admin.post(
            ADMIN,
            {"action": "delete_selected", "_selected_action": [image["id"]], "post": "yes"},
            format="multipart",
        )

    assert response.status_code == 302
    assert not Upload.objects.exists()
    assert files_left() == []
    assert Usage.objects.get(owner=alice).used == 0
    assert [kind for kind, _ in published] == ["uploads.upload.deleted"]
