"""What lies in the storage and what the rows say, held against each other."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import PurePosixPath
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from uploads import services
from uploads.cleaning import is_uuid
from uploads.models import THUMBNAILS, Upload, Usage, key_of
from uploads.storages import objects

BATCH = 500
INCOMING = "incoming/"
# An object comes before its row: what is this young may be on its way.
YOUNG = timedelta(hours=1)


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be."""

    what: str
    subject: str

    def __str__(self) -> str:
        return f"{self.what}: {self.subject}"


OBJECT_WITHOUT_ROW, ROW_WITHOUT_OBJECT = "object without a row", "row without an object"
WRONG_USAGE = "usage that does not add up"


def findings() -> Iterator[Finding]:
    """Everything that does not agree, in constant memory."""
    yield from objects_without_rows()
    yield from rows_without_objects()
    yield from wrong_usages()


def mend(finding: Finding) -> None:
    """Delete the object or the row that stands alone, or count the usage anew."""
    if finding.what == OBJECT_WITHOUT_ROW:
        objects().remove([finding.subject])
    elif finding.what == ROW_WITHOUT_OBJECT:
        with transaction.atomic():
            for upload in Upload.objects.select_for_update().filter(pk=finding.subject):
                services.forget(upload)
    else:
        recount(finding.subject)


def remove_stray_arrivals() -> int:
    """What came to a signed address after its upload was finished or deleted; how many there were.

    Nobody's quota counts these, so they must not wait for somebody to ask.
    """
    strays = list(objects_without_rows(INCOMING))
    for stray in strays:
        mend(stray)
    return len(strays)


def objects_without_rows(*prefixes: str) -> Iterator[Finding]:
    """Objects, thumbnails and arrivals of uploads that are not there."""
    for prefix in prefixes or ("objects/", f"{THUMBNAILS}/", INCOMING):
        keys = iter(objects().keys(prefix))
        while some := list(islice(keys, BATCH)):
            known = ids_known(filter(None, map(id_in, some)), pending=prefix == INCOMING)
            for key in some:
                upload_id = id_in(key)
                if upload_id not in known and not is_young(upload_id):
                    yield Finding(OBJECT_WITHOUT_ROW, key)


def rows_without_objects() -> Iterator[Finding]:
    """Stored uploads whose bytes are lost."""
    for pk in Upload.objects.stored().order_by("pk").values_list("pk", flat=True).iterator(BATCH):
        if not objects().exists(key_of(pk)):
            yield Finding(ROW_WITHOUT_OBJECT, str(pk))


def wrong_usages() -> Iterator[Finding]:
    """Users whose uploads come to another sum than was counted."""
    for usage in Usage.objects.order_by("pk").iterator(BATCH):
        if usage.used != sum_of(usage.owner_id):
            yield Finding(WRONG_USAGE, str(usage.owner_id))


def recount(owner_id: Any) -> None:
    """Count a user's bytes anew, while nobody else changes them."""
    with transaction.atomic():
        list(get_user_model()._default_manager.select_for_update().filter(pk=owner_id).values("pk"))
        list(Usage.objects.select_for_update().filter(pk=owner_id).values("pk"))
        Usage.objects.filter(pk=owner_id).update(used=sum_of(owner_id))


def sum_of(owner_id: Any) -> int:
    """The bytes of this user's rows."""
    return Upload.objects.filter(owner_id=owner_id).aggregate(sum=Sum("size"))["sum"] or 0


def id_in(key: str) -> str | None:
    """The upload's id in a key: the last part that is one."""
    ids = [part for part in PurePosixPath(key).parts if is_uuid(part)]
    return ids[-1] if ids else None


def ids_known(ids: Iterable[str], *, pending: bool) -> set[str]:
    """Those of these ids that a row has; a pending one, for what has only arrived."""
    rows = Upload.objects.pending() if pending else Upload.objects.all()
    return {str(pk) for pk in rows.filter(pk__in=list(ids)).values_list("pk", flat=True)}


def is_young(upload_id: str | None) -> bool:
    """Whether an id was made a short while ago, as its first 48 bits tell (UUIDv7)."""
    if upload_id is None or uuid.UUID(upload_id).version != 7:
        return False
    made = (uuid.UUID(upload_id).int >> 80) / 1000
    return made > (timezone.now() - YOUNG).timestamp()
