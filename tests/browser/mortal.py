"""A site of a test's own, which it may kill with SIGKILL, and start again."""

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from tests.environment import ROOT
from tests.processes import free_port, site_environment, uvicorn, wait_until_it_answers


class MortalSite:
    """On the same port each time, with a copy of another site's data."""

    def __init__(self, directory, variables):
        data = Path(variables["DATA_DIR"])
        with (
            closing(sqlite3.connect(data / "db.sqlite3")) as source,
            closing(sqlite3.connect(directory / "db.sqlite3")) as copy,
        ):
            source.backup(copy)
        own = {"DATA_DIR": str(directory), "STATIC_DIR": str(data)}
        patience = {"JOB_LEASE_SECONDS": "2", "JOB_SWEEP_SECONDS": "1"}
        self.environment = site_environment({**variables, **own, **patience})
        self.port, self.log = free_port(), directory / "site.log"
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self):
        with self.log.open("a") as output:
            self.process = subprocess.Popen(
                uvicorn(self.port),
                cwd=ROOT, env=self.environment, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
        wait_until_it_answers(f"{self.url}/healthz/live", self.process, self.log)

    def kill(self):
        self.process.kill()
        self.process.wait()
