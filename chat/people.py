"""How people are shown to each other: by name, and never by their e-mail address."""

from typing import Any, TypedDict
from uuid import UUID


class Person(TypedDict):
    """Somebody as others see them; no id is a deleted account."""

    id: str | None
    name: str


NOBODY: Person = {"id": None, "name": "deleted account"}


def person(user: Any) -> Person:
    """This user; without a name, the end of the id serves as one."""
    if user is None:
        return NOBODY
    return {"id": str(user.pk), "name": user.name or nameless(user.pk)}


def nameless(user_id: UUID) -> str:
    """What somebody is called who gave no name."""
    return f"user-{user_id.hex[-6:]}"
