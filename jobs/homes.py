"""Where a job is done: in this service, or in the one that owns its kind.

The row of the service that does a job is the truth about it. The jobs service,
which everybody asks, has a row of the same id that follows it.
"""

from typing import Any

from django.conf import settings

from backend_practice.registry import PARTS
from backend_practice.services.addresses import is_split
from jobs.models import HERE, Entry, Job

JOBS = "jobs"


def home_of(kind: str) -> str:
    """The service whose name the kind begins with; `HERE` for this one."""
    service = kind.partition(".")[0]
    return service if is_split() and service in PARTS and service != settings.SERVICE else HERE


def is_told_to_the_jobs_service(job: Job) -> bool:
    """Whether its owner looks for it there. The site's own jobs are nobody's to see."""
    return is_split() and settings.SERVICE != JOBS and job.owner_id is not None


def facts_of(job: Job, entry: Entry | None) -> dict[str, Any]:
    """What an event says of a job."""
    return {
        "id": str(job.pk),
        "kind": job.kind,
        "owner": str(job.owner_id) if job.owner_id else None,
        "state": job.state,
        "progress": job.progress,
        "message": job.message,
        **snapshot_of(job, entry),
    }


def snapshot_of(job: Job, entry: Entry | None) -> dict[str, Any]:
    """What an event says besides, for the other row: an order for the home, or how things are."""
    if job.home:
        moments = {"created_at": as_text(job.created_at), "run_at": as_text(job.run_at)}
        return {"to": job.home, "order": {"params": job.params, **moments}}
    if not is_told_to_the_jobs_service(job) or entry is None:
        return {}
    times = ("created_at", "run_at", "started_at", "finished_at")
    told = ("params", "result", "error", "attempts", "failures", "cancel_requested", "version")
    return {
        "home": settings.SERVICE,
        "row": {
            **{name: getattr(job, name) for name in told},
            **{name: as_text(getattr(job, name)) for name in times},
        },
        "entry": {
            "number": entry.number,
            "type": entry.type,
            "data": entry.data,
            "at": as_text(entry.at),
        },
    }


def as_text(moment: Any) -> str | None:
    """RFC 3339, or None for no time at all."""
    return moment.isoformat() if moment else None
