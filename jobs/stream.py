"""A job as server-sent events (WHATWG HTML, 9.2), from the entries that the database keeps."""

import copy
import time
from collections.abc import AsyncIterator
from functools import partial
from typing import Any
from uuid import UUID

import orjson
from django.contrib.auth import get_user
from django.http import HttpRequest
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.views import APIView

from backend_practice.http.problems import MalformedRequest
from jobs.models import Entry, Job
from jobs.watcher import in_thread, watcher

EVENT_STREAM = "text/event-stream"
SECONDS_BETWEEN_SIGNS_OF_LIFE = 15.0
SECONDS_BETWEEN_CHECKS = 2.0  # an ended session's stream is closed within five
RETRY = b"retry: 1000\n\n"
AT_ONCE = 100


def read_last_event_id(request: Request, *, newest: int) -> int:
    """The number in `Last-Event-ID`, 0 without one.

    Raises `MalformedRequest` for anything else, and for one that no event of this job has
    had: whoever waited for those after it would never hear of the job's end.
    """
    text = request.headers.get("Last-Event-ID", "").strip() or "0"
    if not text.isascii() or not text.isdigit() or len(text) > 10 or int(text) > newest:
        raise MalformedRequest("Last-Event-ID is the id of an event of this job: a number.")
    return int(text)


async def stream_of(job_id: UUID, *, after: int, request: Request) -> AsyncIterator[bytes]:
    """What has been told of the job since, then what is told, until it has ended.

    Ends as well where whoever asked may not ask any more.
    """
    yield RETRY
    last, spoke_at, checked_at = after, time.monotonic(), time.monotonic()
    async with watcher().watching(job_id) as change:
        there_may_be_more = True
        while True:
            if there_may_be_more:
                entries, is_over = await in_thread(partial(_told_since, job_id, last))
                for entry in entries:
                    yield _as_event(entry)
                    last, spoke_at = entry.number, time.monotonic()
                if is_over or watcher().is_over:
                    return
            if time.monotonic() - spoke_at > SECONDS_BETWEEN_SIGNS_OF_LIFE:
                yield b":\n\n"
                spoke_at = time.monotonic()
            if time.monotonic() - checked_at > SECONDS_BETWEEN_CHECKS:
                if not await in_thread(partial(_may_still_ask, request)):
                    return
                checked_at = time.monotonic()
            is_full = there_may_be_more and len(entries) == AT_ONCE
            there_may_be_more = is_full or await change.wait(SECONDS_BETWEEN_CHECKS)


def _told_since(job_id: UUID, last: int) -> tuple[list[Entry], bool]:
    """A batch of entries, and whether they are the end."""
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        return [], True
    entries = list(Entry.objects.filter(job=job, number__gt=last).order_by("number")[:AT_ONCE])
    newest = entries[-1].number if entries else last
    if entries and job.has_ended and newest == job.version:
        entries[-1].data |= {"result": job.result, "error": job.error}
    return entries, job.has_ended and newest >= job.version


def _as_event(entry: Entry) -> bytes:
    data = orjson.dumps({**entry.data, "at": entry.at}, option=orjson.OPT_UTC_Z)
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (entry.number, entry.type.encode(), data)


def _may_still_ask(request: Request) -> bool:
    """Whether what the request proved itself with still holds."""
    asker: Any = Request(_asked_anew(request._request))
    user_id = request.user.pk
    try:
        found = (each.authenticate(asker) for each in APIView().get_authenticators())
        user = next((result[0] for result in found if result is not None), None)
    except APIException:
        return False
    return user is not None and user.pk == user_id


def _asked_anew(request: HttpRequest) -> HttpRequest:
    """The same request, of which nobody knows yet who makes it."""
    again = copy.copy(request)
    again.session = type(request.session)(request.session.session_key)
    again.user = get_user(again)
    return again
