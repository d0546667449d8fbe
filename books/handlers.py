"""What this app does when something has happened elsewhere."""

import uuid

from books.services import clear_covers
from events.envelope import Event
from events.handlers import on


@on("uploads.upload.deleted")
def forget_cover(event: Event) -> None:
    """A picture that has gone is no cover any more."""
    clear_covers(uuid.UUID(event.data["id"]))
