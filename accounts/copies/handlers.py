"""What this service does when it hears of a user."""

from uuid import UUID

from django.conf import settings

from accounts.copies import people
from backend_practice.registry import SERVICES
from events.envelope import Event
from events.handlers import on
from events.outbox import publish


@on("accounts.user.created", "accounts.user.updated", "accounts.user.deleted")
def keep_copy(event: Event) -> None:
    """One handler for all three, so that they are heard in the order in which they happened."""
    user_id = UUID(event.data["id"])
    if event.type == "accounts.user.deleted":
        people.forget(user_id)
        if not SERVICES[settings.SERVICE].forgets_later:
            forgotten = f"{settings.SERVICE}.user.forgotten"
            publish(forgotten, {"id": event.data["id"]}, subject=event.subject)
        return
    facts = {name: event.data[name] for name in ("name", "is_active", "is_staff")}
    people.learn(user_id, event.data["version"], **facts)
