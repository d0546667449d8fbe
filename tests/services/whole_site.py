"""What `make services` starts, as a process of its own: all services, workers, carriers, nginx."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import httpx

from backend_practice.registry import SERVICES
from tests.environment import ROOT
from tests.processes import free_port, site_environment
from tests.services.nginx import free_range

PROCESSES = Path("/proc")
SECONDS_TO_START = 600  # six databases with all their tables, on a busy machine
SECONDS_TO_END = 30
MANY = "1000000"


class WholeSite:
    """The site at `url`; `variables` is its environment, also for commands of `manage.py`."""

    def __init__(self, directory, servers, **variables):
        self.directory, self.process = directory, None
        self.log = directory / "log"
        self.port, first = free_port(), free_range()
        self.url = f"http://127.0.0.1:{self.port}"
        self.first_port = first
        self.variables = {
            "DATA_DIR": str(directory),
            "DATABASE_URL": servers["postgresql"].url,
            "REDIS_URL": servers["redis"].url,
            "BROKER_URL": servers["rabbitmq"].url,
            "SERVICES_PORT": str(first),
            "EVENTS_EXCHANGE": "gateway.events",
            "REQUESTS_PER_MINUTE_ADDRESS": MANY,
            "REQUESTS_PER_MINUTE_USER": MANY,
            "SIGN_UPS_PER_HOUR": MANY,
            **variables,
        }
        self.environment = site_environment(self.variables)

    def start(self):
        command = (
            sys.executable,
            "manage.py",
            "run_services",
            "--listen",
            f"127.0.0.1:{self.port}",
        )
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + SECONDS_TO_START
        while not self.is_up():
            running = self.process.poll() is None and time.monotonic() < deadline
            assert running, self.log.read_text()[-3000:]
            time.sleep(0.5)

    def is_up(self):
        """Whether every service answers, and says that it lacks nothing."""
        try:
            answer = httpx.get(f"{self.url}/api/v1/services/", timeout=10)
        except httpx.TransportError:
            return False
        return answer.status_code == 200 and all(
            row["status"] == "up" for row in answer.json()["results"]
        )

    def end(self, number=signal.SIGINT):
        """As Control-C does it; the exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=SECONDS_TO_END)

    def end_by_force(self):
        """Whatever it does just now."""
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(timeout=SECONDS_TO_END)

    def port_of(self, name):
        return self.first_port + SERVICES[name].number

    def processes(self):
        """The ids of all its processes, the gateway's too, however they were started."""
        directory = str(self.directory).encode()
        return [
            int(file.parent.name) for file in PROCESSES.glob("*/environ") if directory in read(file)
        ]

    def pid_of(self, *words):
        """The process whose command line has all of these words, and keeps no other."""
        for file in PROCESSES.glob("*/cmdline"):
            line = read(file).decode(errors="replace")
            ours = str(self.directory).encode() in read(file.with_name("environ"))
            if ours and "services.keep" not in line and all(word in line for word in words):
                return int(file.parent.name)
        raise AssertionError(f"no process of the site has {words}")


def read(file):
    try:
        return file.read_bytes()
    except OSError:  # it has just ended
        return b""
