"""Images from strangers: measured before they are decoded, decoded within bounds, one at a time.

Copies that are made here carry no EXIF or other metadata, and stand upright.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

from django.conf import settings
from PIL import Image, ImageOps

from backend_practice.http.problems import TooLarge, UnsupportedContent
from uploads.kinds import IMAGES

THUMBNAIL_SIZES = (256, 1024)
QUALITY = 80
BYTES_PER_PIXEL = {"1": 1, "L": 1, "P": 1, "LA": 4, "I;16": 2}  # as Pillow holds them; others 4
# What Pillow raises for content that is damaged, or made to damage.
DAMAGED = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, OverflowError)

Image.MAX_IMAGE_PIXELS = None  # bounded here, by a limit that the answer names
_decoding = threading.Semaphore(1)  # so that memory is bounded whatever the number of requests


@dataclass(frozen=True)
class Dimensions:
    """Of the image as it is shown: a photo on its side counts as upright."""

    width: int
    height: int


def check_image(path: Path, content_type: str, *, pointer: str = "/file") -> Dimensions:
    """Decode the image to see that it is one.

    Raises `TooLarge` beyond `MAX_IMAGE_PIXELS` or `MAX_IMAGE_MEMORY_BYTES`, before
    anything is decoded, and `UnsupportedContent` for one that is damaged.
    """
    try:
        with opened(path, content_type) as image:
            image.draft("RGB", (256, 256))  # a JPEG decodes at an eighth, for a sixty-fourth
            oriented = is_on_its_side(image)
            width, height = image_size(path, content_type)
            image.load()
    except DAMAGED as error:
        raise damaged(pointer) from error
    return Dimensions(height, width) if oriented else Dimensions(width, height)


def image_size(path: Path, content_type: str) -> tuple[int, int]:
    """As the header says."""
    with Image.open(path, formats=[IMAGES[content_type]]) as image:
        return image.size


def thumbnail(file: IO[bytes], content_type: str, size: int) -> bytes:
    """A copy of at most `size` by `size` pixels, as WebP."""
    with opened(file, content_type) as image:
        image.draft("RGB", (size, size))
        image.load()
        small = with_colours(image)
        # Shrunk first, then turned: turning copies what it turns.
        small.thumbnail((size, size))
        upright = ImageOps.exif_transpose(small)
        mode = "RGBA" if upright.has_transparency_data else "RGB"
        bare = upright.convert(mode)
        bare.info = {}  # what is not there cannot be written: EXIF, XMP, comments, profiles
        output = BytesIO()
        bare.save(output, "WEBP", quality=QUALITY, method=4, exif=b"", xmp=b"", icc_profile=None)
        return output.getvalue()


@contextmanager
def opened(source: Path | IO[bytes], content_type: str) -> Iterator[Image.Image]:
    """The image, its header read and within the bounds; others wait until it is closed."""
    with _decoding, Image.open(source, formats=[IMAGES[content_type]]) as image:
        refuse_flood(image)
        yield image


def refuse_flood(image: Image.Image) -> None:
    """Raise `TooLarge` where decoding would take more than it may."""
    pixels = image.width * image.height
    limit: int = settings.MAX_IMAGE_PIXELS
    if pixels > limit:
        detail = f"The image has {pixels:,} pixels; the most is {limit:,}."
        raise TooLarge(detail, name="MAX_IMAGE_PIXELS", value=limit)
    memory = pixels * BYTES_PER_PIXEL.get(image.mode, 4)
    limit = settings.MAX_IMAGE_MEMORY_BYTES
    if memory > limit:
        detail = f"The image takes {memory:,} bytes once it is decoded; the most is {limit:,}."
        raise TooLarge(detail, name="MAX_IMAGE_MEMORY_BYTES", value=limit)


def with_colours(image: Image.Image) -> Image.Image:
    """The image with colours that can be mixed, unless there is no memory for both at once."""
    both = image.width * image.height * 5
    if image.mode != "P" or both > settings.MAX_IMAGE_MEMORY_BYTES:
        return image
    return image.convert("RGBA")


def is_on_its_side(image: Image.Image) -> bool:
    """Whether EXIF says that width and height are to be swapped."""
    return image.getexif().get(0x0112) in (5, 6, 7, 8)


def damaged(pointer: str) -> UnsupportedContent:
    """The error for an image that does not decode."""
    return UnsupportedContent(
        "The image is damaged: it does not decode.", pointer=pointer, code="damaged_image"
    )
