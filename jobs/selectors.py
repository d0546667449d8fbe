"""How jobs are read. Somebody else's is not found."""

from typing import Any

from django.db.models import QuerySet

from jobs.models import Job


def jobs_of(user: Any) -> QuerySet[Job]:
    """This user's own."""
    return Job.objects.filter(owner=user)
