"""One look at the database for all the streams of a process, however many there are.

A change that this process makes itself is known at once; what workers elsewhere
change is found by looking.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from uuid import UUID
from weakref import WeakKeyDictionary

from backend_practice.stopping import on_stop
from backend_practice.threads import DatabaseThreads
from jobs import watching
from jobs.models import Job

logger = logging.getLogger(__name__)

LOOKS = 0.5  # seconds between two

in_thread = DatabaseThreads(2, "job-streams")
_watchers: "WeakKeyDictionary[asyncio.AbstractEventLoop, Watcher]" = WeakKeyDictionary()


class Change:
    """Set when the job that it is of has changed."""

    def __init__(self) -> None:
        self.event = asyncio.Event()

    async def wait(self, seconds: float) -> bool:
        """Whether it has changed, within this time."""
        try:
            async with asyncio.timeout(seconds):
                await self.event.wait()
        except TimeoutError:
            return False
        self.event.clear()
        return True


class Watcher:
    """Wakes the streams of the jobs that have changed; one for each event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.changes: dict[UUID, set[Change]] = defaultdict(set)
        self.versions: dict[UUID, int] = {}
        self.looking: asyncio.Task[None] | None = None
        self.is_over = False
        watching.listen(self.changed_in_a_thread)
        on_stop(self.end)

    @asynccontextmanager
    async def watching(self, job_id: UUID) -> AsyncIterator[Change]:
        """A `Change` that is set whenever this job has changed."""
        change = Change()
        self.changes[job_id].add(change)
        if self.looking is None or self.looking.done():
            self.looking = asyncio.create_task(self._look())
        try:
            yield change
        finally:
            self.changes[job_id].discard(change)
            if not self.changes[job_id]:
                del self.changes[job_id]
                self.versions.pop(job_id, None)

    def changed_in_a_thread(self, job_id: UUID) -> None:
        """Called by whichever thread has changed the job."""
        if not self.loop.is_closed() and job_id in self.changes:
            self.loop.call_soon_threadsafe(self._wake, job_id)

    def end(self) -> None:
        """The process is about to end: every stream does, and clients come back by themselves."""
        self.is_over = True
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._wake_all)

    def _wake_all(self) -> None:
        for job_id in self.changes:
            self._wake(job_id)

    def _wake(self, job_id: UUID) -> None:
        for change in self.changes.get(job_id, ()):
            change.event.set()

    async def _look(self) -> None:
        """As long as anybody watches."""
        while self.changes:
            try:
                versions = await in_thread(partial(versions_of, list(self.changes)))
            except Exception as error:
                logger.warning("Streams of jobs have to wait: %s", error)
            else:
                for job_id in list(self.changes):
                    if versions.get(job_id) != self.versions.get(job_id):
                        self._wake(job_id)
                self.versions = versions
            await asyncio.sleep(LOOKS)


def versions_of(job_ids: list[UUID]) -> dict[UUID, int]:
    """The version of each; without those that are gone."""
    return dict(Job.objects.filter(pk__in=job_ids).values_list("pk", "version"))


def watcher() -> Watcher:
    """The one of the event loop at hand."""
    loop = asyncio.get_running_loop()
    if loop not in _watchers:
        _watchers[loop] = Watcher(loop)
    return _watchers[loop]
