"""What the checks ask for at the level core can be kept elsewhere, and a beginner is told how."""

import shutil
import subprocess
import sys
import time
from contextlib import contextmanager

import httpx
import pytest

from tests.environment import ROOT
from tests.processes import free_port
from tests.servers import missing_server

pytestmark = pytest.mark.once
SAMPLES = ROOT / "tests" / "contract" / "samples"
EXPRESS = SAMPLES / "express"
STAGES = ("--stage", "1-4,6,9")


@contextmanager
def serving(*command, directory):
    """The address of a server that is given its port."""
    url = f"http://127.0.0.1:{(port := free_port())}"
    with subprocess.Popen(
        [*command, str(port)], cwd=directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            wait_until_it_answers(url, process)
            yield url
        finally:
            process.terminate()


def wait_until_it_answers(url, process, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(url, timeout=2)
            return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(f"{process.args} does not answer at {url}")


@pytest.fixture
def node():
    if shutil.which("node") is None:
        missing_server("node is not installed: apt install nodejs npm")
    if not (EXPRESS / "node_modules").is_dir():
        missing_server("Express is not installed: npm ci in tests/contract/samples/express")
    return shutil.which("node")


def not_kept(checks):
    return {name: told for name, told in checks.items() if told["state"] != "passed"}


def test_a_server_in_flask_keeps_core(check):
    with serving(sys.executable, "server.py", directory=SAMPLES / "flask") as url:
        code, checks = check(url, *STAGES, "--keep-going")

    assert not_kept(checks) == {}
    assert (code, len(checks)) == (0, 41)


def test_a_server_in_express_keeps_core(check, node):
    with serving(node, "server.js", directory=EXPRESS) as url:
        code, checks = check(url, *STAGES, "--keep-going")

    assert not_kept(checks) == {}
    assert (code, len(checks)) == (0, 41)


def test_an_empty_express_server_is_told_what_to_write(practise, node):
    with serving(node, "empty.js", directory=EXPRESS) as url:
        code, output = practise("check", "--url", url)

    assert code == 1
    assert "✗ hello-world" in output or "NO hello-world" in output
    assert f"asked     curl -i {url}/hello/" in output
    assert "came      404 Not Found" in output
    assert "app.get('/hello/', (req, res) =>" in output
    assert "res.type('text/plain').send('Hello, World!'))" in output
    assert "Stage 2" not in output
