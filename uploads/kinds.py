"""What a file is: found from its content, and its name must not say otherwise.

`puremagic` knows the signatures. Text has none, so there the name chooses
between the kinds that the content could be.
"""

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import orjson
import puremagic
from django.conf import settings

from backend_practice.http.problems import UnsupportedContent
from uploads.names import suffix_of

HEAD = 64 * 1024
PLAIN_TEXT, CSV, JSON, JSON_LINES = (
    "text/plain",
    "text/csv",
    "application/json",
    "application/jsonl",
)
TEXTS = {PLAIN_TEXT, CSV, JSON, JSON_LINES}
IMAGES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}
SUFFIXES = {
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    PLAIN_TEXT: (".txt", ".text", ".md", ".log"),
    CSV: (".csv", ".tsv"),
    JSON: (".json",),
    JSON_LINES: (".jsonl", ".ndjson"),
    "application/pdf": (".pdf",),
    "application/zip": (".zip",),
    "application/gzip": (".gz", ".tgz"),
    "audio/mpeg": (".mp3",),
    "video/mp4": (".mp4", ".m4v"),
    "video/webm": (".webm",),
}
# Other names for the same, as libraries and clients write them.
ALIASES = {
    "application/x-gzip": "application/gzip",
    "application/x-zip-compressed": "application/zip",
    "application/x-ndjson": JSON_LINES,
    "application/ndjson": JSON_LINES,
    "application/jsonlines": JSON_LINES,
    "application/x-jsonlines": JSON_LINES,
    "application/csv": CSV,
    "text/tab-separated-values": CSV,
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "video/x-m4v": "video/mp4",
    "audio/mp3": "audio/mpeg",
}
# The only way a ZIP or a JPEG can begin; the library finds many formats that are built on ZIP.
BEGINNINGS = {
    b"PK\x03\x04": "application/zip",
    b"PK\x05\x06": "application/zip",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x1f\x8b\x08": "application/gzip",
    b"%PDF-": "application/pdf",
    b"\xff\xfb": "audio/mpeg",
    b"\xff\xf3": "audio/mpeg",
}
SURE = 0.4  # below that a signature is two or three letters, which a text may begin with
CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
MARKUP = re.compile(rb"<(!doctype|html|head|body|script|iframe|svg|\?xml)\b", re.IGNORECASE)
BOMS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


@dataclass(frozen=True)
class Claim:
    """What a client says of its file."""

    name: str
    content_type: str = ""


def kind_of(path: Path, claim: Claim, *, pointer: str = "/file") -> str:
    """The media type of this file.

    Raises `UnsupportedContent` for one that is not allowed, or not what its name says.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    return kind_of_head(head, claim, pointer=pointer)


def kind_of_head(head: bytes, claim: Claim, *, pointer: str = "/file") -> str:
    """As `kind_of`, from the beginning of the file."""
    found = candidates(head)
    allowed = [kind for kind in found if kind in settings.UPLOAD_TYPES]
    if not allowed:
        what = found[0] if found else "of no kind that is known here"
        detail = f"The content is {what}; taken are {', '.join(settings.UPLOAD_TYPES)}."
        raise UnsupportedContent(detail, pointer=pointer, code="type_not_allowed")
    suffix = suffix_of(claim.name)
    agreeing = [kind for kind in allowed if suffix in SUFFIXES[kind]]
    if suffix and not agreeing:
        detail = f"The name ends in {suffix}, but the content is {allowed[0]}."
        raise UnsupportedContent(detail, pointer=pointer, code="type_mismatch")
    return agreeing[0] if agreeing else allowed[0]


def named_kind(claim: Claim) -> str:
    """The type that a file with this name and declared type must turn out to be.

    For what is announced before it comes. Raises `UnsupportedContent` where no file could pass.
    """
    declared = ALIASES.get(claim.content_type, claim.content_type)
    if declared not in settings.UPLOAD_TYPES:
        detail = f"{declared} is not taken; taken are {', '.join(settings.UPLOAD_TYPES)}."
        raise UnsupportedContent(detail, pointer="/content_type", code="type_not_allowed")
    suffix = suffix_of(claim.name)
    if suffix and suffix not in SUFFIXES.get(declared, ()):
        detail = f"The name ends in {suffix}, but the type is {declared}."
        raise UnsupportedContent(detail, pointer="/content_type", code="type_mismatch")
    return declared


def candidates(head: bytes) -> list[str]:
    """What these first bytes can be, the likeliest first."""
    for beginning, kind in BEGINNINGS.items():
        if head.startswith(beginning):
            return [kind]
    if is_text(head):
        return list(texts(head))
    return [kind for kind in signatures(head) if kind in SUFFIXES and kind not in TEXTS]


def signatures(head: bytes) -> list[str]:
    """What the library recognises, and is sure of."""
    try:
        matches = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return []
    sure = [match.mime_type for match in matches if match.confidence >= SURE]
    return list(dict.fromkeys(ALIASES.get(kind, kind) for kind in sure))


def is_text(head: bytes) -> bool:
    """Whether a person could read it: UTF-8, UTF-16 with its mark, or an 8-bit code."""
    for bom, encoding in BOMS.items():
        if head.startswith(bom):
            even = head[: len(head) // 2 * 2]
            return "\x00" not in even.decode(encoding, "replace")
    return not CONTROLS.search(head)


def texts(head: bytes) -> Iterable[str]:
    """The kinds that a text can be."""
    if MARKUP.match(head.removeprefix(codecs.BOM_UTF8).lstrip()):
        yield "text/html"  # or another that a browser would run; never allowed by its name
        return
    yield PLAIN_TEXT
    yield CSV
    first = head.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
    if first in (b"{", b"[", b'"') or not first:
        yield JSON
        if begins_with_json_line(head):
            yield JSON_LINES


def begins_with_json_line(head: bytes) -> bool:
    """Whether the first line is JSON; one longer than `HEAD` is taken at its word."""
    line, end, _ = head.removeprefix(codecs.BOM_UTF8).lstrip().partition(b"\n")
    if not end and len(head) >= HEAD:
        return True
    try:
        return not line or orjson.loads(line) is not None
    except orjson.JSONDecodeError:
        return False
