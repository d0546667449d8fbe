"""Uploads, and how much of their quota people use.

The bytes themselves lie in a storage, under a key that is made from the id.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact, LessThanOrEqual
from django.utils import timezone
from uuid_utils.compat import uuid7

MAX_NAME = 255
THUMBNAILS = "thumbnails"


def new_upload_id() -> uuid.UUID:
    """A UUIDv7 (RFC 9562): unguessable in its random part, sorted by time."""
    return uuid7()


def key_of(upload_id: uuid.UUID) -> str:
    """Where the bytes of an upload lie; nothing of it comes from a client."""
    return f"objects/{upload_id.hex[-2:]}/{upload_id}"


def incoming_key(upload_id: uuid.UUID) -> str:
    """Where a client may write into a bucket; what has been verified lies out of its reach."""
    return f"incoming/{upload_id}"


def thumbnail_key(upload_id: uuid.UUID, size: int) -> str:
    """Where a thumbnail of this size lies."""
    return f"{THUMBNAILS}/{upload_id.hex[-2:]}/{upload_id}/{size}"


def default_expiry() -> datetime:
    """When an upload that is begun now is given up."""
    return timezone.now() + timedelta(hours=settings.UPLOAD_EXPIRY_HOURS)


class UploadQuerySet(models.QuerySet["Upload"]):
    """The questions that are asked of uploads."""

    def stored(self) -> Self:
        """All of whose bytes are there, and checked."""
        return self.filter(status=Upload.STORED)

    def pending(self) -> Self:
        """Begun, and not finished."""
        return self.filter(status=Upload.PENDING)

    def expired(self) -> Self:
        """Begun too long ago to be finished any more."""
        return self.pending().filter(expires_at__lt=timezone.now())

    def ownerless(self) -> Self:
        """Whose owner has gone."""
        return self.filter(owner=None)


class Upload(models.Model):
    """A file that somebody has sent, or is about to."""

    PENDING, STORED = "pending", "stored"
    FORM, TUS, DIRECT = "form", "tus", "direct"

    id = models.UUIDField(primary_key=True, default=new_upload_id, editable=False)
    # Null once its owner has gone; it is then removed, object and all.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="uploads"
    )
    name = models.CharField(max_length=MAX_NAME)
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    status = models.CharField(max_length=7, choices=((PENDING, PENDING), (STORED, STORED)))
    way = models.CharField(max_length=6, choices=((FORM, "form"), (TUS, "tus"), (DIRECT, "direct")))
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    thumbnails: "models.JSONField[list[int], list[int]]" = models.JSONField(
        default=list, blank=True
    )
    metadata = models.CharField(max_length=4096, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True, db_index=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=("owner", "created_at", "id"), name="upload_by_owner_creation"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name=""), name="upload_has_name"),
            models.CheckConstraint(
                condition=Q(LessThanOrEqual(Length("name"), MAX_NAME)), name="upload_name_fits"
            ),
            models.CheckConstraint(
                condition=Q(status="pending") & Q(expires_at__isnull=False)
                | Q(status="stored") & ~Q(content_type="") & Q(Exact(Length("sha256"), 64)),
                name="upload_stored_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        return key_of(self.pk)

    @property
    def is_stored(self) -> bool:
        return self.status == self.STORED

    def keys(self) -> list[str]:
        """Everything that may lie in the storage for this upload."""
        thumbnails = [thumbnail_key(self.pk, size) for size in self.thumbnails]
        return [self.key, incoming_key(self.pk), *thumbnails]


class Usage(models.Model):
    """The bytes of one user's uploads, finished or not: what the quota is held against."""

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    used: "models.PositiveBigIntegerField[Any, int]" = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "usage"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(used__gte=0), name="usage_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.owner_id}: {self.used:,} bytes"
