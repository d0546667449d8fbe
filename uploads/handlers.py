"""What this app does when something has happened."""

import uuid

from events.envelope import Event
from events.handlers import on
from jobs.services import request_job


@on("uploads.upload.stored")
def ask_for_thumbnails(event: Event) -> None:
    """An image gets small copies, in the background."""
    if event.data["is_image"]:
        owner = event.data["owner"]
        request_job(
            "uploads.thumbnails",
            {"upload": event.data["id"]},
            owner_id=uuid.UUID(owner) if owner else None,
        )


@on("accounts.user.deleted")
def ask_to_forget(event: Event) -> None:
    """Somebody's files go with the account."""
    request_job("uploads.forget", {"owner": event.data["id"]}, owner_id=None)
