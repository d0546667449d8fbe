"""What this app does when it hears how far the deletion of an account is."""

from uuid import UUID

from accounts.identity import deletions
from events.envelope import Event
from events.handlers import on


@on(*map(deletions.forgotten_by, deletions.keepers()))
def note_forgotten(event: Event) -> None:
    """A service has done its part."""
    deletions.note_done(UUID(event.data["id"]), [event.type.partition(".")[0]])


@on(deletions.DELETED)
def note_what_went_at_once(event: Event) -> None:
    """In one process the database itself has done most."""
    if services := deletions.done_at_once():
        deletions.note_done(UUID(event.data["id"]), services)
