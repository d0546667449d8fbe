"""What this app does in the background: its mail, and forgetting what has expired."""

from typing import Any

from accounts.identity import deletions, letters
from accounts.identity.expiry import forget_expired
from accounts.identity.mail import KIND
from jobs.kinds import JobContext, job
from jobs.periodic import every

PARAMS = {
    "type": "object",
    "properties": {
        "about": {"enum": sorted(letters.LETTERS), "description": "What the mail is about."},
        "email": {"type": "string", "maxLength": 254},
        "user": {"type": "string", "format": "uuid"},
        "seed": {"type": "string", "maxLength": 100, "description": "What its code is made from."},
    },
    "required": ["about", "email"],
    "additionalProperties": False,
}


@job(
    KIND,
    params=PARAMS,
    title="Sends a mail about an account",
    requestable=False,
    attempts=12,
    time_limit=60,
    days_kept=1,  # an address, perhaps of somebody who has no account here
)
def send_mail(context: JobContext, params: dict[str, Any]) -> None:
    """Decided once, and sent with one Message-ID, however often it is tried.

    A server that took the mail just before a crash gets it twice, and can tell.
    """
    with context.step() as memory:
        if "letter" not in memory:
            memory["letter"] = letters.decide(**params)
    if letter := context.memory["letter"]:
        letters.send(letter, params["email"], seed=params.get("seed", ""), message_id=context.id)


@every(hours=6)
def forget_what_expired() -> None:
    """Codes, tickets, sessions and finished deletions that are of no use any more."""
    forget_expired()
    deletions.forget_finished()


@every(minutes=5)
def tell_of_deletions_again() -> None:
    """Accounts whose deletion a service has not answered."""
    deletions.tell_again()
