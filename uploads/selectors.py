"""Reads: rows are reached through these, so that a stranger's upload is simply not found."""

import uuid
from typing import Any

from django.shortcuts import get_object_or_404

from uploads.models import Upload, UploadQuerySet


def uploads_of(owner_id: Any) -> UploadQuerySet:
    """This user's own uploads, finished or not."""
    return Upload.objects.filter(owner_id=owner_id)


def own_upload(owner_id: Any, upload_id: uuid.UUID) -> Upload:
    """This user's own upload. Raises `Http404` for anything else."""
    return get_object_or_404(uploads_of(owner_id), pk=upload_id)


def own_stored(owner_id: Any, upload_id: uuid.UUID) -> Upload:
    """As `own_upload`, with all its bytes there."""
    return get_object_or_404(uploads_of(owner_id).stored(), pk=upload_id)
