"""Real clients of tus on a bad line, through kills of client and server."""

import hashlib
import os
import shutil
import subprocess

import httpx
import pytest
from tusclient.client import TusClient

from tests.conftest import missing_server
from tests.environment import ROOT
from tests.uploads.proxy import BadLine
from tests.uploads.sites import poll

pytestmark = pytest.mark.once
MEBIBYTE = 1024 * 1024
TUS = "/api/v1/uploads/tus/"
SCRIPT = ROOT / "tests" / "uploads" / "tus_js" / "upload.js"
SECONDS_TO_SEND = 120
PROTOCOL = {"Tus-Resumable": "1.0.0"}


@pytest.fixture(scope="module")
def content():
    return b"%PDF-1.7\n" + os.urandom(12 * MEBIBYTE)


@pytest.fixture
def file(tmp_path, content):
    path = tmp_path / "big.pdf"
    path.write_bytes(content)
    return path


@pytest.fixture
def site(uvicorn_site):
    return uvicorn_site


@pytest.fixture
def token(site):
    return site.log_in()


@pytest.fixture
def client(site, token):
    with site.client(token) as client:
        yield client


@pytest.fixture
def node():
    """Runs the client that browsers use."""
    if shutil.which("node") is None:
        missing_server("node is not on the path")
    if not (SCRIPT.parent / "node_modules").is_dir():
        missing_server("tus-js-client is not installed: npm ci in tests/uploads/tus_js")
    running = []

    def start(*arguments):
        process = subprocess.Popen(
            ["node", SCRIPT.name, *map(str, arguments)],
            cwd=SCRIPT.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


def endpoint(port):
    return f"http://127.0.0.1:{port}{TUS}"


def stored(client, content):
    """Whether the one upload is there, whole."""
    [upload] = client.get("/api/v1/uploads/").json()["results"]
    same = upload["sha256"] == hashlib.sha256(content).hexdigest()
    return same and upload["status"] == "stored"


def offset(client, url):
    """How far it has come; None while the server is away."""
    try:
        answer = client.head(url, headers=PROTOCOL)
    except httpx.TransportError:
        return None
    assert answer.status_code == 200
    return int(answer.headers["Upload-Offset"])


def send(port, token, file, **options):
    """All of the file, however often it takes."""
    client = TusClient(endpoint(port), headers={"Authorization": f"Bearer {token}"})
    with file.open("rb") as stream:
        client.uploader(
            file_stream=stream,
            metadata={"filename": "big.pdf"},
            retries=200,
            retry_delay=0.05,
            **options,
        ).upload()


def test_twenty_cuts_lose_nothing_of_tuspy(site, client, token, file, content):
    with BadLine(site.port, cuts=20, bytes_before=400_000) as line:
        send(line.port, token, file)

        assert line.cuts_made == 20
    assert stored(client, content)


def test_twenty_cuts_and_a_kill_of_either_side_lose_nothing_of_tus_js_client(
    site, client, token, file, content, node
):
    with BadLine(site.port, cuts=20, bytes_before=400_000) as line:
        killed = node(endpoint(line.port), token, file)
        url = killed.stdout.readline().strip()
        poll(lambda: line.cuts_made >= 5)
        killed.kill()
        killed.wait(timeout=10)
        resumed = node(endpoint(line.port), token, file, url)
        poll(lambda: line.cuts_made >= 10)
        site.kill()
        site.start()
        said, complained = resumed.communicate(timeout=SECONDS_TO_SEND)

        assert said.endswith("done\n"), complained
        assert line.cuts_made == 20
    assert stored(client, content)


def test_tuspy_verifies_its_parts(site, client, token, file, content):
    send(site.port, token, file, chunk_size=MEBIBYTE, upload_checksum=True)

    assert stored(client, content)


def test_a_client_that_was_killed_goes_on_where_it_was(site, client, token, file, content, node):
    with BadLine(site.port, bytes_before=3 * MEBIBYTE, is_stalling=True) as line:
        killed = node(endpoint(line.port), token, file)
        url = killed.stdout.readline().strip().replace(str(line.port), str(site.port))
        poll(lambda: (offset(client, url) or 0) > 2 * MEBIBYTE)
        killed.kill()
        killed.wait(timeout=10)
    before = offset(client, url)
    said, complained = node(endpoint(site.port), token, file, url).communicate(
        timeout=SECONDS_TO_SEND
    )

    assert before > 2 * MEBIBYTE
    assert said.endswith("done\n"), complained
    assert stored(client, content)


def test_a_server_that_was_killed_goes_on_where_it_was(site, client, token, file, content, node):
    with BadLine(site.port, bytes_before=3 * MEBIBYTE, is_stalling=True) as line:
        sending = node(endpoint(line.port), token, file)
        url = sending.stdout.readline().strip().replace(str(line.port), str(site.port))
        poll(lambda: (offset(client, url) or 0) > 2 * MEBIBYTE)
        site.kill()
        line.is_stalling = False
        site.start()
        assert offset(client, url) > 2 * MEBIBYTE
        said, complained = sending.communicate(timeout=SECONDS_TO_SEND)

    assert said.endswith("done\n"), complained
    assert stored(client, content)
