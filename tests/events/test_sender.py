"""Many events on their way at once: none is taken for arrived that has not, none overtakes."""

import dataclasses

import pytest
from amqp.exceptions import MessageNacked

from events import broker, sender
from events.sender import Sender
from tests.events.test_cloudevents import EVENT

pytestmark = pytest.mark.once


class Channel:
    """Numbers what is published, and confirms what a test says."""

    def __init__(self):
        self.events = {"basic_ack": set(), "basic_nack": set()}
        self.said = []

    def confirm_select(self):
        pass

    def says(self, what, number, is_up_to=False):
        """To be heard when somebody listens next."""
        self.said.append((what, number, is_up_to))


class Connection:
    def __init__(self):
        self.only = Channel()

    def channel(self):
        return self.only

    def drain_events(self, timeout):
        if not self.only.said:
            raise TimeoutError
        what, *arguments = self.only.said.pop(0)
        [listener] = self.only.events[what]
        listener(*arguments)


@pytest.fixture
def connection():
    return Connection()


@pytest.fixture
def channel(connection):
    return connection.only


@pytest.fixture
def sent(monkeypatch):
    """The subjects of what was handed to the network, in order."""
    subjects = []
    monkeypatch.setattr(sender, "Producer", lambda channel: None)
    monkeypatch.setattr(broker, "send", lambda producer, event: subjects.append(event.subject))
    return subjects


@pytest.fixture
def mail(sent, connection):
    """`mail(1, "a")` sends event 1 of subject a; `mail.wait()` waits for all."""
    sending = Sender(connection)

    def send(key, subject):
        sending.send(key, dataclasses.replace(EVENT, subject=subject))

    send.wait, send.arrived = sending.wait, sending.take_arrived
    return send


def test_events_of_several_subjects_are_on_their_way_together(mail, channel, sent):
    for key, subject in enumerate("abc"):
        mail(key, subject)
    assert sent == ["a", "b", "c"]
    assert mail.arrived() == []

    channel.says("basic_ack", 3, True)
    mail.wait()

    assert mail.arrived() == [0, 1, 2]


def test_a_confirm_is_for_one_event_or_for_all_up_to_it(mail, channel):
    for key, subject in enumerate("abcd"):
        mail(key, subject)

    channel.says("basic_ack", 3)
    channel.says("basic_ack", 2, True)
    channel.says("basic_ack", 4)
    mail.wait()

    assert mail.arrived() == [2, 0, 1, 3]


def test_an_event_waits_for_the_one_before_it_of_its_subject(mail, channel, sent):
    mail(1, "a")
    mail(2, "b")
    channel.says("basic_ack", 2)
    channel.says("basic_ack", 1)

    mail(3, "a")

    assert mail.arrived() == [2, 1]
    assert sent == ["a", "b", "a"]


def test_what_the_broker_refuses_stops_the_one_after_it(mail, channel, sent):
    mail(1, "a")
    mail(2, "b")
    channel.says("basic_ack", 2)
    channel.says("basic_nack", 1)

    with pytest.raises(MessageNacked):
        mail(3, "a")

    assert mail.arrived() == [2]
    assert sent == ["a", "b"]


def test_a_broker_that_says_nothing_is_given_up(mail, monkeypatch):
    monkeypatch.setattr(broker, "SECONDS_TO_ANSWER", 0)
    mail(1, "a")

    with pytest.raises(TimeoutError):
        mail.wait()

    assert mail.arrived() == []


def test_a_broker_that_only_shows_that_it_lives_is_given_up_too(mail, connection, monkeypatch):
    monkeypatch.setattr(broker, "SECONDS_TO_ANSWER", 0)
    monkeypatch.setattr(connection, "drain_events", lambda timeout: None)
    mail(1, "a")

    with pytest.raises(TimeoutError):
        mail.wait()
