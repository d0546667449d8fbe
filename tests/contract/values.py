"""Values that no server can have foreseen, from a seed that makes them again."""

import random
import string
import struct
import zlib
from datetime import UTC, datetime

ONSETS = (*"bcdfghjklmnprstvwz", "br", "ch", "fl", "gr", "sh", "st", "th")
NUCLEI = ("a", "e", "i", "o", "u", "ai", "ea", "ou")


class Values:
    """Random words, names, books and files."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)  # noqa: S311 - nothing secret

    def word(self, syllables: int = 3) -> str:
        pick = self.random.choice
        return "".join(pick(ONSETS) + pick(NUCLEI) for _ in range(syllables))

    def words(self, count: int) -> str:
        return " ".join(self.word() for _ in range(count))

    def title(self) -> str:
        return self.words(3).capitalize()

    def name(self) -> str:
        return f"{self.word(2).capitalize()} {self.word().capitalize()}"

    def slug(self) -> str:
        return f"{self.word()}-{self.word()}"

    def email(self) -> str:
        """Of a domain that nobody can own (RFC 2606), and of this very moment."""
        moment = int(datetime.now(UTC).timestamp() * 1000)
        return f"{self.word()}.{moment:x}@example.com"

    def password(self) -> str:
        return f"{self.words(2)} {self.number(1000, 9999)}"

    def number(self, least: int, most: int) -> int:
        return self.random.randint(least, most)

    def year(self) -> int:
        return self.number(1500, datetime.now(UTC).year)

    def letters(self, length: int) -> str:
        return "".join(self.random.choices(string.ascii_letters, k=length))

    def isbn13(self, prefix: str = "978") -> str:
        digits = prefix + "".join(self.random.choices(string.digits, k=9))
        weighed = sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(digits))
        return digits + str(-weighed % 10)

    def book(self, **members: object) -> dict[str, object]:
        """A valid book of a title and an author, and what else is asked for."""
        return {"title": self.title(), "authors": [self.name()], **members}

    def text_file(self, size: int = 2000) -> bytes:
        return (self.words(size // 6) * 2).encode()[:size]

    def png(self, width: int = 320, height: int = 200) -> bytes:
        """A picture of stripes in random colours."""
        colours = [bytes(self.random.randrange(256) for _ in range(3)) for _ in range(8)]
        rows = (b"\0" + colours[row // 16 % 8] * width for row in range(height))
        return png_of(width, height, b"".join(rows), depth=8, kind=2)


def png_of(width: int, height: int, rows: bytes, *, depth: int, kind: int) -> bytes:
    """A PNG file of raw rows, each after its filter byte."""

    def chunk(name: bytes, data: bytes) -> bytes:
        checked = name + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows, 9)), chunk(b"IEND", b""))
    )


def isbn10_of(isbn13: str) -> str:
    """The ISBN-10 of an ISBN-13 that begins with 978."""
    digits = isbn13[3:12]
    weighed = sum(int(digit) * (10 - place) for place, digit in enumerate(digits))
    check = -weighed % 11
    return digits + ("X" if check == 10 else str(check))
