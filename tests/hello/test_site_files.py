"""Stage 2: the files of `hello/public/site/` at `/site/`."""

import gzip
from pathlib import Path

import brotli
import pytest

from backend_practice.http.middleware.static_files import one_range

SOURCES = Path(__file__).parents[2] / "hello" / "public"
IMAGE = "/site/postcard.png"


@pytest.mark.parametrize(
    ("path", "source", "content_type"),
    [
        ("/site/", "site/index.html", "text/html; charset=utf-8"),
        ("/site/style.css", "site/style.css", "text/css; charset=utf-8"),
        ("/site/app.js", "site/app.js", "text/javascript; charset=utf-8"),
        ("/site/postcard.svg", "site/postcard.svg", "image/svg+xml"),
        ("/site/postcard.png", "site/postcard.png", "image/png"),
        ("/favicon.ico", "favicon.ico", "image/x-icon"),
        ("/robots.txt", "robots.txt", "text/plain; charset=utf-8"),
    ],
)
def test_each_file_comes_with_its_type(fetch, path, source, content_type):
    answer = fetch(path)

    assert answer.status == 200
    assert answer.headers["Content-Type"] == content_type
    assert answer.body == (SOURCES / source).read_bytes()


def test_the_address_without_its_slash_leads_to_the_index(fetch):
    answer = fetch("/site")

    assert answer.status == 302
    assert answer.headers["Location"] == "site/"


def test_an_unknown_file_is_not_found(fetch):
    assert fetch("/site/nowhere.html").status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/site/../manage.py",
        "/site/../../manage.py",
        "/site/%2e%2e/%2e%2e/manage.py",
        "/site/..%2f..%2fmanage.py",
        "/site/%252e%252e%252f%252e%252e%252fmanage.py",
        "/site/..\\..\\manage.py",
        "/site/..%5c..%5cmanage.py",
        "/site/%c0%ae%c0%ae/manage.py",
        "/site/....//....//manage.py",
        "/site//etc/passwd",
        "/site/%00",
        "/../secret_key",
        "/static/../static.fingerprint",
    ],
)
def test_no_spelling_of_dots_reaches_a_file_outside(fetch, path):
    assert fetch(path).status == 404


def test_only_the_public_files_and_their_compressed_copies_are_public(collected):
    root = collected["WHITENOISE_ROOT"]
    sources = {path.relative_to(SOURCES) for path in SOURCES.rglob("*") if path.is_file()}

    public = {path.relative_to(root) for path in root.rglob("*") if path.is_file()}

    copies = {path for path in public if path.suffix in (".gz", ".br")}
    assert public - copies == sources
    assert {path.with_suffix("") for path in copies} <= sources


def test_what_has_not_changed_is_not_sent_again(fetch):
    first = fetch(IMAGE)

    by_tag = fetch(IMAGE, if_none_match=f'"another", W/{first.headers["ETag"]}')
    by_time = fetch(IMAGE, if_modified_since=first.headers["Last-Modified"])

    assert (by_tag.status, by_tag.body) == (304, b"")
    assert (by_time.status, by_time.body) == (304, b"")
    assert by_tag.headers["ETag"] == first.headers["ETag"]


def test_what_has_changed_is_sent(fetch):
    by_tag = fetch(IMAGE, if_none_match='"another"')
    by_time = fetch(IMAGE, if_modified_since="Sat, 01 Jan 2000 00:00:00 GMT")

    assert by_tag.status == by_time.status == 200


def test_head_tells_the_length_without_the_file(fetch):
    answer = fetch(IMAGE, "HEAD", range="bytes=0-7")

    assert (answer.status, answer.body) == (200, b"")
    assert int(answer.headers["Content-Length"]) == (SOURCES / "site/postcard.png").stat().st_size


def test_a_file_takes_get_and_head_alone(fetch):
    answer = fetch("/site/", "POST")

    assert answer.status == 405
    assert answer.headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    ("wanted", "part"),
    [
        ("bytes=0-7", slice(0, 8)),
        ("bytes=0-0", slice(0, 1)),
        ("bytes=100-", slice(100, None)),
        ("bytes=-5", slice(-5, None)),
        ("bytes=5-99999999", slice(5, None)),
    ],
)
def test_a_range_is_a_part_of_the_file(fetch, wanted, part):
    whole = (SOURCES / "site/postcard.png").read_bytes()

    answer = fetch(IMAGE, range=wanted)

    assert answer.status == 206
    assert answer.body == whole[part]
    first = whole.index(answer.body) if len(answer.body) > 1 else 0
    last = first + len(answer.body) - 1
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(whole)}"
    assert answer.headers["Content-Length"] == str(len(answer.body))


@pytest.mark.parametrize("wanted", ["bytes=99999999-", "bytes=-0"])
def test_a_range_outside_cannot_be_had(fetch, wanted):
    size = (SOURCES / "site/postcard.png").stat().st_size

    answer = fetch(IMAGE, range=wanted)

    assert (answer.status, answer.body) == (416, b"")
    assert answer.headers["Content-Range"] == f"bytes */{size}"


@pytest.mark.parametrize(
    "wanted", ["bytes=7-0", "bytes=0-1,4-5", "lines=1-2", "bytes=-", "bytes=x"]
)
def test_what_is_not_one_range_gives_the_whole_file(fetch, wanted):
    assert fetch(IMAGE, range=wanted).status == 200


def test_a_resumed_download_never_joins_two_versions(fetch):
    tag = fetch(IMAGE).headers["ETag"]

    unchanged = fetch(IMAGE, range="bytes=10-", if_range=tag)
    changed = fetch(IMAGE, range="bytes=10-", if_range='"the version before"')

    assert unchanged.status == 206
    assert changed.status == 200


def test_an_empty_file_has_no_range():
    assert one_range("bytes=0-", size=0) is None


@pytest.mark.parametrize(
    ("accepted", "encoding", "decompress"),
    [
        ("br", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("gzip, deflate, br, zstd", "br", brotli.decompress),
        ("br;q=0, gzip", "gzip", gzip.decompress),
    ],
)
def test_text_is_compressed_as_the_client_accepts(fetch, accepted, encoding, decompress):
    answer = fetch("/site/", accept_encoding=accepted)

    assert answer.headers["Content-Encoding"] == encoding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert decompress(answer.body) == (SOURCES / "site/index.html").read_bytes()


@pytest.mark.parametrize("accepted", ["", "identity", "br;q=0"])
def test_nothing_is_compressed_unasked(fetch, accepted):
    answer = fetch("/site/", accept_encoding=accepted)

    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Vary"] == "Accept-Encoding"


def test_each_encoding_has_an_etag_of_its_own(fetch):
    plain, compressed = fetch("/site/"), fetch("/site/", accept_encoding="br")

    again = fetch("/site/", accept_encoding="br", if_none_match=compressed.headers["ETag"])

    assert plain.headers["ETag"] != compressed.headers["ETag"]
    assert again.status == 304
    assert again.headers["ETag"] == compressed.headers["ETag"]


def test_the_pages_of_the_site_keep_to_the_content_security_policy(fetch):
    assert "script-src 'self'" in fetch("/site/").headers["Content-Security-Policy"]
    for page in SOURCES.rglob("*.html"):
        text = page.read_text()
        assert "<style" not in text
        assert " style=" not in text
        assert "<script>" not in text
