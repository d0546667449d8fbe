"""What a file is: its content decides, and its name must agree."""

import pytest

from backend_practice.settings.files import KNOWN_TYPES
from tests.uploads.api import (
    GZIP,
    HTML,
    MP3,
    MP4,
    PDF,
    WEBM,
    archive,
    codes_of,
    picture,
    post_file,
    uploaded,
)  # fmt: skip
from uploads.kinds import SUFFIXES

GOOD = {
    "a.png": (picture("PNG"), "image/png"),
    "a.jpg": (picture("JPEG"), "image/jpeg"),
    "A.JPEG": (picture("JPEG"), "image/jpeg"),
    "a.gif": (picture("GIF"), "image/gif"),
    "a.webp": (picture("WEBP"), "image/webp"),
    "a.pdf": (PDF, "application/pdf"),
    "a.zip": (archive(), "application/zip"),
    "a.csv.gz": (GZIP, "application/gzip"),
    "a.mp4": (MP4, "video/mp4"),
    "a.webm": (WEBM, "video/webm"),
    "a.mp3": (MP3, "audio/mpeg"),
    "a.txt": ("Grüße".encode(), "text/plain"),
    "latin.txt": ("Grüße".encode("latin-1"), "text/plain"),
    "utf16.csv": ("title\nEmma".encode("utf-16"), "text/csv"),
    "a.csv": (b"title,authors\nEmma,Jane Austen\n", "text/csv"),
    "bom.csv": (b"\xef\xbb\xbftitle\nEmma\n", "text/csv"),
    "a.jsonl": (b'{"title": "Emma"}\n{"title": "Dune"}\n', "application/jsonl"),
    "a.ndjson": (b'{"title": "Emma"}\n', "application/jsonl"),
    "a.json": (b'{\n "title": "Emma"\n}\n', "application/json"),
    "no-extension": (b"%PDF-1.4\n", "application/pdf"),
    "BM is no bitmap.txt": (b"BM is how this text begins, and MZ", "text/plain"),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_type_is_found_from_the_content(as_alice, name):
    content, content_type = GOOD[name]

    assert uploaded(as_alice, content, name)["content_type"] == content_type


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (HTML, "a.png", "type_not_allowed"),
        (HTML, "a.html", "type_not_allowed"),
        (HTML, "a.txt", "type_not_allowed"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "a.svg", "type_not_allowed"),
        (b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 64, "a.exe", "type_not_allowed"),
        (b"\x7fELF\x02\x01\x01\x00" + b"\x00" * 64, "a", "type_not_allowed"),
        (b"\x00\x01\x02\x03", "a.bin", "type_not_allowed"),
        (picture("PNG"), "a.jpg", "type_mismatch"),
        (picture("JPEG"), "a.png", "type_mismatch"),
        (picture("PNG"), "a.txt", "type_mismatch"),
        (picture("PNG"), "a.html", "type_mismatch"),
        (archive(), "a.docx", "type_mismatch"),
        (b"just text", "a.png", "type_mismatch"),
        (b"just text", "a.jsonl", "type_mismatch"),
        (b"", "empty.png", "type_mismatch"),
    ],
)
def test_what_is_not_taken_is_a_wrong_type_and_leaves_nothing(
    as_alice, files_left, content, name, code
):
    response = post_file(as_alice, content, name)

    assert response.status_code == 415
    assert response["Content-Type"] == "application/problem+json"
    assert codes_of(response) == [("/file", code)]
    assert files_left() == []


def test_the_allow_list_is_a_setting(as_alice, settings):
    settings.UPLOAD_TYPES = ["application/pdf"]

    assert post_file(as_alice, PDF, "a.pdf").status_code == 201
    refused = post_file(as_alice, b"text", "a.txt")
    assert refused.status_code == 415
    assert "application/pdf" in refused.json()["detail"]


def test_what_the_settings_know_is_what_the_content_tells():
    assert set(KNOWN_TYPES) == set(SUFFIXES)


def test_what_the_client_declares_is_not_believed(as_alice):
    response = post_file(as_alice, picture("PNG"), "a.png")

    assert response.json()["content_type"] == "image/png"
