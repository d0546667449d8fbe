"""How the site is served in production: gunicorn keeps workers alive, uvicorn answers in each.

`manage.py serve` has loaded the site before gunicorn forks its workers: they
start at once, and share that memory. On SIGTERM each first tells whoever balances
the load to look away, and goes on answering meanwhile; see `DrainingServer`.
"""

import asyncio
import gc
import logging
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from gunicorn import glogging
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from uvicorn.server import Server
from uvicorn_worker import UvicornWorker

# Together within the thirty seconds that Kubernetes, ECS and Heroku give a process,
# as long as DRAIN_SECONDS is small.
SECONDS_TO_ANSWER = 10  # what is under way, after draining
SECONDS_TO_STOP = SECONDS_TO_ANSWER + 15  # then the worker is killed
SECONDS_TO_SHOW_LIFE = 60  # an event loop that says nothing for so long is killed
# Longer than a balancer keeps an idle connection (60 s at AWS and nginx): else it would
# send a request into one that has just been closed.
SECONDS_IDLE = 75
LARGEST_FRAME = 64 * 1024
MOST_FILES = 65_536
METRICS_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


class DrainingServer(Server):
    """Uvicorn, which goes on for `DRAIN_SECONDS` after it has been told to stop.

    `/healthz/ready` is 503 from then on, and each answer closes its connection:
    balancers send no more, and no request meets a door that has just been shut.
    """

    async def main_loop(self) -> None:
        await super().main_loop()
        over = time.monotonic() + settings.DRAIN_SECONDS
        while time.monotonic() < over and not self.force_exit:
            await self.on_tick(0)
            await asyncio.sleep(0.1)


class SiteWorker(UvicornWorker):
    """Uvicorn as a worker of gunicorn, with the site's limits."""

    CONFIG_KWARGS = {
        "loop": "uvloop",
        "http": "httptools",
        "ws_max_size": LARGEST_FRAME,
        "ws_per_message_deflate": False,  # it costs 300 KB of memory a connection
        "proxy_headers": False,  # TrustedProxyMiddleware knows whom to believe
        "server_header": False,
        "access_log": False,  # AccessLogMiddleware writes a better one
        "timeout_graceful_shutdown": SECONDS_TO_ANSWER,
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        logging.getLogger("uvicorn.error").propagate = True

    async def _serve(self) -> None:
        self.config.app = self.wsgi
        server = DrainingServer(config=self.config)
        self._install_sigquit_handler()
        await server.serve(sockets=self.sockets)
        if not server.started:
            sys.exit(Arbiter.WORKER_BOOT_ERROR)


class SiteLogger(glogging.Logger):
    """Gunicorn's messages, as lines like all the site's."""

    def setup(self, cfg: Any) -> None:
        self.error_log.propagate = True
        self.error_log.setLevel(logging.INFO)


class Supervisor(BaseApplication):
    """Gunicorn, set up as the settings say; `run` returns when all workers have ended."""

    def __init__(self, address: str, workers: int) -> None:
        self.address = address
        self.workers = workers
        super().__init__()

    def load_config(self) -> None:
        options = {
            "bind": self.address,
            "workers": self.workers,
            "worker_class": SiteWorker,
            "logger_class": SiteLogger,
            "timeout": SECONDS_TO_SHOW_LIFE,
            "graceful_timeout": settings.DRAIN_SECONDS + SECONDS_TO_STOP,
            "keepalive": SECONDS_IDLE,
            "worker_tmp_dir": "/dev/shm" if os.access("/dev/shm", os.W_OK) else None,  # noqa: S108
            "control_socket_disable": True,
            "child_exit": forget_metrics_of,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        """In each worker: the threads that run beside requests do not outlive a fork."""
        from backend_practice.asgi import application

        return application


def serve(address: str, workers: int) -> None:
    """Serve the site here until told to stop; then the process ends."""
    from django.db import connections

    allow_many_connections()
    connections.close_all()  # a connection cannot be shared with a fork
    gc.collect()
    gc.freeze()  # or the first collection in each worker would copy what they share
    Supervisor(address, workers).run()


@contextmanager
def shared_metrics() -> Iterator[None]:
    """Let workers add up their figures, in a directory that is gone afterwards.

    To be entered before `prometheus_client` is imported, which reads the variable then.
    """
    if os.environ.get(METRICS_VARIABLE):
        yield
        return
    parent = os.getpid()
    directory = tempfile.mkdtemp(prefix="back-end-practice-metrics-")
    os.environ[METRICS_VARIABLE] = directory
    try:
        yield
    finally:
        if os.getpid() == parent:  # a worker leaves this block as well
            shutil.rmtree(directory, ignore_errors=True)


def forget_metrics_of(arbiter: Any, worker: Any) -> None:
    """Without the gauges of a worker that has ended; what it has counted stays."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def allow_many_connections() -> None:
    """As many open files as the system lets this process have: each connection is one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
