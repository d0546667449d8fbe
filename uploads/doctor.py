"""What `manage.py doctor` examines of uploads: an object comes, is the same, and goes."""

import secrets
from contextlib import suppress

from django.conf import settings

from backend_practice.doctor import Failed, NotSetUp, examination
from backend_practice.http.problems import UnsupportedContent
from uploads.scan import scan
from uploads.storages import bucket, objects

# The harmless file that every scanner is to take for a virus (eicar.org), in two halves:
# together in one line they would make scanners take this file for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + rb"ANTIVIRUS-TEST-FILE!$H+H*"


@examination("files", seconds=20)
def an_object_comes_and_goes() -> str:
    """In the bucket, or in the directory without one."""
    key, content = f"doctor/{secrets.token_hex(16)}", secrets.token_bytes(64)
    storage = objects()
    storage.put(content, key, "application/octet-stream")
    try:
        with storage.opened(key) as stored:
            if stored.read() != content:
                raise Failed("what was stored is not what comes back")
    finally:
        with suppress(Exception):
            storage.remove([key])
    if storage.exists(key):
        raise Failed("what was removed is there still")
    kept = bucket()
    where = f"bucket {kept.bucket_name}" if kept else "directory"
    return f"an object arrives in the {where} and is removed"


@examination("scanner", seconds=20)
def the_scanner_finds_what_it_should() -> str:
    """The test file of the makers of scanners."""
    if not settings.CLAMAV_URL:
        raise NotSetUp("CLAMAV_URL")
    scan([b"harmless"])
    try:
        scan([EICAR])
    except UnsupportedContent:
        return "finds the test virus, and passes what is harmless"
    raise Failed("the scanner has passed the test virus")
