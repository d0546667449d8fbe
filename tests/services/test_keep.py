"""What keeps a process of `make services`: starts it again, stops it, leaves nothing behind."""

import os
import signal
import subprocess
import sys
from contextlib import suppress

import pytest

from backend_practice.services.keep import lives
from tests.environment import ROOT
from tests.patience import eventually

pytestmark = pytest.mark.once

# Says which process it is, and has a child that takes no notice of SIGTERM.
COMMAND = "trap '' TERM; sleep 60 & echo $! >> children; trap - TERM; echo $$ >> parents; wait"


class Kept:
    """A command that is kept in this directory, for as long as `master` lives."""

    def __init__(self, directory):
        self.directory, self.stopped = directory, directory / "stopped"
        self.master = subprocess.Popen(["sleep", "60"])
        self.keeper = subprocess.Popen(
            [
                *(sys.executable, "-m", "backend_practice.services.keep", str(self.master.pid)),
                *(self.stopped, "sh", "-c", COMMAND),
            ],
            cwd=directory, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip

    def pids(self, of):
        file = self.directory / of
        return [int(line) for line in file.read_text().split()] if file.exists() else []

    def has_started(self, times):
        eventually(lambda: len(self.pids("parents")) == times, seconds=30)

    def alive(self):
        return [pid for pid in self.pids("parents") + self.pids("children") if lives(pid)]

    def clean_up(self):
        for process in (self.keeper, self.master):
            process.kill()
            process.wait()
        for pid in self.alive():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture
def kept(tmp_path):
    kept = Kept(tmp_path)
    kept.has_started(1)
    yield kept
    kept.clean_up()


def test_what_is_killed_starts_again_without_the_children_of_the_one_before(kept):
    os.kill(kept.pids("parents")[0], signal.SIGKILL)

    kept.has_started(2)
    assert len(kept.alive()) == 2


def test_while_the_file_is_there_nothing_runs(kept):
    kept.stopped.touch()
    eventually(lambda: not kept.alive(), seconds=20)

    kept.stopped.unlink()

    kept.has_started(2)


@pytest.mark.parametrize("who", ["keeper", "master"])
def test_it_ends_when_it_is_told_to_and_when_its_master_is_gone(kept, who):
    if who == "keeper":
        kept.keeper.terminate()
    else:
        kept.master.kill()
        kept.master.wait()

    kept.keeper.wait(timeout=20)
    eventually(lambda: not kept.alive())
