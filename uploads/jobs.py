"""What this app does in the background: thumbnails, and clearing up."""

import uuid
from typing import Any

from backend_practice.http.problems import Problem
from events.outbox import publish
from jobs.kinds import JobContext, Refused, job
from jobs.periodic import every
from uploads import cleaning, reconciliation
from uploads.thumbnails import make_thumbnails


def one_id(name: str) -> dict[str, Any]:
    """The schema of parameters that are one id."""
    return {
        "type": "object",
        "properties": {name: {"type": "string", "format": "uuid"}},
        "required": [name],
        "additionalProperties": False,
    }


@job(
    "uploads.thumbnails",
    params=one_id("upload"),
    title="Makes an image's thumbnails",
    requestable=False,
)
def thumbnails(context: JobContext, params: dict[str, Any]) -> dict[str, Any]:
    """Done twice, it leaves the same copies under the same keys: one set."""
    try:
        return {"sizes": make_thumbnails(uuid.UUID(params["upload"]))}
    except Problem as problem:
        if problem.kind.status >= 500:
            raise
        raise Refused(str(problem.detail), code=problem.kind.slug) from problem


@job(
    "uploads.forget",
    params=one_id("owner"),
    title="Removes the files of a user who has gone",
    requestable=False,
)
def forget(context: JobContext, params: dict[str, Any]) -> dict[str, Any]:
    """Done twice, it finds nothing more to do; at its end whoever waits for it is told."""
    removed = cleaning.forget_all_of(uuid.UUID(params["owner"]))
    with context.once("told") as is_first:
        if is_first:
            owner = params["owner"]
            publish("uploads.user.forgotten", {"id": owner}, subject=owner)
    return {"uploads": removed}


@every(hours=1)
def clear_up() -> None:
    """What was begun and never finished, and what belongs to nobody any more."""
    cleaning.forget_expired()
    cleaning.forget_ownerless()
    cleaning.remove_abandoned_parts()
    reconciliation.remove_stray_arrivals()
