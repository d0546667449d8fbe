"""An effect that appears once, though the work begins again and again."""

import pytest
from django.contrib.auth.models import Group

from jobs import transitions
from jobs.context import JobContext, Stopped
from jobs.models import Job

pytestmark = pytest.mark.django_db(transaction=True)


def attempt(job):
    """The context of a new attempt, after a crash of the one before."""
    transitions.give_back(Job.objects.get(pk=job.pk))
    return JobContext(transitions.claim(job.pk, "worker"), time_limit=60)


def make_group(context, name):
    with context.once(name) as is_first:
        if is_first:
            Group.objects.create(name=name)
    return is_first


def test_an_effect_appears_once_over_many_attempts(sleeping):
    firsts = [make_group(attempt(sleeping), "readers") for _ in range(4)]

    assert firsts == [True, False, False, False]
    assert Group.objects.count() == 1


def test_twice_in_one_attempt_is_once_as_well(sleeping):
    context = attempt(sleeping)

    assert [make_group(context, "readers"), make_group(context, "readers")] == [True, False]


def test_effects_of_other_names_stand_for_themselves(sleeping):
    context = attempt(sleeping)

    assert make_group(context, "readers") is make_group(context, "writers") is True


def crash_inside(context, act):
    with context.once("effect"):
        act()
        raise RuntimeError


def test_a_crash_inside_leaves_neither_effect_nor_memory(sleeping):
    with pytest.raises(RuntimeError):
        crash_inside(attempt(sleeping), lambda: Group.objects.create(name="readers"))

    assert not Group.objects.exists()
    assert make_group(attempt(sleeping), "effect") is True


def test_a_crash_after_it_leaves_both(sleeping):
    make_group(attempt(sleeping), "readers")

    assert attempt(sleeping).memory == {"done": ["readers"]}


def test_what_a_step_remembers_the_next_attempt_knows(sleeping):
    with attempt(sleeping).step() as memory:
        memory["rows"] = 500

    assert attempt(sleeping).memory["rows"] == 500


def test_whoever_has_lost_the_job_has_no_effect_any_more(sleeping):
    loser = attempt(sleeping)
    winner = attempt(sleeping)

    with pytest.raises(Stopped):
        make_group(loser, "readers")

    assert not Group.objects.exists()
    assert make_group(winner, "readers") is True


def test_of_two_attempts_at_once_one_has_the_effect(sleeping, at_once):
    loser, winner = attempt(sleeping), attempt(sleeping)

    def of_the_loser():
        try:
            return make_group(loser, "readers")
        except Stopped:
            return "lost"

    assert at_once(of_the_loser, lambda: make_group(winner, "readers")) == ["lost", True]
    assert Group.objects.count() == 1


def test_a_step_renews_the_lease_at_its_end(sleeping):
    context = attempt(sleeping)
    Job.objects.update(lease_until=Job.objects.get().created_at)

    with context.step():
        inside = Job.objects.get().lease_until

    assert Job.objects.get().lease_until > inside


def test_progress_told_inside_of_one_that_crashes_is_not_kept(sleeping):
    context = attempt(sleeping)

    with pytest.raises(RuntimeError):
        crash_inside(context, lambda: context.progress(0.5))

    assert Job.objects.get().progress == 0
