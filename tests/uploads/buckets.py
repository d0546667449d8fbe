"""Servers that speak S3, for tests and benchmarks, and how to keep uploads with one."""

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import boto3
import httpx
from botocore.config import Config
from django.core.files.storage import storages

from backend_practice.settings.files import uploads_storage
from tests.front.servers import until

BUCKET, REGION = "uploads", "us-east-1"
SERVER = Path(__file__).with_name("swift_server.py")
SECONDS_TO_START = 90
CONFIG = Config(signature_version="s3v4", request_checksum_calculation="when_required")


@contextmanager
def open_swift(directory, port):
    """OpenStack Swift, which believes no signature that is not right.

    Gives the variables of a site that keeps its uploads there.
    """
    command = [sys.executable, "-W", "ignore", str(SERVER), str(directory), str(port)]
    log = directory / "log"
    with (
        log.open("w") as output,
        subprocess.Popen(command, stdout=output, stderr=output) as process,
    ):
        try:
            until(lambda: speaks(port, process, log), seconds=SECONDS_TO_START)
            variables = variables_of(port, "test:tester", "testing")
            client_of(variables).create_bucket(Bucket=BUCKET)
            yield variables
        finally:
            process.kill()


def speaks(port, process, log):
    """Whether somebody answers there, whatever it says."""
    assert process.poll() is None, log.read_text()
    try:
        return httpx.get(f"http://127.0.0.1:{port}/", timeout=5).status_code < 500
    except httpx.TransportError:
        return False


def variables_of(port, access_key, secret_key):
    """What a site is told about a bucket on this machine."""
    return {
        "S3_BUCKET": BUCKET,
        "S3_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "S3_REGION": REGION,
        "S3_ACCESS_KEY_ID": access_key,
        "S3_SECRET_ACCESS_KEY": secret_key,
    }


def client_of(variables, kind=boto3.client):
    """A client that may do everything there."""
    return kind(
        "s3",
        endpoint_url=variables["S3_ENDPOINT_URL"],
        region_name=variables["S3_REGION"],
        aws_access_key_id=variables["S3_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["S3_SECRET_ACCESS_KEY"],
        config=CONFIG,
    )


def keep_in(variables, settings, *, link_seconds=900):
    """Have this process keep its uploads in that bucket, until the test's end."""
    options = uploads_storage(
        Path("unused"),
        bucket=variables["S3_BUCKET"],
        endpoint=variables["S3_ENDPOINT_URL"],
        region=variables["S3_REGION"],
        access_key=variables["S3_ACCESS_KEY_ID"],
        secret_key=variables["S3_SECRET_ACCESS_KEY"],
        link_seconds=link_seconds,
    )
    settings.STORAGES = {**settings.STORAGES, "uploads": options}
    open_anew()


def open_anew():
    """Let the storage be made from the settings once more."""
    storages._storages.clear()
    storages.__dict__.pop("backends", None)
