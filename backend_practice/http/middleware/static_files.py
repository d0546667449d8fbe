"""Files from disk, answered as RFC 9110 says."""

import re
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from wsgiref.headers import Headers

from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.http import parse_etags, parse_http_date_safe
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import (
    NOT_ALLOWED_RESPONSE,
    FileEntry,
    Response,
    SlicedFile,
    StaticFile,
)

HeaderList = list[tuple[str, str]]

ONE_RANGE = re.compile(r"bytes=([0-9]*)-([0-9]*)")
REFUSED_ENCODING = re.compile(r"[^,]*;\s*q=0(\.0*)?\s*(,|$)", re.IGNORECASE)


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """WhiteNoise, exact where it takes short cuts.

    A single byte is a range (WhiteNoise: 416), HEAD has none, `If-Range` guards a
    resumed download. Each encoding has its own ETag, `If-None-Match` may list
    several or be `*`, and an encoding with `q=0` is refused.
    """

    @cached_property
    def immutable_urls(self) -> set[str]:
        """The addresses that hold their file's hash: what is there never changes."""
        hashed_names: dict[str, str] = getattr(staticfiles_storage, "hashed_files", {})
        return {f"{self.static_prefix}{name}" for name in hashed_names.values()}

    def immutable_file_test(self, path: str, url: str) -> bool:
        return url in self.immutable_urls

    def get_static_file(self, path: str, url: str, stat_cache: object = None) -> "ExactFile":
        headers = Headers([("Content-Type", self.type_of(path)), ("Accept-Ranges", "bytes")])
        self.add_cache_headers(headers, path, url)
        encodings = {"gzip": f"{path}.gz", "br": f"{path}.br"}
        return ExactFile(path, headers.items(), stat_cache=stat_cache, encodings=encodings)

    def type_of(self, path: str) -> str:
        media_type = str(self.media_types.get_type(path))
        return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


class ExactFile(StaticFile):
    """One file with its compressed copies, each with an ETag of its own."""

    def get_alternatives(
        self, base_headers: Headers, files: Mapping[str | None, FileEntry]
    ) -> list[tuple[re.Pattern[str], str, HeaderList]]:
        alternatives: list[tuple[re.Pattern[str], str, HeaderList]] = []
        for wanted, path, header_list in super().get_alternatives(base_headers, files):
            headers = Headers(header_list)
            if encoding := headers["Content-Encoding"]:
                headers["ETag"] = f'{self.etag[:-1]}-{encoding}"'
            alternatives.append((wanted, path, headers.items()))
        return alternatives

    def get_response(self, method: str, request_headers: Mapping[str, str]) -> Response:
        if method not in ("GET", "HEAD"):
            return NOT_ALLOWED_RESPONSE
        path, headers = self.chosen_copy(request_headers.get("HTTP_ACCEPT_ENCODING", ""))
        if is_known(headers, request_headers):
            return self.get_not_modified_response(headers)
        if method == "HEAD":
            return Response(HTTPStatus.OK, headers.items(), None)
        if is_range_meant(headers, request_headers):
            with suppress(ValueError):  # what is not one range counts as none
                return range_response(request_headers["HTTP_RANGE"], path, headers)
        return Response(HTTPStatus.OK, headers.items(), Path(path).open("rb"))

    def chosen_copy(self, accepted: str) -> tuple[str, Headers]:
        """The smallest copy whose encoding the client takes."""
        accepted = REFUSED_ENCODING.sub("", accepted)
        path, headers = self.get_path_and_headers({"HTTP_ACCEPT_ENCODING": accepted})
        return path, Headers(list(headers))


def is_known(headers: Headers, request_headers: Mapping[str, str]) -> bool:
    """Whether the client has this very copy; `If-Modified-Since` counts only without an ETag."""
    if condition := request_headers.get("HTTP_IF_NONE_MATCH"):
        tags = [tag.removeprefix("W/") for tag in parse_etags(condition)]
        return "*" in tags or headers["ETag"] in tags
    since = parse_http_date_safe(request_headers.get("HTTP_IF_MODIFIED_SINCE", ""))
    modified = parse_http_date_safe(headers["Last-Modified"] or "")
    return since is not None and modified is not None and since >= modified


def is_range_meant(headers: Headers, request_headers: Mapping[str, str]) -> bool:
    """Whether a part is asked for, and `If-Range`, if it is there, names the copy as it is now."""
    condition = request_headers.get("HTTP_IF_RANGE", "").strip()
    is_current = not condition or condition in (headers["ETag"], headers["Last-Modified"])
    return "HTTP_RANGE" in request_headers and is_current


def range_response(header: str, path: str, headers: Headers) -> Response:
    """206 with the part, or 416; ValueError for what is not one range of bytes."""
    size = int(headers["Content-Length"] or 0)
    wanted = one_range(header, size)
    if wanted is None:
        unsatisfied = [("Content-Range", f"bytes */{size}")]
        return Response(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, unsatisfied, None)
    first, last = wanted
    headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    headers["Content-Length"] = str(last - first + 1)
    part = SlicedFile(Path(path).open("rb"), first, last)  # noqa: SIM115  (closed with the response)
    return Response(HTTPStatus.PARTIAL_CONTENT, headers.items(), part)


def one_range(header: str, size: int) -> tuple[int, int] | None:
    """The first and last byte that are asked for, or None where none of them exists.

    Raises ValueError for what is not one range of bytes: the whole file is then the answer.
    """
    match = ONE_RANGE.fullmatch(header.strip())
    if match is None or not any(match.groups()):
        raise ValueError(header)
    first, last = match.groups()
    if not first:
        wanted = max(size - int(last), 0), size - 1
    elif last and int(last) < int(first):
        raise ValueError(header)
    else:
        wanted = int(first), min(int(last or size), size - 1)
    return wanted if wanted[0] <= wanted[1] else None
