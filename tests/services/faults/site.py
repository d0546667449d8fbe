"""The services of a site, each a process that can be killed, behind a real nginx."""

import os
import signal
import sqlite3
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx
import psycopg

from backend_practice.registry import PARTS, SERVICES
from backend_practice.services import local
from tests.environment import ROOT
from tests.processes import free_port, manage, site_environment
from tests.servers import missing_server
from tests.services.nginx import free_range

NAMES = [name for name in PARTS if SERVICES[name].has_events]
SECONDS_TO_START = 180  # on a machine that has much else to do
MANY = "1000000"


class Process:
    """A process of the site: killed as by a power cut, started again as it was."""

    def __init__(self, name, command, environment, directory, url):
        self.name, self.command, self.environment, self.url = name, command, environment, url
        self.log, self.process = directory / f"{name}.log", None

    def start(self):
        with self.log.open("a") as output:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def kill(self):
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=10)
            self.process = None

    def wait(self):
        deadline = time.monotonic() + SECONDS_TO_START
        while not self.answers():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise AssertionError(f"{self.name} did not start:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.05)

    def answers(self):
        try:
            return httpx.get(self.url, timeout=2).status_code == 200
        except httpx.TransportError:
            return False


class Services:
    """All services that tell each other what happens, in a process each, and the gateway."""

    def __init__(self, directory, *, broker, database="", redis=""):
        if local.nginx_program() is None:
            missing_server("nginx is not on the path: apt install nginx-light")
        self.directory = directory
        servers = local.Servers(database, broker, redis, local.nginx_program(), ())
        self.site = local.Site(
            "127.0.0.1", free_port(), free_range(), directory, "tests.events", servers
        )
        self.url = self.site.url
        self.processes = {name: self._process(name) for name in NAMES}
        self.gateway = self._gateway()

    def environment_of(self, name):
        """Light: each process does its jobs and carries its events itself."""
        return {
            **local.environment_of(self.site, name),
            "DATABASE_URL": self.database_url(name),
            "CELERY_BROKER_URL": "",
            "CARRY_EVENTS": "true",
            "X_ACCEL_LOCATION": "",
            "JOB_LEASE_SECONDS": "5",
            "EVENT_ATTEMPTS": "12",
            "REQUESTS_PER_MINUTE_ADDRESS": MANY,
            "REQUESTS_PER_MINUTE_USER": MANY,
            "SIGN_UPS_PER_HOUR": MANY,
            "JOBS_WAITING_A_USER": MANY,
        }

    def database_url(self, name):
        return local.database_url(self.site, name) or (
            f"sqlite:///{self.directory / name / 'db.sqlite3'}"
        )

    def prepare(self):
        """A database with its tables for each."""
        local.create_databases(self.site)

        def migrate(name):
            manage("migrate", "-v", "0", **self.environment_of(name))

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(migrate, NAMES))

    def start(self):
        everything = [*self.processes.values(), self.gateway]
        for process in everything:
            process.start()
        for process in everything:
            process.wait()

    def stop(self):
        for process in (self.gateway, *self.processes.values()):
            process.kill()

    def restart(self, name):
        self.processes[name].start()
        self.processes[name].wait()

    def rows(self, name, query):
        """What one service's own database says, whoever reads it: only a test may."""
        parts = urlsplit(self.database_url(name))
        if parts.scheme == "sqlite":
            connection = sqlite3.connect(parts.path, timeout=20)
        else:
            connection = psycopg.connect(self.database_url(name), connect_timeout=5)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def clock_of(self, name):
        """What time this service takes it to be, in seconds since 1970."""
        answer = httpx.get(self.processes[name].url, timeout=5)
        return parsedate_to_datetime(answer.headers["Date"]).timestamp()

    def change(self, name, key, *statements):
        """Do by hand what nobody should, to the row of this key in one service's PostgreSQL."""
        with psycopg.connect(self.database_url(name), autocommit=True) as connection:
            for statement in statements:
                assert connection.execute(statement, [key]).rowcount, statement

    def _process(self, name):
        port = local.port_of(self.site, name)
        environment = site_environment(self.environment_of(name))
        address = f"http://127.0.0.1:{port}/healthz/live"
        return Process(name, local.server_command(port), environment, self.directory, address)

    def _gateway(self):
        directory = self.directory / "gateway"
        directory.mkdir()
        text = manage(
            *("gateway_config", "--listen", f"127.0.0.1:{self.site.port}"),
            *("--directory", str(directory), "--user", local.nginx_user()),
            **self.environment_of("accounts"),
        )
        (directory / "nginx.conf").write_text(text)
        files = ("-e", str(directory / "error.log"), "-c", str(directory / "nginx.conf"))
        command = [self.site.servers.nginx, *files]
        return Process("nginx", command, dict(os.environ), directory, f"{self.url}/api/v1/books/")


@contextmanager
def running_services(directory, **servers):
    """Prepared and started; killed at the end."""
    services = Services(directory, **servers)
    services.prepare()
    try:
        services.start()
        yield services
    finally:
        services.stop()
