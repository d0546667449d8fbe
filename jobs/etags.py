"""The version of a job."""

from backend_practice.http.conditional import strong_etag
from jobs.models import Job


def job_etag(job: Job) -> str:
    """Changes with everything that a client sees of the job."""
    return strong_etag("job", job.pk, job.version)
