"""Work for one process at a time, taken over by another when its holder falls silent."""

import os
import socket
import uuid
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from events.models import Lease

SECONDS = 30


def new_holder() -> str:
    """A name that no other process has."""
    return f"{socket.gethostname()[:50]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


def hold(name: str, holder: str) -> bool:
    """Whether the holder has the lease for the next `SECONDS`; call it again well before then."""
    now = timezone.now()
    until = now + timedelta(seconds=SECONDS)
    mine_or_free = Lease.objects.filter(Q(holder=holder) | Q(until__lte=now), name=name)
    if mine_or_free.update(holder=holder, until=until):
        return True
    try:
        with transaction.atomic():
            Lease.objects.create(name=name, holder=holder, until=until)
    except IntegrityError:
        return False
    return True


def give_up(name: str, holder: str) -> None:
    """Let another process have it at once."""
    Lease.objects.filter(name=name, holder=holder).delete()
