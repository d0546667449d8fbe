"""What the hub asks the database for, in few questions however many sockets there are."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from django.contrib.auth import get_user_model

from backend_practice.sockets import still_calling
from chat.live.closing import NOT_A_MEMBER, NOT_AUTHENTICATED
from chat.live.connections import Connection
from chat.live.topics import RoomTopic, Topic, UserTopic
from chat.models import Feed, Membership, Room
from chat.people import Person, person


def revisions_of(topics: Sequence[Topic]) -> dict[str, int]:
    """How far each has come, by its group; without rooms that are gone."""
    rooms = {topic.room_id: topic.group for topic in topics if isinstance(topic, RoomTopic)}
    users = {topic.user_id: topic.group for topic in topics if isinstance(topic, UserTopic)}
    found: dict[str, int] = {}
    if rooms:
        rows = Room.objects.filter(pk__in=rooms).values_list("pk", "revision")
        found |= {rooms[key]: revision for key, revision in rows}
    if users:
        feeds = Feed.objects.filter(user_id__in=users).values_list("user_id", "last_number")
        numbers = dict(feeds)
        found |= {group: numbers.get(key, 0) for key, group in users.items()}
    return found


def unwanted(connections: Sequence[Connection]) -> Iterable[tuple[Connection, int]]:
    """The sockets that are to be closed, each with the code that says why.

    One that enters a room meanwhile is looked at the next time.
    """
    places = {each: (each.room_id, each.user_id) for each in connections}
    callers = still_calling({connection.caller for connection in connections})
    members = _members({place for place in places.values() if place[0]})
    closed: list[tuple[Connection, int]] = []
    for connection, place in places.items():
        if connection.caller not in callers:
            closed.append((connection, NOT_AUTHENTICATED))
        elif place[0] and place not in members:
            closed.append((connection, NOT_A_MEMBER))
    return closed


def people(user_ids: Iterable[UUID]) -> list[Person]:
    """How these are shown."""
    return [person(user) for user in get_user_model().objects.filter(pk__in=user_ids)]


def _members(pairs: Collection[tuple[int, UUID]]) -> set[tuple[int, UUID]]:
    if not pairs:
        return set()
    rooms, users = {room for room, _ in pairs}, {user for _, user in pairs}
    rows = Membership.objects.filter(room_id__in=rooms, user_id__in=users)
    return set(rows.values_list("room_id", "user_id"))
