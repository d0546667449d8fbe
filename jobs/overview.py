"""What several parts of the site say at once: an example of async that earns its place.

Each is asked at the same time as the others, all within one deadline, and what
came in time is the answer. Asked one after the other, a broker that is silent
would cost its whole time-out before the next is asked at all.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from asgiref.sync import async_to_sync
from django.db.models import Count, Min
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend_practice.broker import ask
from backend_practice.health import brokers
from backend_practice.http.views import ApiView
from events.models import Delivery, OutboxEvent
from jobs.models import Job, State
from jobs.watcher import in_thread

SECONDS = 1.0

_askers = ThreadPoolExecutor(4, thread_name_prefix="job-overview")

Source = Callable[[], Awaitable[Any]]


class OverviewSerializer(serializers.Serializer[Any]):
    """What came in time."""

    answers = serializers.DictField(help_text="By who gave them.")
    missing = serializers.ListField(
        child=serializers.CharField(), help_text="Who did not answer in time, or not at all."
    )
    milliseconds = serializers.IntegerField()


class Overview(ApiView):
    """How the background is: jobs by state, workers, events under way, the brokers.

    Everything is asked at once and for a second at most.
    """

    @extend_schema(operation_id="job_overview", responses=OverviewSerializer)
    def get(self, request: Request) -> Response:
        return Response(async_to_sync(gathered)(sources_of(request.user.pk), SECONDS))


async def gathered(sources: dict[str, Source], seconds: float) -> dict[str, Any]:
    """Ask every source at once; who has not answered after `seconds` is not waited for."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    tasks = {name: asyncio.ensure_future(source()) for name, source in sources.items()}
    await asyncio.wait(tasks.values(), timeout=seconds)
    in_time = {name for name, task in tasks.items() if task.done() and not task.exception()}
    for task in tasks.values():
        task.cancel()
    return {
        "answers": {name: tasks[name].result() for name in tasks if name in in_time},
        "missing": sorted(tasks.keys() - in_time),
        "milliseconds": round((loop.time() - start) * 1000),
    }


def sources_of(user_id: Any) -> dict[str, Source]:
    """Whom to ask: whatever this process stands on."""
    sources: dict[str, Source] = {
        "jobs": lambda: in_thread(lambda: jobs_by_state(user_id)),
        "workers": lambda: in_thread(workers_at_work),
        "events": lambda: in_thread(events_under_way),
    }
    for name, url in brokers().items():
        sources[name] = partial(answer_of, url)
    return sources


def jobs_by_state(user_id: Any) -> dict[str, int]:
    """How many of this user's own stand where."""
    mine = Job.objects.filter(owner_id=user_id).order_by().values_list("state")
    return dict.fromkeys(State.values, 0) | dict(mine.annotate(Count("pk")))


def workers_at_work() -> dict[str, int]:
    """How many jobs run, and in how many processes."""
    running = Job.objects.filter(state=State.RUNNING)
    return running.aggregate(jobs=Count("pk"), processes=Count("worker", distinct=True))


def events_under_way() -> dict[str, Any]:
    """How many events have not been passed on, since when, and how many nobody could handle."""
    unsent = OutboxEvent.objects.filter(sent_at=None).aggregate(n=Count("pk"), since=Min("time"))
    age = (timezone.now() - unsent["since"]).total_seconds() if unsent["since"] else 0.0
    dead = Delivery.objects.dead().count()
    return {"unsent": unsent["n"], "oldest_seconds": round(age, 3), "dead_letters": dead}


async def answer_of(url: str) -> str:
    """`ok` from a broker; raises where there is none."""
    # Not the event loop's own threads: it would wait for them before it ends.
    await asyncio.get_running_loop().run_in_executor(_askers, ask, url, SECONDS)
    return "ok"
