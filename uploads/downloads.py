"""A file on its way out: whole or in part, in constant memory, and harmless in a browser."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import http_date, parse_etags

from backend_practice.http.problems import RANGE_NOT_SATISFIABLE, ProblemOfKind
from uploads.etags import content_etag
from uploads.models import Upload, thumbnail_key
from uploads.names import content_disposition
from uploads.ranges import NotSatisfiable, Span, span_of
from uploads.storages import bucket, objects
from uploads.turns import turn_of

CHUNK = 64 * 1024
# Whatever a browser makes of it: no scripts, no forms, an origin of its own.
SANDBOX = "sandbox; default-src 'none'"
THUMBNAIL_TYPE = "image/webp"
PRIVATE = "private, no-cache"


@dataclass(frozen=True)
class Download:
    """What is to be sent, and how it presents itself."""

    owner_id: Any
    key: str
    size: int
    content_type: str
    name: str
    etag: str
    created: float
    disposition: str = "attachment"

    def headers(self) -> dict[str, str]:
        return {
            "Content-Type": self.content_type,
            "Content-Disposition": content_disposition(self.name, kind=self.disposition),
            "Content-Security-Policy": SANDBOX,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": PRIVATE,
            "Accept-Ranges": "bytes",
            "ETag": self.etag,
            "Last-Modified": http_date(self.created),
        }


def content_download(upload: Upload) -> Download:
    """The bytes as they came."""
    return Download(
        owner_id=upload.owner_id,
        key=upload.key,
        size=upload.size,
        content_type=upload.content_type,
        name=upload.name,
        etag=content_etag(upload),
        created=upload.created_at.timestamp(),
    )


def thumbnail_download(upload: Upload, size: int) -> Download:
    """A small copy. Raises FileNotFoundError where it is lost."""
    key = thumbnail_key(upload.pk, size)
    return Download(
        owner_id=upload.owner_id,
        key=key,
        size=objects().size(key),
        content_type=THUMBNAIL_TYPE,
        name=f"{upload.name.rpartition('.')[0] or upload.name}-{size}.webp",
        etag=f'"{upload.sha256}-{size}"',
        created=upload.created_at.timestamp(),
        disposition="inline",
    )


def send(request: HttpRequest, download: Download) -> HttpResponseBase:
    """The answer to a GET or HEAD: 200, 206 or 304, or a redirect to whom can send it better.

    Raises a problem of 412 or 416.
    """
    if is_known(request, download):
        kept = ("ETag", "Cache-Control", "Last-Modified")
        headers = {name: value for name, value in download.headers().items() if name in kept}
        return HttpResponse(status=304, headers=headers)
    store = bucket()
    if store is not None:
        disposition = content_disposition(download.name, kind=download.disposition)
        link = store.link(download.key, disposition=disposition, content_type=download.content_type)
        return HttpResponseRedirect(link, headers={"Cache-Control": "no-store"})
    if settings.X_ACCEL_LOCATION:
        location = settings.X_ACCEL_LOCATION.rstrip("/") + "/" + download.key
        return HttpResponse(headers={**download.headers(), "X-Accel-Redirect": location})
    return send_ourselves(request, download)


def send_copy(request: HttpRequest, download: Download) -> HttpResponseBase:
    """As `send` for a small file, and never from another origin: pages show no image from there."""
    if bucket() is None or is_known(request, download):
        return send(request, download)
    with objects().opened(download.key) as file:
        return HttpResponse(file.read(), headers=download.headers())


def send_ourselves(request: HttpRequest, download: Download) -> HttpResponseBase:
    """The bytes from the disk."""
    headers, span = download.headers(), Span(0, download.size - 1)
    asked = asked_part(request, download)
    if asked is not None:
        span = asked
        headers["Content-Range"] = f"bytes {span.first}-{span.last}/{download.size}"
    headers["Content-Length"] = str(span.length)
    status = 200 if asked is None else 206
    if request.method == "HEAD":
        return HttpResponse(status=status, headers=headers)
    part = FilePart(download, span)
    return StreamingHttpResponse(part, status=status, headers=headers)


def asked_part(request: HttpRequest, download: Download) -> Span | None:
    """The range that is asked for, unless `If-Range` names another file."""
    if_range = request.headers.get("If-Range")
    if if_range is not None and if_range not in (download.etag, http_date(download.created)):
        return None
    try:
        return span_of(request.headers.get("Range"), download.size)
    except NotSatisfiable as error:
        raise ProblemOfKind(
            RANGE_NOT_SATISFIABLE,
            f"The file has {download.size:,} bytes.",
            headers={"Content-Range": f"bytes */{download.size}"},
        ) from error


def is_known(request: HttpRequest, download: Download) -> bool:
    """Whether the client has these bytes already."""
    tags = [tag.removeprefix("W/") for tag in parse_etags(request.headers.get("If-None-Match", ""))]
    return tags == ["*"] or download.etag in tags


class FilePart:
    """The bytes of a span, piece by piece; the file is closed with the answer.

    Raises `TooManyRequests` where its owner has too many under way.
    """

    def __init__(self, download: Download, span: Span) -> None:
        self.left = span.length
        self.under_way = ExitStack()
        with ExitStack() as begun:
            begun.enter_context(turn_of(download.owner_id))
            self.file = begun.enter_context(objects().opened(download.key))
            self.file.seek(span.first)
            self.under_way = begun.pop_all()

    def __iter__(self) -> Iterator[bytes]:
        while self.left > 0 and (chunk := self.file.read(min(CHUNK, self.left))):
            self.left -= len(chunk)
            yield chunk

    def close(self) -> None:
        self.under_way.close()
