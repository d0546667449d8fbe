"""A handler that fails is called again, later each time, and in the end there is a dead letter."""

import sys
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils import timezone

from events import deliverer, inbox
from events.cleaning import forget_old
from events.handlers import forget
from events.in_process import pass_on
from events.inbox import SECONDS_FOR_A_HANDLER, _claim, deliver_due
from events.models import Delivery
from events.outbox import publish
from tests.events.conftest import HAPPENED

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def three_attempts(settings):
    settings.EVENT_ATTEMPTS = 3


class Broken(Exception):
    """What a handler raises that is told to."""


@pytest.fixture
def fragile(on):
    """A handler that raises `fragile["error"]` while there is one, for events with `"bad"`."""
    state = {"error": Broken("not today"), "calls": [], "handled": []}

    @on(HAPPENED)
    def listen(event):
        state["calls"].append(event.data)
        Group.objects.create(name=f"{len(state['calls'])}")
        if "bad" in event.data and state["error"]:
            raise state["error"]
        state["handled"].append(event.data)

    state["handler"] = listen
    return state


def wait_of(delivery):
    return (delivery.due_at - timezone.now()).total_seconds()


def test_what_fails_waits_and_says_why(fragile, tell):
    tell(bad=True)

    deliverer.deliver_all()

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == (Delivery.WAITING, 1)
    assert delivery.error == "Broken: not today"
    assert delivery.handled_at is None


def test_the_effect_of_a_handler_that_fails_is_undone(fragile, tell):
    tell(bad=True)

    deliverer.deliver_all()

    assert fragile["calls"]
    assert not Group.objects.exists()


def test_what_a_handler_told_before_it_failed_is_not_told(on, heard, tell):
    @on("tests.thing.began")
    def tell_and_fail(event):
        publish(HAPPENED, {}, subject="1")
        raise Broken

    tell("tests.thing.began")
    deliverer.deliver_all()

    assert heard == []


def test_each_pause_is_about_twice_the_one_before(settings, fragile, tell, later):
    settings.EVENT_ATTEMPTS = 12
    tell(bad=True)
    waits = []

    for _ in range(11):
        deliverer.deliver_all()
        waits.append(wait_of(Delivery.objects.get()))
        later()

    ideal = [min(2**number, 300) for number in range(11)]
    assert all(
        0.75 * right <= wait <= 1.25 * right for wait, right in zip(waits, ideal, strict=True)
    ), waits


def test_before_its_pause_is_over_nobody_tries_again(fragile, tell):
    tell(bad=True)

    deliverer.deliver_all()
    deliverer.deliver_all()

    assert len(fragile["calls"]) == 1


def test_an_attempt_that_succeeds_leaves_no_trace_of_the_failure(fragile, tell, later):
    tell(bad=True)
    deliverer.deliver_all()
    fragile["error"] = None

    later()
    deliverer.deliver_all()

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.error) == (Delivery.HANDLED, 2, "")


def test_after_its_last_attempt_it_is_a_dead_letter_and_tried_no_more(fragile, tell, later):
    tell(bad=True)

    for _ in range(6):
        deliverer.deliver_all()
        later()

    assert len(fragile["calls"]) == 3
    assert Delivery.objects.get().state == Delivery.DEAD
    assert Delivery.objects.get().error == "Broken: not today"


def test_others_go_on_while_one_fails(fragile, tell):
    tell(subject="1", bad=True)
    tell(subject="2", good=2)
    tell(subject="3", good=3)

    deliverer.deliver_all()

    assert fragile["handled"] == [{"good": 2}, {"good": 3}]


def test_another_handler_of_the_same_event_goes_on(fragile, heard, tell):
    tell(bad=True)

    deliverer.deliver_all()

    assert len(heard) == 1


def test_those_of_the_same_subject_wait_for_it_and_go_on_after_its_end(fragile, tell, later):
    tell(bad=True)
    tell(good=1)
    tell(good=2)

    deliverer.deliver_all()
    assert fragile["handled"] == []

    for _ in range(2):
        later()
        deliverer.deliver_all()
    assert fragile["handled"] == [{"good": 1}, {"good": 2}]
    assert Delivery.objects.dead().count() == 1


def test_an_event_whose_handler_is_gone_is_tried_until_it_is_dead(fragile, tell, later):
    tell()
    pass_on()
    forget(fragile["handler"])
    for _ in range(3):
        deliverer.deliver_all()
        later()

    delivery = Delivery.objects.get()
    assert delivery.state == Delivery.DEAD
    assert delivery.error == f"NoSuchHandler: There is no {delivery.handler}."


def test_an_attempt_is_counted_before_it_is_made(on, tell):
    counts = []

    @on(HAPPENED)
    def listen(event):
        delivery = Delivery.objects.get()
        counts.append((delivery.attempts, wait_of(delivery)))

    tell()
    deliverer.deliver_all()

    [(attempts, wait)] = counts
    assert attempts == 1
    assert SECONDS_FOR_A_HANDLER - 5 < wait <= SECONDS_FOR_A_HANDLER


def test_what_kills_its_process_each_time_is_dead_in_the_end(fragile, tell, later):
    tell()
    pass_on()
    key = Delivery.objects.get().pk
    for attempts in range(3):
        assert _claim(key, attempts)  # and then the process is gone
        later()

    deliverer.deliver_all()

    delivery = Delivery.objects.get()
    assert fragile["calls"] == []
    assert delivery.state == Delivery.DEAD
    assert "The process ended each time" in delivery.error


def test_who_finds_its_claim_taken_over_calls_nobody(fragile, tell, monkeypatch):
    tell()
    pass_on()

    def claim_and_fall_asleep(key, attempts):
        claimed = _claim(key, attempts)
        return claimed and _claim(key, attempts + 1)  # by another, while this one slept

    monkeypatch.setattr(inbox, "_claim", claim_and_fall_asleep)
    deliver_due()

    assert fragile["calls"] == []
    assert Delivery.objects.get().state == Delivery.WAITING
    assert Delivery.objects.get().error == ""


class Unspeakable(Exception):
    def __str__(self):
        raise ValueError("even this fails")


@pytest.mark.parametrize(
    ("error", "noted"),
    [
        (Broken("a\x00b"), "Broken: a\N{REPLACEMENT CHARACTER}b"),
        (Broken("\ud800"), "Broken: \N{REPLACEMENT CHARACTER}"),
        (Broken("x" * 100_000), f"Broken: {'x' * 1992}"),
        (Broken("two\nlines"), "Broken: two\nlines"),
        (Unspeakable(), "Unspeakable: "),
        (RecursionError("deep"), "RecursionError: deep"),
        (SystemExit(3), "SystemExit: 3"),
        (IntegrityError("twice"), "IntegrityError: twice"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_whatever_a_handler_raises_is_noted(fragile, tell, error, noted):
    fragile["error"] = error
    tell(bad=True)
    tell(subject="2", good=True)

    deliverer.deliver_all()

    delivery = Delivery.objects.get(subject="1")
    assert (delivery.state, delivery.error) == (Delivery.WAITING, noted)
    assert fragile["handled"] == [{"good": True}]


def test_a_handler_may_end_the_interpreter_no_more_than_its_own_attempt(on, tell):
    @on(HAPPENED)
    def leave(event):
        sys.exit("gone")

    tell()
    deliverer.deliver_all()

    assert Delivery.objects.get().error == "SystemExit: gone"


def test_a_handler_whose_transaction_is_broken_fails_and_no_other(fragile, on, tell):
    @on("tests.thing.began")
    def break_it(event):
        Group.objects.create(name="twice")
        try:
            Group.objects.create(name="twice")
        except IntegrityError:
            Group.objects.count()

    tell("tests.thing.began")
    tell(good=1)
    deliverer.deliver_all()

    assert Delivery.objects.get(type="tests.thing.began").state == Delivery.WAITING
    assert fragile["handled"] == [{"good": 1}]


@pytest.mark.django_db(transaction=True)
def test_what_fails_after_the_commit_does_not_bring_the_event_back(on, tell):
    @on(HAPPENED)
    def fail_late(event):
        transaction.on_commit(fail)

    def fail():
        raise Broken("too late")

    tell()
    deliverer.deliver_all()

    assert Delivery.objects.get().state == Delivery.HANDLED


def test_an_event_that_cannot_be_read_any_more_is_dead_at_once(fragile, tell):
    tell()
    pass_on()
    Delivery.objects.update(event={"specversion": "0.3"})

    deliverer.deliver_all()

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == (Delivery.DEAD, 1)
    assert delivery.error == "UnreadableEvent: This is no CloudEvent of version 1.0."


def test_a_dead_letter_is_kept_for_good(fragile, tell, later):
    tell(bad=True)
    for _ in range(3):
        deliverer.deliver_all()
        later()
    Delivery.objects.update(received_at=timezone.now() - timedelta(days=400))

    forget_old()

    assert Delivery.objects.dead().exists()
