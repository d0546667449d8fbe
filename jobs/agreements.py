"""Jobs that are done elsewhere, beside what those say who do them."""

from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from backend_practice.registry import PARTS, SERVICES
from backend_practice.services.addresses import is_split
from events.agreements import Row, View, keep, truth
from events.outbox import publish
from jobs import following
from jobs.homes import JOBS, facts_of
from jobs.models import HERE, Entry, Job, State
from jobs.transitions import REQUESTED


@truth("jobs.jobs")
def jobs(after: str, count: int) -> list[Row]:
    """Jobs that this service does, of those who can see them."""
    rows = Job.objects.filter(home=HERE, owner__isnull=False).order_by("pk")
    found = rows.filter(pk__gt=after) if after else rows
    page = list(found[:count])
    newest = Entry.objects.filter(job__in=page, number=F("job__version"))
    entries = {entry.job_id: entry for entry in newest}
    return [
        (str(job.pk), job.version, facts_of(job, entries[job.pk]))
        for job in page
        if job.pk in entries
    ]


def versions(home: str, after: str, until: str) -> dict[str, int]:
    jobs = Job.objects.filter(home=home)
    if after:
        jobs = jobs.filter(pk__gt=after)
    if until:
        jobs = jobs.filter(pk__lte=until)
    return {str(key): version for key, version in jobs.values_list("pk", "version")}


def mend(row: Row) -> None:
    with transaction.atomic():
        following.follow_facts(row[2])


def order_again(key: str) -> None:
    """Its home has never heard of it: the order is sent once more, unless it was long ago."""
    job = Job.objects.filter(pk=UUID(key), state=State.QUEUED).first()
    if job:
        with transaction.atomic():
            facts: dict[str, Any] = facts_of(job, None)
            publish(REQUESTED, facts, subject=key)


if is_split() and settings.SERVICE == JOBS:
    for home in PARTS:
        if home != JOBS and SERVICES[home].has_events:
            keep(View("jobs.jobs", home, partial(versions, home), mend, order_again))
