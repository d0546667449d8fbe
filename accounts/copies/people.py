"""Copies of users, made from what tokens and events say, by whichever comes first.

A copy has a name and what its user may do, and no address: none is needed here.
Each piece of news bears the version of the user that it tells of, so that it may
come late, twice and in any order.
"""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.copies.models import KnownUser
from accounts.models import User
from accounts.tokens import Claims

UNHEARD = 0  # the version of a user of whom nothing but the id is known


def user_of_claims(claims: Claims) -> User | None:
    """The copy of a token's user, brought up to date; None for one who is gone."""
    user = User.objects.filter(pk=claims.user_id).first()
    if user is not None and user.version >= claims.version:
        return user
    return learn(
        claims.user_id, claims.version, name=claims.name, is_staff=claims.is_staff, is_active=True
    )


def meet(user_id: UUID) -> User | None:
    """The copy of a user of whom somebody speaks; None for one who is gone."""
    user = User.objects.filter(pk=user_id).first()
    return user or learn(user_id, UNHEARD)


def learn(user_id: UUID, version: int, **facts: Any) -> User | None:
    """The copy with these facts, unless it has newer ones; None for a user who is gone."""
    with transaction.atomic():
        if _locked(user_id).deleted_at:
            return None
        user = User.objects.filter(pk=user_id).first()
        if user is None:
            return _copy(user_id, version=version, **facts)
        if user.version < version:
            changes = {**facts, "version": version}
            User.objects.filter(pk=user_id).update(**changes)
            user.refresh_from_db()
    return user


def forget(user_id: UUID) -> None:
    """Delete the copy, and what belongs to it here; it will not come back."""
    with transaction.atomic():
        known = _locked(user_id)
        if known.deleted_at is None:
            known.deleted_at = timezone.now()
            known.save(update_fields=["deleted_at"])
        User.objects.filter(pk=user_id).delete()


def _locked(user_id: UUID) -> KnownUser:
    KnownUser.objects.bulk_create([KnownUser(user_id=user_id)], ignore_conflicts=True)
    known: KnownUser = KnownUser.objects.select_for_update().get(pk=user_id)
    return known


def _copy(user_id: UUID, **facts: Any) -> User:
    user = User(pk=user_id, email=f"{user_id}@users.invalid", **facts)  # RFC 2606
    user.set_unusable_password()
    user.save(force_insert=True)
    return user
