"""The site in a process of its own, with somebody logged in."""

import fcntl
import os
import shutil
import subprocess
import time
import uuid
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.environment import ROOT, pristine_environment
from tests.front.servers import until
from tests.processes import free_port, manage, own_database, uvicorn

PASSWORD = "correct horse battery staple"
SECONDS_TO_START = 90
THREADS = 3  # for what is no file, so that few clients are enough to hold them all


class Site:
    """A site that can be killed and started again, with what it has stored."""

    def __init__(self, directory, command=uvicorn, **variables):
        self.directory, self.command = directory, command
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None
        self.variables = {
            "DATA_DIR": str(directory),
            "ACCESS_TOKEN_SECONDS": "3600",
            "REQUESTS_PER_MINUTE_ADDRESS": "1000000",
            "REQUESTS_PER_MINUTE_USER": "1000000",
            "LOG_FORMAT": "json",
            **variables,
        }

    def start(self):
        environment = pristine_environment(
            DJANGO_SETTINGS_MODULE="backend_practice.settings", **self.variables
        )
        with (self.directory / "log").open("a") as log:
            self.process = subprocess.Popen(
                self.command(self.port), cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        until(self._answers, seconds=SECONDS_TO_START)

    def _answers(self):
        assert self.process.poll() is None, (self.directory / "log").read_text()
        try:
            return httpx.get(f"{self.url}/healthz/live", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def kill(self):
        """As `kill -9` does it."""
        self.process.kill()
        self.process.wait(timeout=10)

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.kill()

    def log_in(self):
        """The access token of somebody new."""
        who = {"email": f"{uuid.uuid4().hex}@example.com", "password": PASSWORD}
        signed = httpx.post(f"{self.url}/api/v1/auth/signup/", json=who, timeout=20)
        assert signed.status_code == 201, signed.text
        answer = httpx.post(f"{self.url}/api/v1/auth/login/", json=who, timeout=20)
        return answer.json()["access"]

    def client(self, token):
        return httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {token}"}, timeout=60
        )


@contextmanager
def open_site(directory, command=uvicorn, **variables):
    """A site with its tables, running; it is stopped at the end."""
    with own_database(directory) as database:
        site = Site(directory, command, DATABASE_URL=database, **variables)
        make_tables(site)
        try:
            site.start()
            yield site
        finally:
            site.stop()


def make_tables(site):
    """On SQLite a copy of those that this run has made already: each start of Django counts."""
    database = site.variables["DATABASE_URL"].removeprefix("sqlite:///")
    shared = shared_directory()
    if shared is None or "://" in database:
        manage("migrate", "--verbosity", "0", **site.variables)
        return
    made = shared / "made.sqlite3"
    with (shared / "made.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            url = f"sqlite:///{shared / 'in-the-making.sqlite3'}"
            manage("migrate", "--verbosity", "0", **{**site.variables, "DATABASE_URL": url})
            (shared / "in-the-making.sqlite3").rename(made)
    shutil.copy(made, database)


def shared_directory():
    """Where the processes of this test run meet; None outside of one."""
    if "DATA_DIR" not in os.environ:
        return None
    own = Path(os.environ["DATA_DIR"])
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    shared.mkdir(parents=True, exist_ok=True)
    return shared


def poll(true, *, seconds=20, every=0.05):
    """What `true()` gives, as soon as it is something."""
    deadline = time.monotonic() + seconds
    while not (result := true()):
        assert time.monotonic() < deadline, "It has not come true in time."
        time.sleep(every)
    return result
