"""Small copies of images, made in the background once an image is stored."""

import uuid

from django.db.models import F

from uploads.downloads import THUMBNAIL_TYPE
from uploads.images import THUMBNAIL_SIZES, thumbnail
from uploads.kinds import IMAGES
from uploads.models import Upload, thumbnail_key
from uploads.storages import objects


def make_thumbnails(upload_id: uuid.UUID) -> list[int]:
    """One copy of each size; made twice, they are the same. What sizes there are now.

    An upload that is no image, or has gone meanwhile, gets none.
    """
    upload = Upload.objects.stored().filter(pk=upload_id, content_type__in=IMAGES).first()
    if upload is None:
        return []
    for size in THUMBNAIL_SIZES:
        with objects().opened(upload.key) as file:
            copy = thumbnail(file, upload.content_type, size)
        objects().put(copy, thumbnail_key(upload.pk, size), THUMBNAIL_TYPE)
    sizes = list(THUMBNAIL_SIZES)
    without = Upload.objects.filter(pk=upload_id).exclude(thumbnails=sizes)
    changed = without.update(thumbnails=sizes, version=F("version") + 1)
    if not changed and not Upload.objects.filter(pk=upload_id).exists():
        objects().remove([thumbnail_key(upload_id, size) for size in sizes])
    return sizes
