"""A large file up and down: how long it takes, and what the server's memory does meanwhile.

    .venv/bin/python benchmarks/uploads.py           # 1 GiB
    .venv/bin/python benchmarks/uploads.py --mib 64 --place bucket

By form, by tus and straight to a signed address, on disk and in a bucket (OpenStack
Swift's, in a process of its own). Memory is the peak of the server's process since
it has answered its first upload, from /proc, so this needs Linux.
"""

# ruff: noqa: T201

import argparse
import hashlib
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import httpx  # noqa: E402

from tests.front.servers import runserver  # noqa: E402
from tests.processes import free_port, uvicorn  # noqa: E402
from tests.uploads.buckets import open_swift  # noqa: E402
from tests.uploads.sites import open_site  # noqa: E402

MEBIBYTE = 1024 * 1024
BOUNDARY = "a-boundary-that-is-long-enough-to-be-nowhere-else"
BEFORE = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="large.pdf"\r\n\r\n'
).encode()
AFTER = f"\r\n--{BOUNDARY}--\r\n".encode()
BEGINNING = b"%PDF-1.7\n"
LIMITS = dict.fromkeys(("MAX_UPLOAD_BYTES", "UPLOAD_QUOTA_BYTES"), str(2**40))


def content(size: int) -> Iterator[bytes]:
    """A file of this size, made as it is sent."""
    block = os.urandom(64 * 1024)
    yield BEGINNING
    for start in range(len(BEGINNING), size, len(block)):
        yield block[: size - start]


def by_form(client: httpx.Client, size: int) -> str:
    def body() -> Iterator[bytes]:
        yield BEFORE
        yield from content(size)
        yield AFTER

    headers = {
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Content-Length": str(len(BEFORE) + size + len(AFTER)),
    }
    sent = checked(client.post("/api/v1/uploads/", content=body(), headers=headers))
    return str(sent.json()["url"])


def by_tus(client: httpx.Client, size: int) -> str:
    tus = {"Tus-Resumable": "1.0.0"}
    created = client.post("/api/v1/uploads/tus/", headers={**tus, "Upload-Length": str(size)})
    headers = {
        **tus,
        "Upload-Offset": "0",
        "Content-Type": "application/offset+octet-stream",
        "Content-Length": str(size),
    }
    address = checked(created).headers["Location"]
    checked(client.patch(address, content=content(size), headers=headers))
    return address.replace("/tus/", "/") + "content/"  # type: ignore[no-any-return]


def directly(client: httpx.Client, size: int) -> str:
    announced = {"name": "large.pdf", "size": size, "content_type": "application/pdf"}
    address = checked(client.post("/api/v1/uploads/presign/", json=announced)).json()
    checked(
        httpx.put(address["url"], content=content(size), headers=address["headers"], timeout=600)
    )
    completed = checked(client.post(f"/api/v1/uploads/{address['id']}/complete/"))
    return str(completed.json()["url"])


WAYS = {"form": by_form, "tus": by_tus, "direct": directly}


def checked(answer: httpx.Response) -> httpx.Response:
    if answer.is_error:
        raise SystemExit(f"{answer.request.url}: {answer.status_code} {answer.text}")
    return answer


def measure(label: str, site: Any, way: str, size: int) -> None:
    """One file up and down again, and a line about it."""
    with site.client(site.log_in()) as client:
        client.timeout = 600
        checked(client.post("/api/v1/uploads/", files={"file": ("a.txt", b"x")}))
        before = peak(site)
        start = time.perf_counter()
        url = WAYS[way](client, size)
        up = time.perf_counter() - start
        after_up = peak(site)
        start = time.perf_counter()
        digest = hashlib.sha256()
        with client.stream("GET", url, follow_redirects=True) as answer:
            for part in answer.iter_raw():
                digest.update(part)
        down = time.perf_counter() - start
        upload = client.get(url.replace("content/", "")).json()
        same = "same" if upload["sha256"] == digest.hexdigest() else "DIFFERENT"
        grown = (after_up - before) / MEBIBYTE, (peak(site) - before) / MEBIBYTE
        print(
            f"{label:<10} {way:<7} up {up:6.1f} s  down {down:6.1f} s  SHA-256 {same}  "
            f"memory +{grown[0]:.0f} MiB up, +{grown[1]:.0f} MiB altogether",
            flush=True,
        )
        client.delete(url.replace("content/", ""))


def peak(site: Any) -> int:
    status = Path(f"/proc/{site.process.pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found  # noqa: S101
    return int(found[1]) * 1024


def run(label: str, size: int, command: Any = uvicorn, **variables: str) -> None:
    """Every way in, each on a server that has just started."""
    for way in WAYS:
        with (
            tempfile.TemporaryDirectory() as directory,
            open_site(Path(directory), command, **LIMITS, **variables) as site,
        ):
            measure(label, site, way, size)


def on_disk(size: int) -> None:
    run("uvicorn", size)
    run("runserver", size, runserver)


def in_a_bucket(size: int) -> None:
    with (
        tempfile.TemporaryDirectory() as directory,
        open_swift(Path(directory), free_port()) as variables,
    ):
        run("bucket", size, **variables)


PLACES = {"disk": on_disk, "bucket": in_a_bucket}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--mib", type=int, default=1024, help="size of the file")
    parser.add_argument("--place", choices=PLACES, help="one of them alone")
    options = parser.parse_args()
    for place in [options.place] if options.place else PLACES:
        PLACES[place](options.mib * MEBIBYTE)


if __name__ == "__main__":
    main()
