"""GET and HEAD /uploads/{id}/content/"""

import pytest

from tests.uploads.api import address_of, content_of, uploaded
from uploads.downloads import FilePart
from uploads.names import cleaned, content_disposition

CONTENT = b"0123456789" * 20_000


@pytest.fixture
def upload(as_alice):
    return uploaded(as_alice, CONTENT, "digits.txt")


@pytest.fixture
def get(as_alice, upload):
    """`get(range)` is the answer to a GET of the content with these headers."""

    answers = []

    def read(**headers):
        answers.append(as_alice.get(address_of(upload, "content/"), **headers))
        return answers[-1]

    yield read
    for answer in answers:
        answer.close()


def test_the_whole_of_it(get, upload):
    response = get()

    assert response.status_code == 200
    assert content_of(response) == CONTENT
    assert response["Content-Length"] == str(len(CONTENT))
    assert response["Content-Type"] == "text/plain"
    assert response["Accept-Ranges"] == "bytes"
    assert response["ETag"] == f'"{upload["sha256"]}"'


def test_nothing_in_it_runs_in_a_browser(get):
    response = get()

    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox;")
    assert response["Content-Disposition"] == 'attachment; filename="digits.txt"'
    assert "private" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("a b.txt", 'filename="a b.txt"'),
        ('a"b\\c.txt', 'filename="c.txt"'),
        ("naïve.txt", """filename="naive.txt"; filename*=UTF-8''na%C3%AFve.txt"""),
        ("本.txt", """filename="file.txt"; filename*=UTF-8''%E6%9C%AC.txt"""),
        ("本 本.txt", """filename="file.txt"; filename*=UTF-8''%E6%9C%AC%20%E6%9C%AC.txt"""),
        ("本", """filename="file"; filename*=UTF-8''%E6%9C%AC"""),
        (".profile", 'filename=".profile"'),
        ("a;b=c.txt", """filename="a_b_c.txt"; filename*=UTF-8''a%3Bb%3Dc.txt"""),
    ],
)
def test_any_name_is_told(name, header):
    assert content_disposition(cleaned(name)).removeprefix("attachment; ") == header


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=10-19", 10, 19),
        ("bytes=199990-", 199_990, 199_999),
        ("bytes=-5", 199_995, 199_999),
        ("bytes=0-999999999", 0, 199_999),
        ("bytes=-999999999", 0, 199_999),
    ],
)
def test_a_part_of_it(get, asked, first, last):
    response = get(HTTP_RANGE=asked)

    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/{len(CONTENT)}"
    assert response["Content-Length"] == str(last - first + 1)
    assert content_of(response) == CONTENT[first : last + 1]


@pytest.mark.parametrize("asked", ["bytes=200000-", "bytes=999999999999-", "bytes=-0"])
def test_a_part_beyond_its_end_cannot_be_had(get, asked):
    response = get(HTTP_RANGE=asked)

    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{len(CONTENT)}"
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,5-6", "bytes=5-1", "bytes=x", "bytes=-", "lines=1-2", "bytes=" + "9" * 99]
)
def test_a_range_that_is_none_gives_the_whole(get, asked):
    response = get(HTTP_RANGE=asked)

    assert response.status_code == 200
    assert content_of(response) == CONTENT


def test_a_part_only_if_it_is_still_the_same(get, upload):
    same = get(HTTP_RANGE="bytes=0-1", HTTP_IF_RANGE=f'"{upload["sha256"]}"')
    other = get(HTTP_RANGE="bytes=0-1", HTTP_IF_RANGE='"another"')

    assert (same.status_code, other.status_code) == (206, 200)
    assert get(HTTP_RANGE="bytes=0-1", HTTP_IF_RANGE=same["Last-Modified"]).status_code == 206


def test_what_one_has_already_is_not_sent_again(get, upload):
    response = get(HTTP_IF_NONE_MATCH=f'"{upload["sha256"]}"')

    assert response.status_code == 304
    assert response["ETag"] == f'"{upload["sha256"]}"'


def test_head_tells_the_same_and_sends_nothing(as_alice, upload):
    response = as_alice.head(address_of(upload, "content/"))

    assert response.status_code == 200
    assert response["Content-Length"] == str(len(CONTENT))
    assert response.content == b""


def test_no_accept_header_stands_in_the_way(get):
    assert get(HTTP_ACCEPT="text/plain").status_code == 200


def test_the_file_is_closed_with_the_answer(get, monkeypatch):
    closed = []
    monkeypatch.setattr(FilePart, "close", lambda part: closed.append(part.file.close()))

    get().close()

    assert closed == [None]


def test_a_file_of_nothing_is_sent_as_nothing(as_alice):
    upload = uploaded(as_alice, b"", "empty.txt")

    response = as_alice.get(address_of(upload, "content/"))

    assert response.status_code == 200
    assert content_of(response) == b""


def test_nginx_is_told_where_it_lies(get, upload, settings, storage):
    settings.X_ACCEL_LOCATION = "/protected/"

    response = get(HTTP_RANGE="bytes=0-1")

    assert response.status_code == 200
    assert response.content == b""
    path = response["X-Accel-Redirect"].removeprefix("/protected/")
    assert (storage / path).read_bytes() == CONTENT
    assert response["Content-Disposition"] == 'attachment; filename="digits.txt"'
