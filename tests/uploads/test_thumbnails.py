"""Thumbnails: asked for by an event, made by a job, upright and without metadata."""

import io
import uuid
from types import SimpleNamespace

import pytest
from PIL import Image

from events.envelope import Event
from jobs.models import Job
from tests.uploads.api import address_of, content_of, picture, uploaded
from tests.uploads.test_images import ON_ITS_SIDE, exif
from uploads import handlers, jobs
from uploads.models import Upload


@pytest.fixture
def photo(as_alice):
    """A photo on its side, wider than a thumbnail, whose EXIF tells who took it."""
    image = Image.new("RGB", (600, 300), "blue")
    image.paste("red", (0, 0, 300, 300))  # left; upright it is above
    output = io.BytesIO()
    image.save(output, "JPEG", quality=95, exif=exif(t274=ON_ITS_SIDE, t315="Somebody"))
    return uploaded(as_alice, output.getvalue(), "photo.jpg")


def make(upload):
    """Run the job, as a worker would."""
    return jobs.thumbnails(SimpleNamespace(), {"upload": upload["id"]})


def copy_of(client, upload, size):
    answer = client.get(address_of(upload, f"thumbnails/{size}/"))
    assert answer.status_code == 200
    return answer, Image.open(io.BytesIO(content_of(answer)))


def test_they_are_told_as_soon_as_they_are_made(as_alice, photo):
    before = as_alice.get(address_of(photo))
    make(photo)
    after = as_alice.get(address_of(photo))

    assert before.json()["image"]["thumbnails"] == {}
    urls = after.json()["image"]["thumbnails"]
    assert set(urls) == {"256", "1024"}
    assert urls["256"].endswith(f"/uploads/{photo['id']}/thumbnails/256/")
    assert before["ETag"] != after["ETag"]


def test_they_stand_upright(as_alice, photo):
    make(photo)

    _, image = copy_of(as_alice, photo, 256)

    assert image.size == (128, 256)
    above, below = image.convert("RGB").getpixel((64, 50)), image.convert("RGB").getpixel((64, 200))
    assert above[0] > 200 > 60 > above[2]
    assert below[2] > 200 > 60 > below[0]


def test_they_carry_no_metadata(as_alice, photo):
    make(photo)

    answer, image = copy_of(as_alice, photo, 256)

    assert dict(image.getexif()) == {}
    assert not {"exif", "xmp", "icc_profile", "comment"} & set(image.info)
    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_they_are_never_larger_than_the_image(as_alice):
    upload = uploaded(as_alice, picture("PNG", (30, 20)), "a.png")
    make(upload)

    assert copy_of(as_alice, upload, 1024)[1].size == (30, 20)


@pytest.mark.parametrize(
    ("form", "mode"),
    [("PNG", "P"), ("PNG", "LA"), ("PNG", "1"), ("PNG", "I;16"), ("PNG", "RGBA"), ("JPEG", "CMYK"),
     ("JPEG", "L"), ("GIF", "P"), ("WEBP", "RGBA")],
)  # fmt: skip
def test_every_kind_of_pixel_can_be_shrunk(as_alice, form, mode):
    upload = uploaded(as_alice, picture(form, (600, 20), mode), f"a.{form.lower()}")

    assert make(upload) == {"sizes": [256, 1024]}
    assert copy_of(as_alice, upload, 256)[1].width == 256


def test_grey_of_sixteen_bits_stays_grey(as_alice):
    output = io.BytesIO()
    Image.new("I;16", (600, 20), 100 * 256).save(output, "PNG")
    upload = uploaded(as_alice, output.getvalue(), "a.png")
    make(upload)

    pixel = copy_of(as_alice, upload, 256)[1].convert("L").getpixel((9, 3))

    assert 95 < pixel < 105


def test_made_twice_there_is_one_set_of_them(as_alice, photo, files_left):
    make(photo)
    first = files_left(), Upload.objects.get().version
    make(photo)

    assert (files_left(), Upload.objects.get().version) == first
    assert files_left() == sorted([photo["id"], "1024", "256"])


def test_they_go_with_the_upload(as_alice, photo, files_left, after_commit):
    make(photo)

    with after_commit():
        as_alice.delete(address_of(photo))

    assert files_left() == []


def test_an_upload_that_has_gone_gets_none(db, files_left):
    assert make({"id": str(uuid.uuid4())}) == {"sizes": []}
    assert files_left() == []


def test_a_file_that_is_no_image_gets_none(as_alice):
    assert make(uploaded(as_alice)) == {"sizes": []}


def test_a_size_that_there_is_not_is_not_found(as_alice, photo):
    make(photo)

    assert as_alice.get(address_of(photo, "thumbnails/64/")).status_code == 404


def test_the_event_of_an_image_asks_for_them(alice, db):
    upload_id = str(uuid.uuid4())
    data = {"id": upload_id, "owner": str(alice.pk), "is_image": True}

    handlers.ask_for_thumbnails(event("uploads.upload.stored", data))

    [job] = Job.objects.filter(kind="uploads.thumbnails")
    assert job.params == {"upload": upload_id}
    assert job.owner_id == alice.pk


def test_the_event_of_another_file_asks_for_nothing(db):
    handlers.ask_for_thumbnails(event("uploads.upload.stored", {"id": "x", "is_image": False}))

    assert not Job.objects.filter(kind="uploads.thumbnails").exists()


def event(kind, data):
    from django.utils import timezone

    return Event(uuid.uuid4(), kind, data["id"], timezone.now(), data)
