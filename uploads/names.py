"""Names that clients give their files: shown and sent back, never used as a path."""

import re
import unicodedata
from urllib.parse import quote

from rest_framework.exceptions import ValidationError

from uploads.models import MAX_NAME

# Controls, lone surrogates, and marks that turn the direction of writing: `exe.gpj` as `jpg.exe`.
UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
PLAIN = re.compile(r"[^A-Za-z0-9 ._()-]")
ATTACHMENT, INLINE = "attachment", "inline"


def cleaned(name: str, *, field: str = "file") -> str:
    """The name without directories, in composed form.

    Raises a validation error for one that is empty, too long, or holds controls.
    """
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2]).strip()
    if not name or name in (".", ".."):
        raise ValidationError({field: ["A file needs a name."]}, code="required")
    if len(name) > MAX_NAME:
        raise ValidationError({field: [f"A name has at most {MAX_NAME} characters."]}, "max_length")
    if UNFIT.search(name):
        detail = "Control characters are not allowed in a name."
        raise ValidationError({field: [detail]}, code="control_characters")
    return name


def suffix_of(name: str) -> str:
    """The last extension in lower case with its dot, or an empty text."""
    stem, dot, suffix = name.rpartition(".")
    return f".{suffix.lower()}" if dot and stem else ""


def content_disposition(name: str, *, kind: str = ATTACHMENT) -> str:
    """The header for a file of this name (RFC 6266), any Unicode in it (RFC 8187)."""
    plain = PLAIN.sub("_", unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode())
    stem, dot, suffix = plain.rpartition(".") if "." in plain else (plain, "", "")
    if not stem.strip() and name[0] != ".":
        plain = f"file{dot}{suffix}"  # nothing is left of a name in another script
    header = f'{kind}; filename="{plain}"'
    if plain != name:
        header += f"; filename*=UTF-8''{quote(name, safe='')}"
    return header
