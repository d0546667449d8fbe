"""ETags of this app; a first part that changes with the representation."""

from backend_practice.http.conditional import strong_etag
from uploads.models import Upload

FORM = "1"  # count up when the representation gains or loses a member


def upload_etag(upload: Upload) -> str:
    """Changes with the upload: when it is stored, when it gets thumbnails."""
    return strong_etag("u" + FORM, upload.pk, upload.version, upload.owner_id)


def content_etag(upload: Upload) -> str:
    """Of the bytes, which never change."""
    return f'"{upload.sha256}"'
