"""A user's share of the disk, counted so that two uploads at once cannot pass it."""

from typing import Any

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Greatest

from backend_practice.http.problems import TooLarge
from uploads.models import Usage


def used_by(owner_id: Any) -> int:
    """The bytes that this user's uploads take."""
    return Usage.objects.filter(owner_id=owner_id).values_list("used", flat=True).first() or 0


def reserve(owner_id: Any, size: int) -> None:
    """Take so many bytes of the quota. One statement: whoever comes second waits, and is counted.

    Raises `TooLarge` where they are no longer there.
    """
    Usage.objects.get_or_create(owner_id=owner_id)
    room = settings.UPLOAD_QUOTA_BYTES - size
    if not Usage.objects.filter(owner_id=owner_id, used__lte=room).update(used=F("used") + size):
        raise quota_met(owner_id, size)


def release(owner_id: Any, size: int) -> None:
    """Give so many bytes back; a count that has come out wrong stops nobody from deleting."""
    Usage.objects.filter(owner_id=owner_id).update(used=Greatest(F("used") - size, 0))


def refuse_early(owner_id: Any, size: int) -> None:
    """Raise `TooLarge` where a file of this size has no chance, before any of it is read."""
    limit: int = settings.MAX_UPLOAD_BYTES
    if size > limit:
        raise upload_too_large()
    if used_by(owner_id) + size > settings.UPLOAD_QUOTA_BYTES:
        raise quota_met(owner_id, size)


def upload_too_large() -> TooLarge:
    """The error for a file beyond `MAX_UPLOAD_BYTES`."""
    limit: int = settings.MAX_UPLOAD_BYTES
    return TooLarge(
        f"The file is too large; the most is {limit:,} bytes.", name="MAX_UPLOAD_BYTES", value=limit
    )


def quota_met(owner_id: Any, size: int) -> TooLarge:
    """The error for a user who has no room left for this file."""
    quota: int = settings.UPLOAD_QUOTA_BYTES
    detail = (
        f"This file takes {size:,} bytes, and your uploads take {used_by(owner_id):,} of "
        f"{quota:,} already. Delete some first."
    )
    return TooLarge(detail, name="UPLOAD_QUOTA_BYTES", value=quota)
