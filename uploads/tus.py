"""Resumable uploads: what tus 1.0.0 says, apart from its addresses (https://tus.io).

How far an upload has come is the size of its part: true after any crash.
"""

import base64
import binascii
import hashlib
import hmac
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.http import http_date

from backend_practice.http.problems import (
    CHECKSUM_MISMATCH,
    GONE,
    PRECONDITION_FAILED,
    Conflict,
    MalformedRequest,
    Problem,
    ProblemOfKind,
)
from uploads import quota, services
from uploads.checks import look_into
from uploads.kinds import Claim
from uploads.models import Upload
from uploads.names import cleaned
from uploads.parts import Part, deleted_meanwhile, deleted_or_problem, locked, remove_all_of
from uploads.receiving import body_chunks, declared_length
from uploads.turns import turn_of

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,expiration,termination"
ALGORITHMS = ("sha1", "sha256", "sha512", "md5")
CONTENT_TYPE = "application/offset+octet-stream"
NUMBER = re.compile(r"[0-9]{1,18}")
MAX_METADATA = 4096
CHECKED = ".checked"  # bytes that wait for their checksum to be verified


@dataclass(frozen=True)
class Checksum:
    """What a client says its bytes add up to."""

    algorithm: str
    digest: bytes


# ---- Headers ----------------------------------------------------------------------


def check_version(request: HttpRequest) -> None:
    """Raises a 412 for a client of another version."""
    if request.headers.get("Tus-Resumable") != VERSION:
        detail = f"This speaks tus {VERSION}: send `Tus-Resumable: {VERSION}`."
        headers = {"Tus-Version": VERSION}
        raise ProblemOfKind(PRECONDITION_FAILED, detail, headers=headers)


def number_in(request: HttpRequest, header: str) -> int:
    """Raises `MalformedRequest` where it is no number of bytes."""
    text = request.headers.get(header, "")
    if not NUMBER.fullmatch(text):
        raise MalformedRequest(f"{header} must be a number of bytes.")
    return int(text)


def metadata_in(request: HttpRequest) -> dict[str, str]:
    """The pairs of `Upload-Metadata`. Raises `MalformedRequest` where they are none."""
    header = request.headers.get("Upload-Metadata", "")
    if len(header) > MAX_METADATA:
        raise MalformedRequest(f"Upload-Metadata has at most {MAX_METADATA:,} characters.")
    pairs: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        key, _, value = pair.partition(" ")
        try:
            pairs[key] = base64.b64decode(value.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise MalformedRequest(
                f"Upload-Metadata: the value of {key[:100]} is not UTF-8 in Base64."
            ) from error
    return pairs


def checksum_in(request: HttpRequest) -> Checksum | None:
    """What `Upload-Checksum` says. Raises `MalformedRequest` where that cannot be."""
    header = request.headers.get("Upload-Checksum")
    if header is None:
        return None
    algorithm, _, digest = header.partition(" ")
    if algorithm not in ALGORITHMS:
        raise MalformedRequest(f"Upload-Checksum: known are {', '.join(ALGORITHMS)}.")
    try:
        return Checksum(algorithm, base64.b64decode(digest.strip(), validate=True))
    except binascii.Error as error:
        raise MalformedRequest("Upload-Checksum: the digest is not Base64.") from error


def carries_bytes(request: HttpRequest) -> bool:
    """Whether a creation brings the first bytes along."""
    return request.content_type == CONTENT_TYPE


# ---- Steps ------------------------------------------------------------------------


def create(request: HttpRequest, owner_id: Any) -> Upload:
    """A pending upload as `Upload-Length` and `Upload-Metadata` announce it."""
    if "Upload-Defer-Length" in request.headers:
        raise MalformedRequest("Upload-Defer-Length is not taken: send Upload-Length.")
    size, metadata = number_in(request, "Upload-Length"), metadata_in(request)
    name = cleaned(metadata.get("filename") or metadata.get("name") or "file", field="filename")
    quota.refuse_early(owner_id, size)
    header = request.headers.get("Upload-Metadata", "")
    return services.announce(
        owner_id=owner_id, name=name, size=size, way=Upload.TUS, metadata=header
    )


def offset_of(upload: Upload) -> int:
    """How many bytes are there."""
    return upload.size if upload.is_stored else Part(upload.pk).size


def headers_of(upload: Upload) -> dict[str, str]:
    """How the upload stands."""
    headers = {"Upload-Offset": str(offset_of(upload))}
    if upload.expires_at is not None:
        headers["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return headers


def append(upload: Upload, request: HttpRequest, *, offset: int) -> Upload:
    """Add the body to the upload, and finish it with its last byte.

    What came before the client was cut off is kept, unless a checksum was to
    be verified. Raises `Locked`, and `Conflict` for another offset than the upload's.
    """
    checksum = checksum_in(request)
    part = Part(upload.pk)
    with turn_of(upload.owner_id), locked(part), deleted_or_problem():
        upload = services.as_it_is_now(upload)
        if offset != offset_of(upload):
            detail = f"Upload-Offset is {offset}; the upload has {offset_of(upload)} bytes."
            raise Conflict(detail, code="offset_mismatch")
        if upload.is_stored:
            return upload
        room = upload.size - part.size
        if (declared_length(request) or 0) > room:
            raise MalformedRequest(f"The upload has room for {room} more bytes.")
        chunks = within(body_chunks(request), room)
        added = append_checked(part, chunks, checksum) if checksum else part.append(chunks)
        if part.size != offset + added:
            raise deleted_meanwhile()
        return finish_if_whole(upload, part)


def within(chunks: Iterator[bytes], room: int) -> Iterator[bytes]:
    """The chunks. Raises `MalformedRequest` where they are more than there is room for."""
    for chunk in chunks:
        room -= len(chunk)
        if room < 0:
            raise MalformedRequest("The body is longer than the upload.")
        yield chunk


def append_checked(part: Part, chunks: Iterator[bytes], checksum: Checksum) -> int:
    """Add these once they are verified, and return how many bytes they are.

    Raises a 460 where they are others; none is added then.
    """
    waiting = Part(part.upload_id, suffix=CHECKED)
    waiting.remove()
    waiting.digest = hashlib.new(checksum.algorithm, usedforsecurity=False)
    try:
        added = waiting.append(chunks)
        if not hmac.compare_digest(waiting.digest.digest(), checksum.digest):
            raise ProblemOfKind(CHECKSUM_MISMATCH)
        if part.size:
            part.append(waiting.chunks())
        else:
            waiting.path.replace(part.path)
    finally:
        waiting.remove()
    return added


def finish_if_whole(upload: Upload, part: Part) -> Upload:
    """Look into what is complete, and keep it; the caller holds the lock.

    Raises what is wrong with a file that is not taken, which then goes.
    """
    if part.size < upload.size:
        return upload
    if not part.path.exists():
        part.append([])  # an upload of nothing
    try:
        finding = look_into(part, Claim(upload.name))
    except Problem as problem:
        if problem.kind.status < 500:
            services.give_up(upload)
        raise
    stored = services.take_in(upload, part, finding)
    remove_all_of(upload.pk)
    return stored


def catch_up(upload: Upload) -> Upload:
    """Finish what was whole when a process died before it could say so."""
    part = Part(upload.pk)
    if upload.is_stored or part.size < upload.size:
        return upload
    with locked(part), deleted_or_problem():
        upload = services.as_it_is_now(upload)
        return upload if upload.is_stored else finish_if_whole(upload, part)


def own_tus_upload(owner_id: Any, upload_id: uuid.UUID) -> Upload:
    """This user's own resumable upload.

    Raises `Http404` for anything else, and a 410 for one that was not finished in time.
    """
    found = Upload.objects.filter(pk=upload_id, owner_id=owner_id, way=Upload.TUS).first()
    if found is None:
        raise Http404
    if found.expires_at is not None and found.expires_at < timezone.now():
        raise ProblemOfKind(GONE)
    return found
