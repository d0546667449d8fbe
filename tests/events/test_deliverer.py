"""The thread that delivers: one a process, woken at once, not ended by any failure."""

import threading

import pytest
from django.db import DatabaseError, connection

from events import deliverer, inbox, waking
from events.deliverer import deliver_until
from events.models import Delivery
from tests.patience import eventually

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def delivering(beside):
    """A thread that delivers until the test's end."""
    return beside(lambda stop: deliver_until(stop.is_set))


def test_what_is_told_is_heard_at_once(heard, tell, delivering, monkeypatch):
    monkeypatch.setattr(deliverer, "SECONDS_BETWEEN_LOOKS", 60)
    tell(number=1)
    eventually(lambda: len(heard) == 1)

    tell(number=2)

    eventually(lambda: len(heard) == 2, seconds=2)
    delivering.set()
    waking.wake()


def test_without_a_hint_it_looks_by_itself(heard, tell, delivering, monkeypatch):
    monkeypatch.setattr(waking, "wake", lambda: None)

    tell()

    eventually(lambda: len(heard) == 1, seconds=4)


def test_a_database_that_goes_and_comes_back_is_waited_for(
    heard, tell, delivering, monkeypatch, caplog
):
    monkeypatch.setattr(deliverer, "SECONDS_AFTER_A_FAILURE", 0.05)
    deliver_due, failures = inbox.deliver_due, [DatabaseError("away")] * 3

    def deliver_sometimes():
        if failures:
            raise failures.pop()
        return deliver_due()

    monkeypatch.setattr(inbox, "deliver_due", deliver_sometimes)
    tell()

    eventually(lambda: len(heard) == 1)
    assert "Events could not be delivered" in caplog.text


def test_a_handler_that_ends_its_thread_does_not_end_this_one(on, heard, tell, delivering):
    @on("tests.thing.began")
    def leave(event):
        raise SystemExit

    tell("tests.thing.began")
    tell()

    eventually(lambda: len(heard) == 1)
    eventually(lambda: Delivery.objects.get(type="tests.thing.began").error == "SystemExit: ")
    assert delivering.thread.is_alive()


def test_a_connection_that_a_handler_has_closed_is_made_anew(on, heard, tell, delivering):
    @on("tests.thing.began")
    def close(event):
        connection.close()

    tell("tests.thing.began")
    tell()

    eventually(lambda: len(heard) == 1)


def test_started_twice_it_is_one_thread(monkeypatch):
    monkeypatch.setattr(deliverer, "_running", None)
    over = threading.Event()

    for _ in range(3):
        deliverer.start(is_over=over.is_set)
    threads = [thread for thread in threading.enumerate() if thread.name == "events"]
    over.set()
    deliverer.finish(10)

    assert len(threads) == 1
    assert not threads[0].is_alive()


def test_its_end_waits_for_the_handler_at_hand(on, tell, monkeypatch):
    monkeypatch.setattr(deliverer, "_running", None)
    over, in_the_middle, go_on, done = (threading.Event() for _ in range(4))

    @on("tests.thing.happened")
    def take_time(event):
        in_the_middle.set()
        go_on.wait(10)
        done.set()

    deliverer.start(is_over=over.is_set)
    tell()
    assert in_the_middle.wait(10)
    over.set()
    deliverer.finish(0.05)
    assert not done.is_set()
    go_on.set()
    deliverer.finish(10)

    assert Delivery.objects.get().state == Delivery.HANDLED
