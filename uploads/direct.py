"""Straight to where files are kept, past this site: announced, sent to a signed address, verified.

Without a bucket the same steps work against the site itself.
"""

import hmac
import uuid
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest
from django.urls import reverse

from backend_practice.http.problems import FORBIDDEN, Conflict, Problem, ProblemOfKind
from uploads import services
from uploads.checks import Finding, look_into
from uploads.kinds import Claim
from uploads.models import Upload, incoming_key
from uploads.parts import Part, deleted_or_problem, locked, remove_all_of
from uploads.receiving import body_chunks, declared_length
from uploads.storages import BucketStorage, asked, bucket
from uploads.turns import turn_of

SALT = "uploads.direct"
ARRIVED = ".arrived"  # a part that came whole


@dataclass(frozen=True)
class Address:
    """Where and how to send an upload."""

    url: str
    headers: dict[str, str]
    expires_in: int


def link_seconds() -> int:
    """How long a signed address works."""
    seconds: int = settings.UPLOAD_LINK_SECONDS
    return seconds


def address_of(upload: Upload, request: HttpRequest) -> Address:
    """Where to send this pending upload. Type and length are signed, so no others pass."""
    store = bucket()
    if store is not None:
        return bucket_address(store, upload)
    signature = signing.dumps(str(upload.pk), salt=SALT)
    path = reverse("upload-content", args=[upload.pk])
    return Address(
        f"{request.build_absolute_uri(path)}?signature={signature}",
        {"Content-Type": upload.content_type, "Content-Length": str(upload.size)},
        link_seconds(),
    )


# ---- The site itself -------------------------------------------------------------


def receive(request: HttpRequest, upload_id: uuid.UUID) -> None:
    """Take in the body for the upload that the address was signed for.

    Raises `Http404` where the signature is not ours, a 403 where it is too old,
    `Conflict` where the body is not what was announced.
    """
    upload = signed_upload(request, upload_id)
    if request.content_type != upload.content_type:
        raise Conflict(f"Content-Type must be {upload.content_type}.", code="type_mismatch")
    if declared_length(request) != upload.size:
        raise Conflict(f"Content-Length must be {upload.size}.", code="size_mismatch")
    coming, arrived = Part(upload.pk, suffix=".coming"), Part(upload.pk, suffix=ARRIVED)
    with turn_of(upload.owner_id), locked(coming), deleted_or_problem():
        if services.as_it_is_now(upload).is_stored:
            raise Http404
        coming.remove()
        try:
            coming.append(body_chunks(request))
            coming.path.replace(arrived.path)
        finally:
            coming.remove()


def signed_upload(request: HttpRequest, upload_id: uuid.UUID) -> Upload:
    """The pending upload that `?signature=` was made for."""
    try:
        signed = signing.loads(request.GET.get("signature", ""), salt=SALT, max_age=link_seconds())
    except signing.SignatureExpired as error:
        raise ProblemOfKind(FORBIDDEN, "This address has expired: ask for another.") from error
    except signing.BadSignature as error:
        raise Http404 from error
    upload = Upload.objects.pending().filter(pk=upload_id, way=Upload.DIRECT).first()
    if signed != str(upload_id) or upload is None:
        raise Http404
    return upload


# ---- A bucket --------------------------------------------------------------------


def bucket_address(store: BucketStorage, upload: Upload) -> Address:
    """A presigned PUT into the bucket."""
    signed: dict[str, Any] = {"ContentType": upload.content_type, "ContentLength": upload.size}
    headers = {"Content-Type": upload.content_type, "Content-Length": str(upload.size)}
    if upload.sha256:
        checksum = b64encode(bytes.fromhex(upload.sha256)).decode()
        signed["ChecksumSHA256"] = headers["x-amz-checksum-sha256"] = checksum
    url = store.client.generate_presigned_url(
        "put_object",
        Params={"Bucket": store.bucket_name, "Key": incoming_key(upload.pk), **signed},
        ExpiresIn=link_seconds(),
    )
    return Address(url, headers, link_seconds())


# ---- Both ------------------------------------------------------------------------


def complete(upload: Upload) -> Upload:
    """Verify what has arrived for this upload, and keep it.

    Raises `Conflict` where nothing has arrived, and the upload waits on. For what
    is not as announced, or not taken, raises what was wrong, and removes it.
    """
    part, store = Part(upload.pk, suffix=ARRIVED), bucket()
    with locked(part), deleted_or_problem():
        upload = services.as_it_is_now(upload)
        if upload.is_stored:
            return upload
        if store is not None:
            fetch(store, upload, part)
        if not part.path.exists():
            raise Conflict("Nothing has arrived for this upload yet.", code="not_arrived")
        try:
            finding = verified(upload, part)
        except Problem as problem:
            if problem.kind.status < 500:
                services.give_up(upload)
            raise
        stored = services.take_in(upload, part, finding)
        remove_all_of(upload.pk)
        if store is not None:
            store.remove([incoming_key(upload.pk)])
    return stored


def fetch(store: BucketStorage, upload: Upload, part: Part) -> None:
    """Have the object here: what is verified is then what is kept, whatever comes after it."""
    part.remove()
    key = incoming_key(upload.pk)
    try:
        with asked():
            body = store.client.get_object(Bucket=store.bucket_name, Key=key)["Body"]
            with closing(body):
                part.append(at_most(upload.size + 1, body.iter_chunks(1024 * 1024)))
    except FileNotFoundError as error:
        raise Conflict("Nothing has arrived for this upload yet.", code="not_arrived") from error


def at_most(size: int, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """So many bytes of these, and no more are read."""
    for chunk in chunks:
        yield chunk[:size]
        size -= len(chunk)
        if size <= 0:
            return


def verified(upload: Upload, part: Part) -> Finding:
    """What arrived, where it is what was announced."""
    if part.size != upload.size:
        raise Conflict("The content has another size than announced.", code="size_mismatch")
    sha256 = part.sha256()
    if upload.sha256 and not hmac.compare_digest(sha256, upload.sha256):
        raise Conflict("The content has another SHA-256 than announced.", code="hash_mismatch")
    finding = look_into(part, Claim(upload.name), sha256=sha256, pointer="/content")
    if finding.content_type != upload.content_type:
        detail = f"The content is {finding.content_type}, and not {upload.content_type}."
        raise Conflict(detail, code="type_mismatch")
    return finding
