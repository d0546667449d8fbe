"""Clearing up: uploads that were never finished, parts that nobody comes back for, lost owners."""

import time
import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from uploads import services
from uploads.models import Upload, UploadQuerySet
from uploads.parts import directory

BATCH = 100


def forget_expired() -> int:
    """Pending uploads beyond their time; how many there were."""
    return forget_each(Upload.objects.expired())


def forget_ownerless() -> int:
    """Uploads whose owner has been deleted; how many there were."""
    return forget_each(Upload.objects.ownerless())


def forget_all_of(owner_id: Any) -> int:
    """Everything of one user, by whom the rows may have been left already."""
    return forget_each(Upload.objects.filter(owner_id=owner_id)) + forget_ownerless()


def forget_each(uploads: UploadQuerySet) -> int:
    """Delete these, some at a time, so that no transaction holds many; how many there were."""
    count = 0
    while some := list(uploads.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            for upload in uploads.select_for_update().filter(pk__in=some):
                services.forget(upload)
        count += len(some)
    return count


def remove_abandoned_parts() -> int:
    """Files on their way in that no request has touched for as long as an upload may take."""
    oldest = time.time() - timedelta(hours=settings.UPLOAD_EXPIRY_HOURS).total_seconds()
    old = [path for path in directory().iterdir() if path.stat().st_mtime < oldest]
    waited_for = ids_waited_for({path.name.partition(".")[0] for path in old})
    abandoned = [path for path in old if path.name.partition(".")[0] not in waited_for]
    for path in abandoned:
        path.unlink(missing_ok=True)
    return len(abandoned)


def ids_waited_for(names: set[str]) -> set[str]:
    """Those of these ids that an upload is still pending for."""
    ids = [uuid.UUID(name) for name in names if is_uuid(name)]
    found: set[str] = set()
    for start in range(0, len(ids), BATCH):
        some = Upload.objects.pending().filter(pk__in=ids[start : start + BATCH])
        found |= {str(pk) for pk in some.values_list("pk", flat=True)}
    return found


def is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
