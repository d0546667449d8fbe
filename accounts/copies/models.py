"""Whom this service has heard of, and who is gone for good."""

from typing import Any, ClassVar

from django.db import models


class KnownUser(models.Model):
    """Stays when the user goes: a token that still lives would bring the row back else.

    Its lock has those queue who make and delete one user's copy at once.
    """

    user_id = models.UUIDField(primary_key=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = models.Manager()

    def __str__(self) -> str:
        return f"{self.user_id}, gone" if self.deleted_at else str(self.user_id)
