"""What a job tells while it runs: progress that is cheap, a log, a memory."""

import math

import pytest

from jobs import context as context_module
from jobs import transitions
from jobs.context import JobContext, Reason, Stopped
from jobs.models import Entry, Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def context(sleeping):
    """Of an attempt that runs."""
    return JobContext(transitions.claim(sleeping.pk, "worker"), time_limit=60)


@pytest.fixture
def at_once_again(monkeypatch):
    """Progress is written however often it comes."""
    monkeypatch.setattr(context_module, "SECONDS_BETWEEN_WRITES", 0)


def told(type_):
    return [entry.data for entry in Entry.objects.filter(type=type_)]


def test_progress_is_kept_with_its_message(context):
    context.progress(0.25, "a quarter")

    job = Job.objects.get()
    assert (job.progress, job.message) == (0.25, "a quarter")


def test_progress_that_comes_often_is_written_seldom(context, django_assert_num_queries):
    context.progress(0.1)

    with django_assert_num_queries(0):
        for _ in range(1000):
            context.progress(0.2)

    assert Job.objects.get().progress == 0.1


@pytest.mark.parametrize(
    ("fraction", "kept"),
    [(-1, 0), (1.5, 1), (math.nan, 0), (math.inf, 0), (-math.inf, 0), (1 / 3, 0.3333), (1, 1)],
)
def test_progress_stays_within_its_bounds(context, fraction, kept):
    context.progress(fraction)

    assert Job.objects.get().progress == kept


def test_without_a_message_the_last_one_stays(context, at_once_again):
    context.progress(0.1, "reading")
    context.progress(0.2)

    assert Job.objects.get().message == "reading"


def test_a_long_message_is_cut_and_an_odd_one_mended(context, at_once_again):
    context.progress(0.1, "x" * 1000)
    assert Job.objects.get().message == "x" * 500

    context.progress(0.1, "a\0b\udc80")
    assert Job.objects.get().message == "a\ufffdb?"


def test_of_progress_only_the_newest_is_kept(context, at_once_again):
    for n in range(5):
        context.progress(n / 10)

    assert [data["progress"] for data in told(Entry.PROGRESS)] == [0.4]


def test_every_line_of_the_log_is_kept(context):
    context.log("one")
    context.log("t\0wo")

    assert told(Entry.LOG) == [{"text": "one"}, {"text": "t\ufffdwo"}]


def test_a_log_without_end_is_not_kept(context, monkeypatch):
    monkeypatch.setattr(context_module, "MOST_LOG_LINES", 3)

    for n in range(10):
        context.log(str(n))

    assert len(told(Entry.LOG)) == 3


def test_every_entry_has_a_number_of_its_own(context, at_once_again):
    context.log("one")
    context.progress(0.5)
    context.log("two")

    assert list(Entry.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5]
    assert Job.objects.get().version == 5


@pytest.mark.parametrize("act", [lambda c: c.progress(0.5), lambda c: c.log("x"), JobContext.check])
@pytest.mark.parametrize("reason", list(Reason))
def test_whatever_the_work_tells_ends_it_when_it_is_to_stop(context, act, reason):
    context.stop = reason

    with pytest.raises(Stopped) as stopped:
        act(context)

    assert stopped.value.reason is reason


def test_a_cancelled_job_learns_of_it_by_its_progress(context):
    transitions.ask_to_stop(Job.objects.get())

    with pytest.raises(Stopped):
        context.progress(0.5)

    assert context.cancelled


@pytest.mark.parametrize("act", [lambda c: c.progress(0.5), lambda c: c.log("x")])
def test_whoever_has_lost_the_job_writes_nothing_more(context, act):
    transitions.give_back(Job.objects.get())
    before = list(Job.objects.values())

    with pytest.raises(Stopped):
        act(context)

    assert context.stop is Reason.LOST
    assert list(Job.objects.values()) == before


@pytest.mark.parametrize("end", ["succeed", "fail", "put_off", "give_back"])
def test_nor_does_his_end_count(context, end):
    loser = Job.objects.get()
    transitions.give_back(loser)
    winner = transitions.claim(loser.pk, "another")
    rest = {"succeed": [{}], "fail": [{}], "put_off": [{}, loser.run_at], "give_back": []}[end]

    assert getattr(transitions, end)(loser, *rest) is None
    assert Job.objects.get().claim == winner.claim
