"""A bucket of the tests' own."""

import boto3
import pytest

from tests.processes import free_port

SECRET = "s3cr3t-of-s3"


@pytest.fixture
def s3():
    """A server that speaks S3, with a bucket: the variables by which the site finds it."""
    from moto.server import ThreadedMotoServer

    port = free_port()
    server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    server.start()
    found = {
        "S3_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "S3_ACCESS_KEY_ID": "id",
        "S3_SECRET_ACCESS_KEY": SECRET,
    }
    client = boto3.client(
        "s3", endpoint_url=found["S3_ENDPOINT_URL"], region_name="us-east-1",
        aws_access_key_id="id", aws_secret_access_key=SECRET,
    )  # fmt: skip
    client.create_bucket(Bucket="files")
    yield {**found, "S3_BUCKET": "files"}
    server.stop()
