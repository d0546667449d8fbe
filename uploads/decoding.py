"""How much memory it takes to decode an image, told from its header. Measured with Pillow 13."""

import os
from typing import IO, cast

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

# As Pillow holds them; other modes take 4.
BYTES_PER_PIXEL = {"1": 1, "L": 1, "P": 1, "I;16": 2}
# libwebp's two canvases, what it gives out, and the image made of that.
WEBP = 16
COEFFICIENT = 2  # libjpeg's, a sample
SCAN = 0xDA


def memory_for(image: Image.Image, content_type: str, size: tuple[int, int]) -> int:
    """In bytes. `size` is the image's own, `image.size` the one that it is decoded at."""
    width, height = size
    if content_type == "image/webp":
        return width * height * WEBP
    decoded = image.width * image.height * BYTES_PER_PIXEL.get(image.mode, 4)
    if isinstance(image, JpegImageFile) and comes_in_scans(image):
        return decoded + int(width * height * samples_per_pixel(image) * COEFFICIENT)
    return decoded


def comes_in_scans(image: JpegImageFile) -> bool:
    """Whether a decoder has to keep all of a JPEG until its last scan."""
    return "progressive" in image.info or not begins_with_all_colours(
        cast(IO[bytes], image.fp), len(image.layer)
    )


def begins_with_all_colours(file: IO[bytes], components: int) -> bool:
    """Whether the first scan of a JPEG has all components; False where it cannot be found."""
    file.seek(2)
    while len(head := file.read(4)) == 4 and head[0] == 0xFF:
        if head[1] == SCAN:
            return file.read(1) == bytes([components])
        file.seek(int.from_bytes(head[2:], "big") - 2, os.SEEK_CUR)
    return False


def samples_per_pixel(image: JpegImageFile) -> float:
    """3 for colours in full, 1.5 where there is one colour for each four pixels (4:2:0)."""
    factors = [across * down for _, across, down, _ in image.layer]
    widest = max(across for _, across, _, _ in image.layer)
    highest = max(down for _, _, down, _ in image.layer)
    return sum(factors) / (widest * highest)
