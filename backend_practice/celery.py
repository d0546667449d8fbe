"""Celery, which carries jobs to workers: `celery -A backend_practice.celery worker`.

With `CELERY_BROKER_URL` unset the broker is in memory, and the worker a thread of
the web process (`jobs.embedded`).
"""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_process_init, worker_ready
from django.utils.module_loading import import_string
from kombu.utils.objects import cached_property

from backend_practice.environment import load_dotenv_file

load_dotenv_file()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend_practice.settings")


class SiteCelery(Celery):
    """Celery, with a beat that can be stopped at any moment."""

    @cached_property
    def Beat(self) -> Any:  # noqa: N802 - the name that Celery looks for
        return self.subclass_with_self("backend_practice.beat:Beat")


app = SiteCelery("backend_practice")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_the_sites_own_logging(**options: Any) -> None:
    """Workers log like the site: Celery would set up its own."""
    import logging.config

    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)


@worker_process_init.connect
def observe(**options: Any) -> None:
    """Traces and crashes of jobs, in each process that does them."""
    from backend_practice import observing

    observing.start()


@worker_ready.connect
def start_what_runs_beside(**options: Any) -> None:
    """What a worker process runs besides jobs."""
    observe()
    from django.conf import settings

    for name in settings.BESIDE_WORKERS:
        import_string(name)()
