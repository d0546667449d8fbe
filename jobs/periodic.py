"""What is done every so often: `@every(hours=1)` on a function in an app's `jobs.py`.

It may run twice at once, and not at all while no worker runs: it clears up
whatever has come together.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings

Task = Callable[[], object]

_tasks: dict[str, tuple[float, Task]] = {}


def every(**interval: float) -> Callable[[Task], Task]:
    """Have the function called each time this interval, as `timedelta` takes it, has passed."""

    def register(task: Task) -> Task:
        name = f"{task.__module__}.{task.__qualname__}"
        _tasks[name] = (timedelta(**interval).total_seconds(), task)
        return task

    return register


def task_named(name: str) -> Task:
    """The function of this name. Raises `KeyError` where no code has it any more."""
    return _tasks[name][1]


def all_tasks() -> dict[str, Task]:
    """Every function, by name."""
    return {name: task for name, (_, task) in sorted(_tasks.items())}


def beat_schedule() -> dict[str, Any]:
    """What Celery's beat sends, and how often. What nobody took in time is not done twice."""
    entries = {name: ("jobs.periodic", [name], seconds) for name, (seconds, _) in _tasks.items()}
    return {
        name: {
            "task": task,
            "args": args,
            "schedule": seconds,
            "options": {"expires": seconds, "queue": settings.JOBS_QUEUE},
        }
        for name, (task, args, seconds) in entries.items()
    }
