"""A PostgreSQL and a Redis of the tests' own, which they may kill and start again."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from tests import servers
from tests.servers import missing_server
from tests.services.nginx import free_range

SECONDS_TO_START = 60


class OwnServer:
    """A server process: `url` stays the same through every `start` and `kill`, and so its disk."""

    def __init__(self, directory):
        self.directory, self.process = directory, None
        self.port = free_range() + 1  # which was looked at, and is not given to clients

    def start(self):
        """Start it, unless it runs, and wait until it answers."""
        if self.process is not None:
            return
        with (self.directory / "output").open("a") as output:
            self.process = subprocess.Popen(
                self.command(), cwd=self.directory, stdout=output, stderr=subprocess.STDOUT,
                start_new_session=True, user=self.user(), group=self.user(),
            )  # fmt: skip
        deadline = time.monotonic() + SECONDS_TO_START
        while not servers.answers(self.url):
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise AssertionError((self.directory / "output").read_text())
            time.sleep(0.1)

    def kill(self):
        """End it as a power cut would."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=20)
            self.process = None

    def user(self):
        return None


class PostgreSQL(OwnServer):
    """A cluster that flushes each commit to the disk, as a real one does."""

    def __init__(self, directory):
        super().__init__(directory)
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        self.programs = programs_of_postgresql()
        if self.programs is None:
            missing_server("There is no PostgreSQL to start: apt install postgresql")
        if self.user():
            shutil.chown(directory, self.user(), self.user())
        initdb = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--username=postgres"]
        subprocess.run(
            [self.programs / "initdb", *initdb, "-D", directory / "data"],
            cwd=directory, user=self.user(), group=self.user(), check=True, capture_output=True,
        )  # fmt: skip

    def command(self):
        options = ("listen_addresses=127.0.0.1", "shared_buffers=32MB", "max_connections=300")
        sockets = ("-k", self.directory, "-p", str(self.port))
        settings = [part for option in options for part in ("-c", option)]
        return [self.programs / "postgres", "-D", self.directory / "data", *sockets, *settings]

    def user(self):
        """It refuses to be root."""
        return "postgres" if os.geteuid() == 0 else None

    def kill(self):
        """With its children, which a power cut would end as well: each has a session of its own."""
        if self.process is None:
            return
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        for pid in (self.process.pid, *map(int, children.split())):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait(timeout=20)
        self.process = None
        time.sleep(0.2)  # the kernel frees what they held
        (self.directory / "data" / "postmaster.pid").unlink(missing_ok=True)


class Redis(OwnServer):
    def __init__(self, directory):
        super().__init__(directory)
        self.url = f"redis://127.0.0.1:{self.port}/0"
        if shutil.which("redis-server") is None:
            missing_server("There is no Redis to start: apt install redis-server")

    def command(self):
        return [
            *("redis-server", "--port", str(self.port), "--bind", "127.0.0.1"),
            *("--save", "", "--dir", str(self.directory)),
        ]


def programs_of_postgresql():
    """The directory of the newest version's programs; Debian keeps them off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def running_servers(rabbitmq):
    """PostgreSQL and Redis beside this RabbitMQ, by name, on a disk of their own."""
    directory = Path(tempfile.mkdtemp(prefix="faults-"))
    directory.chmod(0o755)
    made = {"rabbitmq": rabbitmq}
    for name, kind in (("postgresql", PostgreSQL), ("redis", Redis)):
        (directory / name).mkdir()
        made[name] = kind(directory / name)
    try:
        for server in made.values():
            server.start()
        yield made
    finally:
        made["postgresql"].kill()
        made["redis"].kill()
        shutil.rmtree(directory, ignore_errors=True)
