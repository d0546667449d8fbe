"""Sessions, one-time codes and tickets. No secret is stored, only what can check one."""

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import new_user_id


class SessionQuerySet(models.QuerySet["Session"]):
    """The questions that are asked of sessions."""

    def live(self) -> Self:
        """Neither ended nor expired, of a user who may log in."""
        return self.filter(ended_at=None, expires_at__gt=timezone.now(), user__is_active=True)


class Session(models.Model):
    """One login on one device, from its first token to its last.

    Each refresh token carries the session's `generation`; only the newest may
    be used, and its use makes the next.
    """

    id = models.UUIDField(primary_key=True, default=new_user_id, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="token_sessions"
    )
    generation = models.PositiveIntegerField(default=1)
    rotated_at = models.DateTimeField(default=timezone.now)
    device = models.CharField(max_length=200, blank=True)
    address = models.GenericIPAddressField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=40, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(generation__gte=1), name="session_generation"),
        ]
        indexes: ClassVar = [
            models.Index(fields=("user", "created_at", "id"), name="session_by_user"),
            models.Index(fields=("expires_at",), name="session_by_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.device or 'unknown device'}, {self.created_at:%Y-%m-%d %H:%M}"


class OneTimeCode(models.Model):
    """A code sent by mail, by its hash; used once, or deleted when it expires."""

    VERIFY, RESET = "verify", "reset"

    digest = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=10, choices=((VERIFY, VERIFY), (RESET, RESET)))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    email = models.EmailField(max_length=254, help_text="The address that the code was sent to.")
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.purpose} for {self.email}"

    def is_expired(self, now: datetime) -> bool:
        return self.expires_at <= now


class AccountDeletion(models.Model):
    """How far the deletion of an account is; its id is for whoever deleted it, to look."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user_id = models.UUIDField(unique=True, help_text="There is no such user any more.")
    asked_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(default=timezone.now, help_text="When services were told last.")
    waiting_for = models.JSONField(default=list, help_text="Services that have not answered.")
    done = models.JSONField(default=dict, help_text="Services that have, and when.")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=("told_at",), name="deletion_unfinished", condition=Q(finished_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"deletion of {self.user_id}"


class Ticket(models.Model):
    """Opens one WebSocket, within seconds; by its hash."""

    digest = models.CharField(max_length=64, unique=True)
    session = models.ForeignKey(Session, null=True, on_delete=models.CASCADE, related_name="+")
    cookie_session = models.ForeignKey(
        "sessions.Session", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"ticket of {self.user_id}"
