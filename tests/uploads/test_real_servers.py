"""Files through both servers: in constant memory, refused early, whole or not at all."""

import hashlib
import json
import os
import re
import socket
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.front.servers import answer_on, head
from tests.uploads.api import picture
from tests.uploads.sites import PASSWORD, THREADS, poll

pytestmark = pytest.mark.once
MEBIBYTE = 1024 * 1024
SIZE = 96 * MEBIBYTE
ROOM = 30 * MEBIBYTE
BOUNDARY = "a-boundary-that-is-long-enough-to-be-nowhere-else"
FORM = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
BEFORE = (
    f"--{BOUNDARY}\r\nContent-Disposition: form-data; "
    'name="file"; filename="large.pdf"\r\n\r\n%PDF-1.7\n'
).encode()
AFTER = f"\r\n--{BOUNDARY}--\r\n".encode()
UPLOADS = "/api/v1/uploads/"
ALL_FILES = 24  # as many as there are UPLOAD_THREADS


@pytest.fixture(params=["uvicorn", "runserver"])
def site(request):
    return request.getfixturevalue(f"{request.param}_site")


@pytest.fixture
def client(site):
    with site.client(site.log_in()) as client:
        yield client


def large_file(size=SIZE):
    """So many bytes, none of them kept."""
    block = os.urandom(64 * 1024)
    for start in range(0, size, len(block)):
        yield block[: size - start]


def form_of(size=SIZE):
    yield BEFORE
    yield from large_file(size)
    yield AFTER


def peak_memory(site):
    """The most that the server has ever held, in bytes."""
    status = Path(f"/proc/{site.process.pid}/status")
    if not status.exists():
        pytest.skip("a measure that this system lacks: /proc")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status.read_text())[1]) * 1024


def parts_of(site):
    """The names of the files that are on their way in."""
    parts = (site.directory / "upload-parts").glob("*")
    return {path.name for path in parts if path.suffix != ".lock"}


def hash_of(client, url):
    digest = hashlib.sha256()
    with client.stream("GET", url) as answer:
        assert answer.status_code == 200
        for part in answer.iter_raw():
            digest.update(part)
    return digest.hexdigest()


def warm(client):
    """What the first request costs counts for nothing."""
    sent = client.post(UPLOADS, files={"file": ("a.txt", b"x")})
    assert sent.status_code == 201, sent.text
    client.get(sent.json()["url"])


@pytest.mark.parametrize("declared", [True, False], ids=["with a length", "in chunks"])
def test_a_large_form_takes_no_memory_up_or_down(site, client, declared):
    warm(client)
    before = peak_memory(site)
    length = len(BEFORE) + SIZE + len(AFTER)
    headers = {**FORM, "Content-Length": str(length)} if declared else FORM

    upload = client.post(UPLOADS, content=form_of(), headers=headers).json()

    assert upload["size"] == SIZE + len(b"%PDF-1.7\n")
    assert hash_of(client, upload["url"]) == upload["sha256"]
    assert peak_memory(site) - before < ROOM


def test_a_large_resumable_upload_takes_no_memory(site, client):
    warm(client)
    before = peak_memory(site)
    tus = {"Tus-Resumable": "1.0.0"}
    created = client.post(
        "/api/v1/uploads/tus/", headers={**tus, "Upload-Length": str(SIZE + 9)}
    ).headers["Location"]

    headers = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0", **tus}
    body = (part for source in ([b"%PDF-1.7\n"], large_file()) for part in source)
    sent = client.patch(created, content=body, headers={**headers, "Content-Length": str(SIZE + 9)})

    assert sent.status_code == 204, sent.text
    assert client.get(UPLOADS).json()["results"][0]["status"] == "stored"
    assert peak_memory(site) - before < ROOM


def test_a_form_that_is_too_large_is_told_so(client):
    size = 120 * MEBIBYTE
    headers = {**FORM, "Content-Length": str(len(BEFORE) + size + len(AFTER))}

    answer = client.post(UPLOADS, content=form_of(size), headers=headers)

    assert answer.status_code == 413
    assert answer.json()["limit"]["name"] == "MAX_UPLOAD_BYTES"


def test_who_is_not_logged_in_is_told_so(site):
    answer = httpx.post(f"{site.url}{UPLOADS}", content=form_of(), headers=FORM, timeout=60)

    assert answer.status_code == 401


def test_a_form_that_is_cut_off_leaves_nothing(site, client):
    before = parts_of(site)
    with socket.create_connection(("127.0.0.1", site.port)) as connection:
        connection.sendall(
            head(
                f"POST {UPLOADS} HTTP/1.1",
                f"Authorization: {client.headers['Authorization']}",
                f"Content-Type: {FORM['Content-Type']}",
                f"Content-Length: {2 * MEBIBYTE}",
            )
            + BEFORE
            + b"x" * MEBIBYTE
        )

    poll(lambda: parts_of(site) <= before)
    assert client.get(UPLOADS).json()["results"] == []


@contextmanager
def slow_uploads(site, token, count):
    """So many forms whose files never come."""
    with ExitStack() as stack:
        for _ in range(count):
            connection = socket.create_connection(("127.0.0.1", site.port))
            stack.enter_context(connection)
            connection.sendall(
                head(
                    f"POST {UPLOADS} HTTP/1.1",
                    f"Authorization: Bearer {token}",
                    f"Content-Type: {FORM['Content-Type']}",
                    "Content-Length: 100000",
                )
                + BEFORE
            )
        yield


def test_slow_uploads_hold_none_of_the_other_threads(uvicorn_site):
    with slow_uploads(uvicorn_site, uvicorn_site.log_in(), THREADS * 3):
        assert httpx.get(f"{uvicorn_site.url}/hello/", timeout=5).status_code == 200


def test_slow_uploads_of_one_user_hold_up_nobody_else(uvicorn_site):
    token = uvicorn_site.log_in()
    with slow_uploads(uvicorn_site, token, ALL_FILES), uvicorn_site.client(token) as slow:
        poll(lambda: slow.post(UPLOADS, files={"file": ("a.txt", b"x")}).status_code == 429)

        with uvicorn_site.client(uvicorn_site.log_in()) as other:
            sent = other.post(UPLOADS, files={"file": ("a.txt", b"x")})
            assert sent.status_code == 201, sent.text
            assert other.get(sent.json()["url"]).content == b"x"


def test_a_declared_length_is_refused_before_it_comes(uvicorn_site):
    token = uvicorn_site.log_in()
    with socket.create_connection(("127.0.0.1", uvicorn_site.port), timeout=5) as connection:
        connection.sendall(
            head(
                f"POST {UPLOADS} HTTP/1.1",
                f"Authorization: Bearer {token}",
                f"Content-Type: {FORM['Content-Type']}",
                "Expect: 100-continue",
                f"Content-Length: {200 * MEBIBYTE}",
            )
        )
        answer = answer_on(connection)

    assert answer.status == 413
    assert answer.headers["connection"] == "close"
    assert json.loads(answer.body)["limit"]["name"] == "MAX_UPLOAD_BYTES"


def test_an_image_gets_its_thumbnails_by_itself(site, client):
    sent = client.post(UPLOADS, files={"file": ("a.png", picture("PNG", (300, 200)))})
    assert sent.status_code == 201, sent.text

    def thumbnails():
        return client.get(f"{UPLOADS}{sent.json()['id']}/").json()["image"]["thumbnails"]

    urls = poll(thumbnails, seconds=30)
    assert client.get(urls["256"]).headers["Content-Type"] == "image/webp"


def test_the_end_of_an_account_is_the_end_of_its_files(site):
    with site.client(site.log_in()) as client:
        upload = client.post(UPLOADS, files={"file": ("a.txt", b"x")}).json()
        [file] = (site.directory / "uploads").rglob(upload["id"])
        gone = client.request("DELETE", "/api/v1/auth/me/", json={"password": PASSWORD})
        assert gone.status_code == 204, gone.text

    poll(lambda: not file.exists(), seconds=30)
