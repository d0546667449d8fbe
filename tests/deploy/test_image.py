"""The image itself, where one was built: `make test-image` builds it and runs these.

make test-image BASE=…      # another base than the Dockerfile's, where no registry is in reach
"""

import os
import shutil
import subprocess
import uuid
from contextlib import contextmanager

import pytest

from tests.patience import eventually

IMAGE = os.environ.get("TEST_IMAGE", "")
TOOL = os.environ.get("CONTAINER_TOOL", "podman").split()
# What stands near to what the Dockerfile removes.
NEEDED = """
import boto3, brotli, daphne.server, django.views.i18n, uvloop
for name in ("s3", "sts"):
    boto3.client(name, region_name="us-east-1")
assert brotli.decompress(brotli.compress(b"text")) == b"text"
uvloop.run(__import__("asyncio").sleep(0))
"""
RESTRICTED = [
    *("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"),
    *("--network", "none", "--tmpfs", "/tmp"),  # noqa: S108
    *("--env", "ENVIRONMENT=embedded"),
]
START = "python manage.py prepare && exec python manage.py serve 8000 --workers 1"

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(not IMAGE, reason="no image was built: make test-image"),
]


def tool(*arguments, check=True):
    assert shutil.which(TOOL[0])
    return subprocess.run([*TOOL, *arguments], check=check, capture_output=True, text=True)


def in_image(*command, check=True, user="10001"):
    name, *arguments = command
    options = (*RESTRICTED, "--rm", "--user", user, "--entrypoint", name)
    return tool("run", *options, IMAGE, *arguments, check=check)


@contextmanager
def running():
    """The name of a container in which the site starts, as restricted as can be."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    options = (*RESTRICTED, "--detach", "--name", name, "--entrypoint", "sh")
    tool("run", *options, IMAGE, "-c", START)
    try:
        yield name
    finally:
        tool("rm", "--force", "--volumes", name)


def test_it_answers_its_health_check_on_a_read_only_file_system_and_ends_in_time():
    with running() as name:

        def is_healthy():
            return tool("healthcheck", "run", name, check=False).returncode == 0

        eventually(is_healthy, seconds=120)
        tool("stop", "--time", "60", name)
        code = tool("inspect", "--format", "{{.State.ExitCode}}", name).stdout.strip()

    assert code == "0"


def test_nobody_in_it_is_root():
    done = tool("run", *RESTRICTED, "--rm", "--entrypoint", "id", IMAGE, "-u")

    assert done.stdout.strip() == "10001"


def test_nothing_of_it_can_be_written():
    done = in_image("touch", "/app/manage.py", check=False, user="0")

    assert done.returncode != 0
    assert "Read-only" in done.stderr


def test_neither_secrets_nor_data_nor_an_installer_are_in_it():
    found = in_image("ls", "-A", "/app").stdout.split()

    assert not {".env", ".git", "var"} & set(found)
    assert {"manage.py", "backend_practice", "collected", "docs"} <= set(found)
    assert in_image("/venv/bin/python", "-c", "import pip", check=False).returncode != 0


def test_nothing_is_missed_of_what_was_left_out():
    in_image("/venv/bin/python", "-c", NEEDED)
