"""The kinds of this app, and what it clears up."""

import time
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from events.cleaning import forget_old
from jobs.elsewhere import kinds_everywhere
from jobs.kinds import JobContext, job
from jobs.models import ENDS, Job
from jobs.periodic import every

STEP = 0.1
AT_ONCE = 500

SECONDS = {
    "type": "object",
    "properties": {
        "seconds": {
            "type": "number",
            "minimum": 0,
            "maximum": 3600,
            "description": "How long it takes.",
        }
    },
    "required": ["seconds"],
    "additionalProperties": False,
}


@job("jobs.sleep", params=SECONDS, title="Does nothing for a while", time_limit=3700)
def sleep(context: JobContext, params: dict[str, Any]) -> dict[str, Any]:
    """Takes its time, and moves its progress all the while: for trying things out."""
    seconds, start = params["seconds"], time.monotonic()
    while (passed := time.monotonic() - start) < seconds:
        context.progress(passed / seconds, f"{passed:.0f} of {seconds:g} seconds")
        time.sleep(min(STEP, seconds - passed))
    return {"slept": seconds}


@every(hours=1)
def forget_old_jobs() -> None:
    """Delete jobs that have ended, each when its kind says."""
    for kind in kinds_everywhere():
        before = timezone.now() - timedelta(days=kind.days_kept)
        old = Job.objects.filter(kind=kind.name, state__in=ENDS, finished_at__lt=before)
        while _forget_some(old):
            pass


def _forget_some(old: QuerySet[Job]) -> int:
    """How many. Locked, so that none of them is retried in between."""
    with transaction.atomic():
        keys = list(old.select_for_update(skip_locked=True).values_list("pk", flat=True)[:AT_ONCE])
        Job.objects.filter(pk__in=keys).delete()
    return len(keys)


@every(hours=1)
def forget_old_events() -> None:
    """Delete events that everybody heard of a week ago."""
    forget_old()
