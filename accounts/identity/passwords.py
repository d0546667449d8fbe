"""Checking and setting passwords: Argon2id, a few at a time, in the same time for everybody."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from accounts.models import User
from backend_practice.http.problems import Conflict, Unavailable

SECONDS_TO_WAIT = 2.0


@cache
def _slots() -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(settings.PASSWORD_HASHES_AT_ONCE)


@contextmanager
def hashing_slot() -> Iterator[None]:
    """One of the few places in which a password is hashed.

    Raises `Unavailable`, with `Retry-After`, when none becomes free in two seconds.
    """
    if not _slots().acquire(timeout=SECONDS_TO_WAIT):
        raise Unavailable("Too many logins at once.")
    try:
        yield
    finally:
        _slots().release()


def is_password_of(user: User | None, password: str) -> bool:
    """Whether this is the user's password; for nobody it takes as long to say no.

    A hash made with weaker parameters is made anew once the password is known.
    """
    with hashing_slot():
        if user is None:
            make_password(password)
            return False
        return user.check_password(password)


def hash_new_password(user: User, password: str) -> str:
    """Hash a new password for a user, outside of any transaction; gives back the former hash."""
    former = user.password
    with hashing_slot():
        user.set_password(password)
    return former


def save_new_password(user: User, *, former: str) -> None:
    """Save the new hash, in the transaction at hand, if the former one still holds.

    Whoever is told of it ends the sessions that the old password opened. Raises
    `Conflict` where the account has changed since it was read: two who change a
    password at once do not both succeed.
    """
    if not is_unchanged(user, former=former):
        raise Conflict("The account has changed meanwhile: try again.")
    user.save(update_fields=["password"])


def is_unchanged(user: User, *, former: str) -> bool:
    """Whether the user is still there, active, with this hash; locks the row."""
    same = User.objects.select_for_update().filter(pk=user.pk, is_active=True, password=former)
    return same.first() is not None


def check_new_password(password: str, user: User, *, field: str) -> None:
    """Raise a validation error for this field where the password is a poor one."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        details = [
            ErrorDetail(message, code=each.code or "invalid")
            for each in error.error_list
            for message in each.messages
        ]
        raise serializers.ValidationError({field: details}) from error
