"""A process that is told to end begins nothing any more, and neither do its children."""

import mmap
import os

import pytest

from jobs import ending, leases
from jobs.models import Job


@pytest.fixture(autouse=True)
def flags(monkeypatch):
    """Of this test alone: this process does not end."""
    monkeypatch.setattr(ending, "_flags", [mmap.mmap(-1, 1)])


def in_a_child(look):
    """What a forked process sees, as its exit code."""
    child = os.fork()
    if child == 0:
        os._exit(look())
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.once
def test_a_child_that_was_there_before_is_told_too():
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.read(read, 1)
        os._exit(ending.is_told())

    assert not ending.is_told()
    ending.tell()
    os.write(write, b".")

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    assert ending.is_told()


@pytest.mark.once
def test_the_end_of_a_child_is_its_own():
    def end():
        ending.tell()
        return ending.is_told()

    assert in_a_child(end) == 1
    assert not ending.is_told()
    assert in_a_child(ending.is_told) == 0


@pytest.mark.django_db
def test_no_job_is_begun_any_more(done, sleeping):
    leases.stop_all()

    job = done(sleeping)

    assert (job.state, job.attempts) == ("queued", 0)


@pytest.mark.django_db
def test_a_job_that_runs_is_handed_back_at_the_next_place(job_of, done):
    def work(context, params):
        ending.tell()
        context.progress(0.5)

    job = done(job_of(work))

    assert (job.state, job.attempts, job.failures) == ("queued", 1, 0)
    assert Job.objects.due().exists()
