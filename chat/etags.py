"""The version of a room."""

from backend_practice.http.conditional import strong_etag
from chat.models import Room

FORM = "1"  # count up when the representation gains or loses a member


def room_etag(room: Room) -> str:
    """Changes with the room itself, not with what is said in it."""
    return strong_etag("r" + FORM, room.pk, room.version, room.owner_id)
