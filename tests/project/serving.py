"""The site as `manage.py serve` serves it, in processes of its own."""

import asyncio
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

import httpx

from tests.environment import ROOT
from tests.processes import free_port, manage, site_environment, wait_until_it_answers

PATIENCE = 60


def prepare(directory, **variables):
    """The environment of a site that could be served from this directory."""
    environment = {"DATA_DIR": str(directory), **variables}
    manage("migrate", "--verbosity", "0", **environment)
    manage("collectstatic", "--no-input", "--verbosity", "0", **environment)
    return environment


def serve(*arguments, **variables):
    """`manage.py serve`, run to its end; only for where it refuses to start."""
    return subprocess.run(
        [sys.executable, "manage.py", "serve", *arguments],
        cwd=ROOT, env=site_environment(variables), capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip


@contextmanager
def served(log, *, workers=2, **variables):
    """The base URL and the process; it is stopped at the end if it still runs."""
    port = free_port()
    command = [sys.executable, "manage.py", "serve", str(port), "--workers", str(workers)]
    with log.open("w") as output, subprocess.Popen(
        command, cwd=ROOT, env=site_environment(variables), stdout=output, stderr=subprocess.STDOUT
    ) as process:  # fmt: skip
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_it_answers(f"{url}/healthz/live", process, log)
            yield url, process
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=PATIENCE)
            process.kill()


def stop(process):
    """Tell it to end; its exit code."""
    process.send_signal(signal.SIGTERM)
    return process.wait(timeout=PATIENCE)


class Balancer:
    """Clients that ask without a pause, as long as `/healthz/ready` says that they may."""

    def __init__(self, url, clients=8):
        self.url, self.clients = url, clients
        self.answers, self.failures = [], []
        self.may_ask = True

    async def watch(self, client):
        while self.may_ask:
            answer = await client.get(f"{self.url}/healthz/ready")
            self.may_ask = answer.status_code == 200
            await asyncio.sleep(0.1)

    async def ask(self, client):
        while self.may_ask:
            try:
                answer = await client.get(f"{self.url}/hello/")
                self.answers.append(answer.status_code)
            except httpx.HTTPError as error:
                self.failures.append(repr(error))

    async def work(self, meanwhile):
        """Ask until it is no longer ready; `meanwhile` is called once it is busy."""
        async with httpx.AsyncClient(timeout=PATIENCE) as client, asyncio.TaskGroup() as group:
            for _ in range(self.clients):
                group.create_task(self.ask(client))
            group.create_task(self.watch(client))
            deadline = time.monotonic() + PATIENCE
            while len(self.answers) < 50 and time.monotonic() < deadline:
                await asyncio.sleep(0.01)
            meanwhile()
