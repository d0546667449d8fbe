"""The API's addresses, and files to send to them."""

import gzip
import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

UPLOADS = "/api/v1/uploads/"
TUS = "/api/v1/uploads/tus/"
PRESIGN = "/api/v1/uploads/presign/"

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
MP4 = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41" + b"\x00" * 64
WEBM = (
    b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04"
    b"\x42\xf3\x81\x08\x42\x82\x84webm"
)
MP3 = b"ID3\x04\x00\x00\x00\x00\x00\x23" + b"\x00" * 64
GZIP = gzip.compress(b"x")
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"


def address_of(upload, end=""):
    return f"{UPLOADS}{upload['id']}/{end}"


def file_of(content=b"Hello.", name="hello.txt", content_type="application/octet-stream"):
    return SimpleUploadedFile(name, content, content_type)


def post_file(client, content=b"Hello.", name="hello.txt", **headers):
    """What the site answers to a form with this file."""
    return client.post(UPLOADS, {"file": file_of(content, name)}, format="multipart", **headers)


def uploaded(client, content=b"Hello.", name="hello.txt"):
    """The upload that this file becomes."""
    response = post_file(client, content, name)
    assert response.status_code == 201, response.content
    return response.json()


def content_of(response):
    """The bytes of a streamed answer."""
    return b"".join(response.streaming_content)


def picture(form="PNG", size=(8, 6), mode="RGB", **options):
    """An image in this format."""
    output = io.BytesIO()
    Image.new(mode, size).save(output, form, **options)
    return output.getvalue()


def archive():
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as file:
        file.writestr("a.txt", "a")
    return output.getvalue()


def codes_of(response):
    """What a problem says is wrong: (pointer, code) of each error."""
    return [(error["pointer"], error["code"]) for error in response.json()["errors"]]
