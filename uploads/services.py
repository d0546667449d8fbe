"""Everything that changes uploads. The object comes first and its row second, so that no row
points at nothing; what is left over when a process dies, `reconcile` finds.
"""

import uuid
from typing import Any

from django.db import transaction
from django.http import Http404

from backend_practice.http.conditional import Precondition
from events.outbox import publish
from uploads import quota
from uploads.checks import Finding
from uploads.etags import upload_etag
from uploads.models import Upload, default_expiry, key_of, new_upload_id
from uploads.parts import Part, deleted_meanwhile, remove_all_of
from uploads.storages import objects


def keep(part: Part, finding: Finding, *, owner_id: Any, name: str) -> Upload:
    """A new upload of this part, which has been looked into.

    Raises `TooLarge` beyond the owner's quota; nothing is left behind then.
    """
    key = key_of(part.upload_id)
    objects().take(part, key, finding.content_type)
    try:
        with transaction.atomic():
            quota.reserve(owner_id, finding.size)
            upload = Upload(pk=part.upload_id, owner_id=owner_id, name=name, way=Upload.FORM)
            _fill_in(upload, finding)
            upload.save(force_insert=True)
            _tell_stored(upload)
    except BaseException:
        objects().remove([key])
        raise
    return upload


def announce(*, owner_id: Any, name: str, size: int, way: str, **fields: Any) -> Upload:
    """A pending upload, whose bytes count already. Raises `TooLarge` beyond the quota."""
    with transaction.atomic():
        quota.reserve(owner_id, size)
        return Upload.objects.create(
            pk=new_upload_id(),
            owner_id=owner_id,
            name=name,
            size=size,
            way=way,
            status=Upload.PENDING,
            expires_at=default_expiry(),
            **fields,
        )


def as_it_is_now(upload: Upload) -> Upload:
    """What the row says now, where the caller has read it before it got the part's lock.

    Raises a 409 where somebody has deleted it since.
    """
    current = Upload.objects.filter(pk=upload.pk).first()
    if current is None:
        raise deleted_meanwhile()
    return current


def finish(upload: Upload, finding: Finding) -> Upload:
    """The announced upload, now that its object is there and has been looked into.

    Done once: a second request at the same moment finds it stored. Raises
    `Conflict` where it has been deleted meanwhile, and removes the object.
    """
    with transaction.atomic():
        current = Upload.objects.select_for_update().filter(pk=upload.pk).first()
        if current is not None and not current.is_stored:
            _fill_in(current, finding)
            current.expires_at = None
            current.version += 1
            current.save(force_update=True)
            _tell_stored(current)
    if current is None:
        objects().remove([upload.key])
        raise deleted_meanwhile()
    return current


def take_in(upload: Upload, part: Part, finding: Finding) -> Upload:
    """The announced upload, of this part."""
    objects().take(part, upload.key, finding.content_type)
    return finish(upload, finding)


def delete_upload(upload_id: uuid.UUID, *, owner_id: Any, precondition: Precondition) -> None:
    """The upload goes: its row and its bytes.

    Raises `Http404` where there is none of this owner, `PreconditionFailed`
    where it has changed since it was read.
    """
    with transaction.atomic():
        upload = Upload.objects.select_for_update().filter(pk=upload_id, owner_id=owner_id).first()
        if upload is None:
            raise Http404
        precondition(upload_etag(upload))
        forget(upload)


def give_up(upload: Upload) -> None:
    """The announced upload turned out to be none: it goes, with whatever has come of it."""
    with transaction.atomic():
        for current in Upload.objects.select_for_update().pending().filter(pk=upload.pk):
            forget(current)


def forget(upload: Upload) -> None:
    """Delete the row in the caller's transaction, and the bytes once it is committed."""
    pk, keys = upload.pk, upload.keys()
    deleted, _ = Upload.objects.filter(pk=pk).delete()
    if not deleted:
        return
    if upload.owner_id is not None:
        quota.release(upload.owner_id, upload.size)
    if upload.is_stored:
        publish("uploads.upload.deleted", _facts(upload), subject=str(pk))
    transaction.on_commit(lambda: remove_bytes(pk, keys), robust=True)


def remove_bytes(upload_id: uuid.UUID, keys: list[str]) -> None:
    """Everything that lies anywhere for this upload."""
    objects().remove(keys)
    remove_all_of(upload_id)


def _fill_in(upload: Upload, finding: Finding) -> None:
    upload.size, upload.sha256 = finding.size, finding.sha256
    upload.content_type, upload.status = finding.content_type, Upload.STORED
    if finding.dimensions:
        upload.width, upload.height = finding.dimensions.width, finding.dimensions.height


def _tell_stored(upload: Upload) -> None:
    publish("uploads.upload.stored", _facts(upload), subject=str(upload.pk))


def _facts(upload: Upload) -> dict[str, Any]:
    """What others are told: no name, which may be private."""
    return {
        "id": str(upload.pk),
        "owner": str(upload.owner_id) if upload.owner_id else None,
        "size": upload.size,
        "content_type": upload.content_type,
        "is_image": upload.width is not None,
    }
