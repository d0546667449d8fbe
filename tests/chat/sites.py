"""Sites whose processes a test may stop: one, or two on one database and one Redis."""

import shutil
import signal
import subprocess
from contextlib import contextmanager

from tests.environment import ROOT
from tests.processes import free_port, site_environment, uvicorn, wait_until_it_answers
from tests.servers import answers, missing_server

STOP_SECONDS = 30


class Site:
    """A process of the site on a port of its own, which can be ended and started again."""

    def __init__(self, log, variables, command=uvicorn):
        self.log, self.variables, self.command = log, variables, command
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None

    def start(self):
        with self.log.open("a") as output:
            self.process = subprocess.Popen(
                self.command(self.port), cwd=ROOT, env=site_environment(self.variables),
                stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
        wait_until_it_answers(f"{self.url}/healthz/live", self.process, self.log)

    def end(self, with_signal=signal.SIGTERM):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(with_signal)
            self.process.wait(timeout=STOP_SECONDS)

    def kill(self):
        self.end(signal.SIGKILL)

    def restart(self, with_signal=signal.SIGKILL):
        self.end(with_signal)
        self.start()


@contextmanager
def running(log, variables, command=uvicorn):
    """A `Site` that runs, ended at the end."""
    site = Site(log, variables, command)
    try:
        site.start()
        yield site
    finally:
        site.kill()


class OwnRedis:
    """A Redis that a test may stop; it keeps nothing."""

    def __init__(self, directory):
        self.directory, self.port = directory, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process = None

    def start(self):
        command = [
            *("redis-server", "--port", str(self.port), "--bind", "127.0.0.1"),
            *("--save", "", "--appendonly", "no", "--dir", str(self.directory)),
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        for _ in range(200):
            if answers(self.url):
                return
        raise AssertionError("Redis did not start")

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(timeout=STOP_SECONDS)


@contextmanager
def own_redis(directory):
    """An `OwnRedis` that runs, stopped at the end."""
    if shutil.which("redis-server") is None:
        missing_server("there is no redis-server to start")
    redis = OwnRedis(directory)
    try:
        redis.start()
        yield redis
    finally:
        redis.stop()
