"""What a service does when it hears of a job; one process that is all of them does nothing."""

from django.conf import settings

from backend_practice.services.addresses import is_split
from events.envelope import Event
from events.handlers import on
from jobs import following
from jobs.homes import JOBS
from jobs.transitions import CANCELLING, EVENT_OF, PROGRESSED, REQUESTED, RETRYING

ORDERS = {
    REQUESTED: following.take_order,
    CANCELLING: following.take_cancel,
    RETRYING: following.take_retry,
}


def carry_out(event: Event) -> None:
    """What the jobs service asks of this one, in the order in which it asked."""
    if event.data.get("to") == settings.SERVICE:
        ORDERS[event.type](event)


def follow(event: Event) -> None:
    """What others say of jobs that they do, for their owners to see."""
    if event.data.get("home"):
        following.follow(event)


if is_split() and settings.SERVICE == JOBS:
    on(REQUESTED, PROGRESSED, *EVENT_OF.values())(follow)
elif is_split():
    on(*ORDERS)(carry_out)
