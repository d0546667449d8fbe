"""Tickets of the accounts service, for a service that has sockets."""

from uuid import UUID

from accounts.copies import people
from accounts.models import User
from backend_practice.services.client import ask, raise_problem


def redeem(ticket: str) -> tuple[User, UUID | None] | None:
    """Who may open a socket with it, and in which session; None for one that is no good.

    Raises `ServiceAway` where the accounts service does not answer.
    """
    answer = ask("accounts", "POST", "/internal/tickets/", json={"ticket": ticket})
    if answer.status_code == 404:
        return None
    raise_problem(answer)
    told = answer.json()
    user = people.learn(UUID(told["id"]), told["version"], **told["facts"])
    if user is None or not user.is_active:
        return None
    return user, UUID(told["session"]) if told["session"] else None
