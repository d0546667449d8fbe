"""The site in a process of its own, with somebody logged in."""

import subprocess
import time
import uuid
from contextlib import contextmanager

import httpx

from tests.environment import ROOT, pristine_environment
from tests.front.servers import SECONDS_TO_START, until
from tests.processes import free_port, manage, own_database, uvicorn

PASSWORD = "correct horse battery staple"


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
        manage("migrate", "--verbosity", "0", **site.variables)
        manage("collectstatic", "--no-input", "--verbosity", "0", **site.variables)
        site.start()
        try:
            yield site
        finally:
            site.stop()


def poll(true, *, seconds=20, every=0.05):
    """What `true()` gives, as soon as it is something."""
    deadline = time.monotonic() + seconds
    while not (result := true()):
        assert time.monotonic() < deadline, "It has not come true in time."
        time.sleep(every)
    return result
