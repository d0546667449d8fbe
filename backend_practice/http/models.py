"""The one table of this package: answers kept for idempotency keys."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class IdempotencyRecord(models.Model):
    """A POST that came with an `Idempotency-Key`, and its answer once there is one.

    `status` is null while the first request runs; its claim holds until
    `claimed_until`, so that a request whose process died can be tried again.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    claimed_until = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=bytes)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("user", "key"), name="idempotency_key_unique"),
        ]
        indexes: ClassVar = [models.Index(fields=("created_at",), name="idempotency_created")]

    def __str__(self) -> str:
        return self.key
