"""A worker that dies is known at once to whoever shares its directory."""

import os
import signal
import subprocess
import sys

import pytest

from jobs import workers
from tests.environment import ROOT
from tests.jobs.waiting import until
from tests.processes import site_environment

pytestmark = pytest.mark.once

WAIT = """
import sys, django
django.setup()
from jobs.workers import this_worker
print(this_worker(), flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def own_directory(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def other(tmp_path):
    """Another worker, as a process, and its name."""
    process = subprocess.Popen(
        [sys.executable, "-c", WAIT], cwd=ROOT, env=site_environment({"DATA_DIR": str(tmp_path)}),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        yield process, process.stdout.readline().strip()
        process.kill()


def test_a_worker_that_lives_is_not_dead(other):
    _, name = other

    assert workers.is_dead(name) is False
    assert workers.dead() == []


def test_a_worker_that_was_killed_is_known_until_it_is_forgotten(other):
    process, name = other
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)

    assert workers.dead() == [name]

    workers.forget([name])
    assert workers.dead() == []


def test_of_a_worker_elsewhere_nothing_is_known():
    assert workers.is_dead("elsewhere-1-abc") is False
    workers.forget(["elsewhere-1-abc"])


def test_a_process_keeps_its_name():
    assert workers.this_worker() == workers.this_worker()


def test_a_forked_process_has_a_name_of_its_own():
    name = workers.this_worker()

    with os.fdopen(forked(lambda: workers.this_worker().encode())) as answer:
        assert answer.read() not in ("", name)


def test_a_forked_process_does_not_keep_its_parent_alive(monkeypatch):
    monkeypatch.setattr(workers, "_name", "")
    name = workers.this_worker()
    read, write = os.pipe()

    answer = forked(lambda: os.read(read, 1))  # lives until it is told
    os.close(workers._file)  # as the system does when this process dies
    try:
        until(lambda: workers.is_dead(name))
    finally:
        monkeypatch.setattr(workers, "_name", "")
        os.write(write, b"x")
        for file in (answer, read, write):
            os.close(file)


def forked(act):
    """Where a forked process writes what this returns."""
    read, write = os.pipe()
    if os.fork() == 0:
        os.write(write, act())
        os._exit(0)
    os.close(write)
    return read
