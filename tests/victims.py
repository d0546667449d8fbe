"""Processes of the site that a test kills, and starts again."""

import os
import signal
import subprocess
from contextlib import contextmanager

from tests.environment import ROOT
from tests.processes import site_environment


class Victim:
    """A process of the site that can be killed, and started again as it was."""

    def __init__(self, command, variables, log):
        self.command, self.variables, self.log = command, variables, log
        self.process = None

    def start(self):
        with self.log.open("a") as output:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=site_environment(self.variables),
                stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def kill(self):
        """It and the processes that it has started, as when the power goes."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=10)
            self.process = None


@contextmanager
def killed_at_the_end(*victims):
    try:
        yield
    finally:
        for victim in victims:
            victim.kill()
