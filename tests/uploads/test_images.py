"""Images: measured before they are decoded, and decoded to see that they are images."""

import io
import struct
import zlib

import pytest
from PIL import ImageFile

from tests.uploads.api import codes_of, picture, post_file, uploaded
from uploads.decoding import begins_with_all_colours

ON_ITS_SIDE = 6


def chunk(kind, data):
    return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))


def png_flood(side=13_000):
    """A PNG of 169 megapixels in a few kilobytes."""
    head = struct.pack("!IIBBBBB", side, side, 8, 0, 0, 0, 0)
    packer = zlib.compressobj()
    row = b"\x00" * (side + 1)
    body = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def exif(**tags):
    from PIL import Image

    data = Image.Exif()
    for tag, value in tags.items():
        data[int(tag.removeprefix("t"))] = value
    return data


@pytest.mark.parametrize(
    ("form", "name"), [("PNG", "a.png"), ("JPEG", "a.jpg"), ("GIF", "a.gif"), ("WEBP", "a.webp")]
)
def test_an_image_is_measured(as_alice, form, name):
    upload = uploaded(as_alice, picture(form, (30, 20)), name)

    assert upload["image"] == {"width": 30, "height": 20, "thumbnails": {}}


def test_a_photo_on_its_side_counts_as_upright(as_alice):
    content = picture("JPEG", (30, 20), exif=exif(t274=ON_ITS_SIDE))

    upload = uploaded(as_alice, content, "a.jpg")

    assert (upload["image"]["width"], upload["image"]["height"]) == (20, 30)


@pytest.fixture
def decoded(monkeypatch):
    """Every image whose pixels were unpacked."""
    images = []
    load = ImageFile.ImageFile.load
    monkeypatch.setattr(
        ImageFile.ImageFile, "load", lambda image: (images.append(image), load(image))[1]
    )
    return images


def test_a_flood_of_pixels_is_refused_before_any_is_unpacked(as_alice, files_left, decoded):
    response = post_file(as_alice, png_flood(), "a.png")

    assert decoded == []
    assert response.status_code == 413
    assert response.json()["limit"]["name"] == "MAX_IMAGE_PIXELS"
    assert files_left() == []


def test_an_image_of_the_most_pixels_is_taken(as_alice, settings, decoded):
    settings.MAX_IMAGE_PIXELS = 600

    assert uploaded(as_alice, picture("PNG", (30, 20)), "a.png")["image"]["width"] == 30
    assert decoded
    response = post_file(as_alice, picture("PNG", (30, 21)), "a.png")
    assert response.json()["limit"] == {"name": "MAX_IMAGE_PIXELS", "value": 600}


def test_what_decoding_takes_is_bounded_too(as_alice, settings):
    settings.MAX_IMAGE_MEMORY_BYTES = 30 * 20 * 4 - 1

    response = post_file(as_alice, picture("PNG", (30, 20), "RGBA"), "a.png")

    assert response.status_code == 413
    assert response.json()["limit"]["name"] == "MAX_IMAGE_MEMORY_BYTES"


@pytest.mark.parametrize(
    ("form", "options", "bytes_per_pixel"),
    [
        ("JPEG", {"progressive": True, "subsampling": "4:4:4"}, 6),
        ("JPEG", {"progressive": True, "subsampling": "4:2:0"}, 3),
        ("JPEG", {"progressive": False, "subsampling": "4:4:4"}, 0),  # decoded at a quarter of it
        ("WEBP", {"method": 0}, 16),
        ("PNG", {}, 4),
        ("GIF", {}, 1),
    ],
)
def test_each_format_takes_what_its_decoder_takes(
    as_alice, settings, form, options, bytes_per_pixel
):
    content, name = picture(form, (800, 600), **options), f"a.{form.lower()}"
    settings.MAX_IMAGE_MEMORY_BYTES = 800 * 600 * bytes_per_pixel - 1
    response = post_file(as_alice, content, name)
    assert response.json()["limit"]["name"] == "MAX_IMAGE_MEMORY_BYTES"

    settings.MAX_IMAGE_MEMORY_BYTES = 800 * 600 * bytes_per_pixel + 400 * 300 * 4

    assert post_file(as_alice, content, name).status_code == 201


def test_a_jpeg_whose_colours_come_one_after_the_other_is_kept_until_its_end():
    def jpeg(colours):
        frame = b"\xff\xc0\x00\x11" + b"\x00" * 15
        return io.BytesIO(b"\xff\xd8" + frame + b"\xff\xda\x00\x0c" + bytes([colours]))

    assert begins_with_all_colours(jpeg(3), 3)
    assert not begins_with_all_colours(jpeg(1), 3)
    assert not begins_with_all_colours(io.BytesIO(b"\xff\xd8\xff\xc0\x00\x00" * 9), 3)


@pytest.mark.parametrize("kept", [40, 60, 90])
@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_damaged_image_is_none(as_alice, files_left, form, kept):
    whole = picture(form, (300, 200))

    response = post_file(as_alice, whole[:kept], f"a.{form.lower()}")

    assert response.status_code == 415
    assert codes_of(response)[0][1] in ("damaged_image", "type_not_allowed")
    assert files_left() == []


@pytest.mark.parametrize(
    "head",
    [
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
        b"II*\x00\x08\x00\x00\x00" + b"\x00" * 60,
        b"BM" + struct.pack("<IHHIIiiHHIIiiII", 100, 0, 0, 54, 40, 1, 1, 1, 24, 0, 4, 0, 0, 0, 0),
        b"8BPS\x00\x01" + b"\x00" * 60,
    ],
    ids=["EPS", "TIFF", "BMP", "PSD"],
)
@pytest.mark.parametrize("name", ["a.png", "a.jpg"])
def test_no_other_format_is_opened(as_alice, head, name):
    assert post_file(as_alice, head, name).status_code == 415
