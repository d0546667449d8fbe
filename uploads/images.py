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
from uploads.decoding import memory_for
from uploads.kinds import IMAGES

THUMBNAIL_SIZES = (256, 1024)
QUALITY = 80
ORIENTATION = 0x0112  # EXIF's tag
STRIP = 64  # rows that are made smaller at once
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
        with opened(path, content_type, at_least=min(THUMBNAIL_SIZES)) as (image, size):
            image.load()
            width, height = reversed(size) if is_on_its_side(image) else size
    except FileNotFoundError:
        raise
    except DAMAGED as error:
        raise damaged(pointer) from error
    return Dimensions(width, height)


def thumbnail(file: IO[bytes], content_type: str, size: int) -> bytes:
    """A copy of at most `size` by `size` pixels, as WebP."""
    with opened(file, content_type, at_least=size) as (image, _):
        image.load()
        small = smaller(image, size)
        small.getexif()[ORIENTATION] = image.getexif().get(ORIENTATION, 1)
        image.close()
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
def opened(
    source: Path | IO[bytes], content_type: str, *, at_least: int
) -> Iterator[tuple[Image.Image, tuple[int, int]]]:
    """The image, within the bounds, and its size; others wait until it is closed.

    A JPEG is decoded smaller than it is, not below `at_least` pixels a side.
    """
    with _decoding, Image.open(source, formats=[IMAGES[content_type]]) as image:
        refuse_flood(image)
        size = image.size
        image.draft("RGB", (at_least, at_least))
        refuse_hunger(memory_for(image, content_type, size))
        yield image, size


def refuse_flood(image: Image.Image) -> None:
    """Raise `TooLarge` for more pixels than an image may have."""
    pixels = image.width * image.height
    limit: int = settings.MAX_IMAGE_PIXELS
    if pixels > limit:
        detail = f"The image has {pixels:,} pixels; the most is {limit:,}."
        raise TooLarge(detail, name="MAX_IMAGE_PIXELS", value=limit)


def refuse_hunger(memory: int) -> None:
    """Raise `TooLarge` where decoding would take more memory than it may."""
    limit: int = settings.MAX_IMAGE_MEMORY_BYTES
    if memory > limit:
        detail = f"Decoding the image takes {memory:,} bytes; the most is {limit:,}."
        raise TooLarge(detail, name="MAX_IMAGE_MEMORY_BYTES", value=limit)


def smaller(image: Image.Image, size: int) -> Image.Image:
    """The image with colours that can be mixed, and some times as large as `size` at most.

    Strip by strip: to mix colours takes a copy of what is mixed.
    """
    times = max(1, max(image.size) * 2 // (size * 3))
    mode = "RGBA" if image.has_transparency_data else "RGB"
    small = Image.new(mode, (-(-image.width // times), -(-image.height // times)))
    for top in range(0, image.height, STRIP * times):
        strip = image.crop((0, top, image.width, min(top + STRIP * times, image.height)))
        small.paste(in_colours(strip, mode).reduce(times), (0, top // times))
    return small


def in_colours(image: Image.Image, mode: str) -> Image.Image:
    """Converted; 16 bits of grey would otherwise be cut off at white."""
    if image.mode == "I;16":
        image = image.point(lambda value: value / 256)
    return image.convert(mode)


def is_on_its_side(image: Image.Image) -> bool:
    """Whether EXIF says that width and height are to be swapped."""
    return image.getexif().get(ORIENTATION) in (5, 6, 7, 8)


def damaged(pointer: str) -> UnsupportedContent:
    """The error for an image that does not decode."""
    return UnsupportedContent(
        "The image is damaged: it does not decode.", pointer=pointer, code="damaged_image"
    )
