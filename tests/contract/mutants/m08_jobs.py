"""Stage 8, broken."""

from .kinds import (
    Mutant,
    always,
    becomes,
    each_result,
    only_for,
    with_members,
    without_members,
)

JOBS = "/api/v1/jobs/"
POST, JOB = f"POST {JOBS}$", f"GET {JOBS}[0-9a-f-]+/$"
EVENTS = f"GET {JOBS}[^/]+/events/"
DONE = {"method": "GET", "status": only_for(200, 202)}


def everybodys(original):
    from jobs.models import Job

    return lambda user: Job.objects.all()


def without_states(body):
    """A stream in which only progress is told."""
    events = body.decode().split("\n\n")
    return "\n\n".join(event for event in events if "event: state" not in event).encode()


MUTANTS = [
    Mutant("job-accepted", "does not say where", POST, without=("Location",)),
    Mutant("job-accepted", "answers 201", POST, status=only_for(202, 201)),
    Mutant("job-done", "never", JOB, told=with_members(state="running")),
    Mutant(
        "job-done",
        "fails",
        JOB,
        told=lambda job: {**job, "state": "failed"} if job["state"] == "succeeded" else job,
    ),
    Mutant("jobs-of-others", "everybody sees them", code="jobs.views:jobs_of", instead=everybodys),
    Mutant("job-members", "how often is not told", JOB, told=without_members("attempts")),
    Mutant("job-members", "never began", JOB, told=with_members(started_at=None)),
    Mutant(
        "job-progress",
        "none, then all",
        JOB,
        told=lambda job: {**job, "progress": int(job["progress"])},
    ),
    Mutant(
        "job-kinds", "no schema", f"GET {JOBS}kinds/", told=each_result(with_members(params={}))
    ),
    Mutant(
        "job-kinds",
        "the last is left out",
        f"GET {JOBS}kinds/",
        told=lambda told: {**told, "results": told["results"][:-1]},
    ),
    Mutant(
        "jobs-checked",
        "any kind sleeps",
        POST,
        sent=lambda form: (
            {**form, "kind": "jobs.sleep", "params": {"seconds": 0}}
            if form.get("kind") == "jobs.fly"
            else form
        ),
    ),
    Mutant(
        "jobs-checked",
        "any parameters",
        POST,
        sent=lambda form: (
            {**form, "params": {"seconds": 0}} if form.get("kind") == "jobs.sleep" else form
        ),
    ),
    Mutant(
        "job-cancelled",
        "cancels nothing",
        "POST .*/cancel/",
        path=lambda path: path.removesuffix("cancel/"),
        **DONE,
    ),
    Mutant(
        "job-retried",
        "retries nothing",
        "POST .*/retry/",
        path=lambda path: path.removesuffix("retry/"),
        **DONE,
    ),
    Mutant("job-delayed", "at once", POST, sent=without_members("run_at")),
    Mutant("job-asked-twice", "done twice", POST, drop=("Idempotency-Key",)),
    Mutant(
        "jobs-waiting-limited",
        "without end",
        code="django.conf:settings.JOBS_WAITING_A_USER",
        instead=becomes(10**6),
    ),
    Mutant("jobs-waiting-limited", "does not say how long", POST, without=("Retry-After",)),
    Mutant("job-events", "states are not told", EVENTS, body=without_states),
    Mutant("job-events", "no ids", EVENTS, body=lambda body: body.replace(b"id:", b"nr:")),
    Mutant("job-events-resume", "all of it again", EVENTS, drop=("Last-Event-ID",)),
    Mutant(
        "job-imports-books",
        "one is not told",
        JOB,
        told=lambda job: {**job, "result": {**job["result"], "refused": 0}},
    ),
    Mutant(
        "job-imports-books",
        "which line is not told",
        JOB,
        told=lambda job: {**job, "result": {**job["result"], "remarks": []}},
    ),
    Mutant(
        "job-exports-books",
        "cells may be formulas",
        code="books.catalogue.exporting:escaped",
        instead=becomes(lambda cell: cell),
    ),
    Mutant(
        "job-events-end-with-the-session",
        "asks once",
        code="jobs.stream:_may_still_ask",
        instead=always(True),
    ),
    Mutant(
        "job-import-undoes-escapes",
        "the apostrophe stays",
        code="books.catalogue.csv_rows:unescaped",
        instead=becomes(lambda cell: cell),
    ),
    Mutant("job-of-anothers-upload", "is accepted", POST, status=only_for(400, 202)),
]
