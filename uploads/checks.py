"""What is asked of every file before it is kept, by whichever way it came."""

from dataclasses import dataclass

from uploads.images import Dimensions, check_image
from uploads.kinds import IMAGES, Claim, kind_of
from uploads.parts import Part
from uploads.scan import scan


@dataclass(frozen=True)
class Finding:
    """What a file turned out to be."""

    size: int
    sha256: str
    content_type: str
    dimensions: Dimensions | None = None


def look_into(part: Part, claim: Claim, *, sha256: str = "", pointer: str = "/file") -> Finding:
    """What this part is; `sha256` is its hash, where it is known already.

    Raises `UnsupportedContent` and `TooLarge` for what is not taken, and
    `Unavailable` where a scanner is wanted and away.
    """
    content_type = kind_of(part.path, claim, pointer=pointer)
    dimensions = None
    if content_type in IMAGES:
        dimensions = check_image(part.path, content_type, pointer=pointer)
    scan(part.chunks(), pointer=pointer)
    return Finding(part.size, sha256 or part.sha256(), content_type, dimensions)
