"""A RabbitMQ of the tests' own, which they may kill and start again."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from tests import servers
from tests.processes import free_port
from tests.servers import missing_server

SECONDS_TO_START = 60
# Debian's own on the path insists on its user and its directories.
PROGRAM = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")


class RabbitMQ:
    """One node: `url` stays the same through every `start` and `kill`, and so does its disk."""

    def __init__(self, directory):
        self.directory = directory
        self.port, self.distribution_port, self.names_port = (free_port() for _ in range(3))
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}//"
        self.process = None
        (directory / "plugins").write_text("[].\n")
        (directory / "rabbitmq.conf").write_text(f"listeners.tcp.1 = 127.0.0.1:{self.port}\n")

    def start(self):
        """Start it, unless it runs, and wait until it answers."""
        if self.process is not None:
            return
        with (self.directory / "output").open("a") as output:
            self.process = subprocess.Popen(
                [PROGRAM], env=self._environment(), cwd=self.directory, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=True,
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
            self.process.wait(timeout=10)
            self.process = None

    def end(self):
        """Kill it, and what it has started to find its node by name."""
        self.kill()
        subprocess.run(["epmd", "-kill"], env=self._environment(), capture_output=True, check=False)

    def _environment(self):
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.directory),  # of its cookie
            "LANG": "C.UTF-8",
            "ERL_EPMD_PORT": str(self.names_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_RELAXED_COMMAND_CHECK": "1",  # ends though it takes the node for alive
            "RABBITMQ_NODENAME": "tests@localhost",
            "RABBITMQ_DIST_PORT": str(self.distribution_port),
            "RABBITMQ_CONFIG_FILE": str(self.directory / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": os.devnull,
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.directory / "plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.directory / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.directory / "log"),
            "RABBITMQ_PID_FILE": str(self.directory / "pid"),
        }


@pytest.fixture(scope="module")
def own_rabbitmq():
    """A running `RabbitMQ`, which the tests of one module share; the first waits for its start."""
    if not PROGRAM.exists():
        missing_server(f"There is no {PROGRAM}: apt install rabbitmq-server")
    directory = Path(tempfile.mkdtemp(prefix="rabbitmq-"))
    server = RabbitMQ(directory)
    try:
        server.start()
        yield server
    finally:
        server.end()
        shutil.rmtree(directory, ignore_errors=True)
