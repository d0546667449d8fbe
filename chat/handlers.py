"""What this app does when something has happened elsewhere: it tells whom it concerns."""

import uuid

from django.contrib.auth import get_user_model
from django.db import transaction

from chat import services
from chat.live import pushing
from chat.models import Membership, Message, Notification
from chat.notifications import notify
from chat.people import person
from events.envelope import Event
from events.handlers import on

GOES_ON = ("queued", "running")


@on(
    "jobs.job.requested",
    "jobs.job.progressed",
    "jobs.job.succeeded",
    "jobs.job.failed",
    "jobs.job.cancelled",
)
def tell_of_job(event: Event) -> None:
    """The owner sees how far it is."""
    facts = event.data
    if facts["owner"]:
        told = {name: facts[name] for name in ("id", "kind", "state", "progress", "message")}
        notify(
            uuid.UUID(facts["owner"]),
            Notification.JOB,
            about=facts["id"],
            data=told,
            is_open=facts["state"] in GOES_ON,
        )


@on("books.review.created")
def tell_of_review(event: Event) -> None:
    """Whose book it is hears of it, unless it is one's own."""
    facts = event.data
    if facts["owner"] and facts["owner"] != facts["user"]:
        reader = get_user_model().objects.filter(pk=facts["user"]).first()
        told = {name: facts[name] for name in ("id", "book", "title", "rating")}
        notify(
            uuid.UUID(facts["owner"]),
            Notification.REVIEW,
            about=str(facts["id"]),
            data={**told, "user": person(reader)},
        )


@on("accounts.session.ended")
def end_sockets(event: Event) -> None:
    """Its sockets are closed, and the user's others hear why."""
    session = event.data["id"]
    told = {"session": session}
    user_id = uuid.UUID(event.data["user"])
    notify(user_id, Notification.SESSION_ENDED, about=session, data=told)
    transaction.on_commit(lambda: pushing.end_session(session), robust=True)


@on("accounts.user.deleted")
def forget_user(event: Event) -> None:
    """What was said stays, and nobody said it; rooms go to others."""
    user_id = event.data["id"]
    Message.objects.filter(user_id=user_id).update(user=None)
    Membership.objects.filter(user_id=user_id).delete()
    services.give_owners()
    transaction.on_commit(lambda: pushing.end_user(user_id), robust=True)
