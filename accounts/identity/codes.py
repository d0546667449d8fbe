"""One-time codes: 128 random bits, sent by mail, stored as a hash, valid once and for an hour."""

import base64
import hashlib
import uuid
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac
from rest_framework import serializers

from accounts.identity.models import OneTimeCode
from accounts.models import User


def digest_of(secret: str) -> str:
    """What is stored of a random secret: it needs no salt, for it cannot be guessed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def make_code(user: User, purpose: str, *, email: str) -> str:
    """The seed of a new code for this purpose; those before it stop working."""
    seed = str(uuid.uuid4())
    store_code(user, purpose, email=email, code=code_from(seed))
    return seed


def code_from(seed: str) -> str:
    """The code of this seed. It is made again when its mail is written, and kept nowhere."""
    mark = salted_hmac("accounts.identity.codes", seed, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(mark[:16]).decode().rstrip("=")


def store_code(user: User, purpose: str, *, email: str, code: str) -> None:
    """Let this code work, and no other for this purpose any more."""
    OneTimeCode.objects.filter(user=user, purpose=purpose).delete()
    OneTimeCode.objects.create(
        digest=digest_of(code),
        purpose=purpose,
        user=user,
        email=email,
        expires_at=timezone.now() + timedelta(seconds=settings.CODE_SECONDS),
    )


def find_code(code: str, purpose: str) -> OneTimeCode:
    """The code's row, not yet used up. Raises a validation error for one that does not hold."""
    codes = OneTimeCode.objects.select_related("user").filter(user__is_active=True)
    row = codes.filter(digest=digest_of(code), purpose=purpose).first()
    if row is None or row.is_expired(timezone.now()):
        raise _refused()
    return row


def use_up(row: OneTimeCode) -> None:
    """Raises a validation error where another request was faster; call it in a transaction."""
    deleted, _ = OneTimeCode.objects.filter(pk=row.pk).delete()
    if not deleted:
        raise _refused()


def _refused() -> serializers.ValidationError:
    detail = "This code does not hold: it may have been used, or be older than an hour."
    return serializers.ValidationError({"code": [detail]}, code="invalid_code")
