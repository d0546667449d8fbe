"""Where uploads are kept: on disk, or in any S3-compatible bucket."""

from pathlib import Path
from typing import Any

# What can be told from its content, and may be uploaded unless UPLOAD_TYPES names less of it.
# No HTML, no SVG: those are programs.
KNOWN_TYPES = (
    *("image/png", "image/jpeg", "image/gif", "image/webp"),
    *("text/plain", "text/csv", "application/jsonl", "application/json"),
    *("application/pdf", "application/zip", "application/gzip"),
    *("audio/mpeg", "video/mp4", "video/webm"),
)
# Of files and directories: for the site's own user alone, or for nginx in its group as well.
PRIVATE_MODES, SHARED_MODES = (0o600, 0o700), (0o640, 0o750)


def uploads_storage(
    directory: Path,
    *,
    bucket: str,
    endpoint: str,
    region: str,
    access_key: str,
    secret_key: str,
    link_seconds: int,
    is_shared: bool = False,
) -> dict[str, Any]:
    """The entry of `STORAGES`: the bucket where one is named, else the directory.

    `is_shared` lets the directory's group read what is in it.
    """
    if not bucket:
        file_mode, directory_mode = SHARED_MODES if is_shared else PRIVATE_MODES
        options: dict[str, Any] = {
            "location": str(directory),
            "file_permissions_mode": file_mode,
            "directory_permissions_mode": directory_mode,
            "base_url": None,
        }
        return {"BACKEND": "uploads.storages.DiskStorage", "OPTIONS": options}
    options = {
        "bucket_name": bucket,
        "endpoint_url": endpoint or None,
        "region_name": region,
        "access_key": access_key or None,  # None: as boto3 finds them, from a role for example
        "secret_key": secret_key or None,
        "querystring_expire": link_seconds,
    }
    return {"BACKEND": "uploads.storages.BucketStorage", "OPTIONS": options}
