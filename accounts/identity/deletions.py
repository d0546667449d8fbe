"""An account's deletion, from the wish to the moment when every service has done its part.

A saga without a conductor: the user goes here, an event tells all services, and
each answers with one of its own. Whatever is killed meanwhile, outboxes, inboxes
and jobs go on where they were; who has not answered after a while is told again.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.identity.models import AccountDeletion
from backend_practice.registry import PARTS, SERVICES
from backend_practice.services.addresses import is_split
from events.outbox import publish

DELETED = "accounts.user.deleted"
PATIENCE = timedelta(minutes=5)
KEPT = timedelta(days=90)
AT_ONCE = 100


def keepers() -> list[str]:
    """The services besides this one that keep something of people."""
    return [name for name in PARTS if SERVICES[name].has_events and name != "accounts"]


def forgotten_by(service: str) -> str:
    """The event with which this service says that it has forgotten somebody."""
    return f"{service}.user.forgotten"


def begin(user_id: UUID) -> AccountDeletion:
    """Note that all are to forget this user, and tell them; in the transaction of the deletion."""
    deletion, _ = AccountDeletion.objects.get_or_create(
        user_id=user_id, defaults={"waiting_for": keepers()}
    )
    publish(DELETED, {"id": str(user_id)}, subject=str(user_id))
    return deletion


def note_done(user_id: UUID, services: Iterable[str]) -> None:
    """These have forgotten the user; heard twice it is as once."""
    with transaction.atomic():
        deletion = AccountDeletion.objects.select_for_update().filter(user_id=user_id).first()
        if deletion is None:
            return
        now = timezone.now()
        for service in services:
            deletion.done.setdefault(service, now.isoformat())
        deletion.waiting_for = [name for name in deletion.waiting_for if name not in deletion.done]
        if not deletion.waiting_for:
            deletion.finished_at = deletion.finished_at or now
        deletion.save()


def done_at_once() -> list[str]:
    """In one process: those whose rows went with the user's own. The others say so themselves."""
    if is_split():
        return []
    return [name for name in keepers() if not SERVICES[name].forgets_later]


def tell_again() -> int:
    """Tell once more of deletions that somebody has not answered for long; how many there are."""
    before = timezone.now() - PATIENCE
    late = AccountDeletion.objects.filter(finished_at=None, told_at__lt=before).order_by("told_at")
    for deletion in late[:AT_ONCE]:
        with transaction.atomic():
            AccountDeletion.objects.filter(pk=deletion.pk).update(told_at=timezone.now())
            publish(DELETED, {"id": str(deletion.user_id)}, subject=str(deletion.user_id))
    return len(late)


def forget_finished() -> None:
    """Of a deletion that has long been finished nothing is kept."""
    AccountDeletion.objects.filter(finished_at__lt=timezone.now() - KEPT).delete()


def progress_of(deletion: AccountDeletion) -> list[dict[str, Any]]:
    """Each service, and when it was done, or None."""
    names = sorted({*deletion.waiting_for, *deletion.done})
    return [{"name": name, "done_at": deletion.done.get(name)} for name in names]
