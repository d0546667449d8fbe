"""`celery beat` is told to end while it is at something, and neither breaks off nor goes on."""

import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from backend_practice.celery import app
from tests.environment import ROOT
from tests.jobs.kills.site import celery
from tests.patience import eventually
from tests.processes import site_environment

pytestmark = pytest.mark.once

NUMBERS = (signal.SIGTERM, signal.SIGINT, signal.SIGALRM)


class Service:
    """What beat runs, as far as a signal reaches it."""

    has_stopped = False

    def stop(self):
        self.has_stopped = True

    def sync(self):
        raise AssertionError("The schedule's file was touched in the middle of something else.")


@pytest.fixture
def handled():
    """The signals, handled after the test as before it."""
    before = {number: signal.getsignal(number) for number in NUMBERS}
    yield
    signal.alarm(0)
    for number, handler in before.items():
        signal.signal(number, handler)


def test_the_signal_is_noted_and_what_is_under_way_goes_on(handled):
    service = Service()
    app.Beat(quiet=True).install_sync_handler(service)

    signal.raise_signal(signal.SIGTERM)

    assert service.has_stopped
    assert signal.alarm(0) > 0  # and whatever does not come to its end is given up


def hears_the_end(pid):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    [caught] = [line.split()[1] for line in lines if line.startswith("SigCgt")]
    return int(caught, 16) & (1 << (signal.SIGTERM - 1))


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_it_ends_well_though_it_is_told_in_its_first_moment(tmp_path, amqp_url):
    """In which it opens the file of its schedule."""
    variables = {
        "CELERY_BROKER_URL": amqp_url,
        "JOBS_QUEUE": f"tests.{uuid.uuid4().hex}",
        "DATA_DIR": str(tmp_path),
    }
    log = tmp_path / "log"
    with log.open("w") as output, subprocess.Popen(
        celery("beat"), cwd=ROOT, env=site_environment(variables), stdout=output,
        stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        try:
            eventually(lambda: hears_the_end(process.pid), seconds=90)
            os.kill(process.pid, signal.SIGTERM)

            assert process.wait(timeout=60) == 0, log.read_text()
        finally:
            process.kill()
