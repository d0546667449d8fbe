"""How a file's bytes spell its text."""

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from books.catalogue.report import CatalogueError

CHUNK = 64 * 1024
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
NOT_IN_CP1252 = b"\x81\x8d\x8f\x90\x9d"


def encoding_of(file: BinaryIO) -> str:
    """By its mark; else UTF-8 if all of it is, else what Windows or Unix wrote in its place.

    Reads the file through, holding one chunk, and leaves it at its start.
    """
    start = file.read(CHUNK)
    file.seek(0)
    for mark, encoding in BYTE_ORDER_MARKS:
        if start.startswith(mark):
            return encoding
    refuse_binary(file)
    if _is_utf_8(file):
        return "utf-8"
    undefined = any(byte in chunk for chunk in _chunks(file) for byte in NOT_IN_CP1252)
    return "latin-1" if undefined else "cp1252"


def known_encoding(name: str) -> str:
    """Python's name of an encoding; a mark at the start is no part of the text.

    Raises `CatalogueError` for one that there is not.
    """
    try:
        encoding = codecs.lookup(name).name
        "".encode(encoding)
    except LookupError as error:
        raise CatalogueError(f"There is no text encoding {name!r}.") from error
    return "utf-8-sig" if encoding == "utf-8" else encoding


def refuse_binary(file: BinaryIO) -> None:
    """Raise `CatalogueError` where no text can be; else leave the file at its start."""
    start = file.read(CHUNK)
    file.seek(0)
    if b"\0" in start:
        raise CatalogueError("This is a binary file, not CSV or JSON Lines.")


def _is_utf_8(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in _chunks(file):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    """The file from its start, and back to it at the end."""
    file.seek(0)
    while chunk := file.read(CHUNK):
        yield chunk
    file.seek(0)
