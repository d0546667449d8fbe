"""What `manage.py doctor` examines of events: one is told, and heard."""

import secrets
import time

from django.db import transaction

from backend_practice.doctor import Failed, examination
from events.handlers import DOCTOR_ASKED as TYPE
from events.models import Delivery, OutboxEvent
from events.outbox import publish

SECONDS = 15.0
BETWEEN_LOOKS = 0.1


@examination("events", seconds=SECONDS + 5)
def an_event_is_delivered() -> str:
    """From the outbox into the inbox, over the broker where there is one, to its handler."""
    subject = secrets.token_hex(8)
    with transaction.atomic():
        publish(TYPE, {}, subject=subject)
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        if Delivery.objects.filter(type=TYPE, subject=subject, state=Delivery.HANDLED).exists():
            return "told, passed on, and heard"
        time.sleep(BETWEEN_LOOKS)
    if OutboxEvent.objects.filter(type=TYPE, subject=subject, sent_at=None).exists():
        raise Failed("it waits in the outbox: no relay runs, or no site that delivers its own")
    raise Failed("it was passed on, and nobody has heard it: no consumer runs")
