"""Workers are told of a job, and nobody waits for the broker that carries it."""

import os
import queue
import socket
import threading
import time
import uuid

import pytest

from backend_practice.celery import app
from jobs import bell
from tests.jobs.waiting import until

pytestmark = pytest.mark.once


@pytest.fixture
def broker_at(monkeypatch):
    """`broker_at(url)`: the bell is to be rung there, by a ringer of this test's own."""
    bell._begin()

    def use(url):
        monkeypatch.setitem(app.conf, "broker_url", url)

    yield use
    monkeypatch.setattr(bell, "_send", lambda job_id, connection=None: None)
    until(
        lambda: not bell._ringer or not bell._waiting.qsize()
    )  # a ringer that still tries comes to its end
    bell._begin()


@pytest.fixture
def silent_port():
    """A port where a server takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def sent(monkeypatch):
    """What was sent; `sent.fail = True` and nothing can be."""

    class Sent(list):
        fail = False

        def send(self, job_id, connection=None):
            if self.fail:
                raise OSError("the broker is away")
            self.append(job_id)

    sent = Sent()
    monkeypatch.setattr(bell, "_send", sent.send)
    return sent


@pytest.mark.parametrize("scheme", ["amqp", "redis"])
def test_a_silent_broker_is_not_waited_for(broker_at, silent_port, scheme, monkeypatch):
    monkeypatch.setattr(bell, "SECONDS_TO_SEND", 0.2)
    broker_at(f"{scheme}://127.0.0.1:{silent_port}/")

    start = time.monotonic()
    for _ in range(100):
        bell.ring(uuid.uuid4())

    assert time.monotonic() - start < 1


def test_what_could_not_be_told_is_told_once_the_broker_is_back(broker_at, sent):
    broker_at("amqp://127.0.0.1:1/")
    ids = [uuid.uuid4() for _ in range(3)]
    sent.fail = True
    for job_id in ids:
        bell.ring(job_id)
    until(lambda: bell._waiting.qsize() < 3)

    sent.fail = False

    until(lambda: set(sent) >= set(ids))


def test_a_full_queue_refuses_nothing_and_raises_nothing(broker_at, monkeypatch):
    broker_at("amqp://127.0.0.1:1/")
    monkeypatch.setattr(bell, "_waiting", queue.Queue(2))
    monkeypatch.setattr(bell, "_start_ringer", lambda: None)

    for _ in range(5):
        bell.ring(uuid.uuid4())

    assert bell._waiting.qsize() == 2


def test_one_thread_rings_for_all(broker_at, sent):
    broker_at("amqp://127.0.0.1:1/")

    ids = [uuid.uuid4() for _ in range(20)]
    for job_id in ids:
        bell.ring(job_id)
    until(lambda: set(sent) >= set(ids))

    assert sum(each is bell._ringer for each in threading.enumerate()) == 1


def test_in_a_forked_process_it_rings_as_well(broker_at, sent, monkeypatch):
    broker_at("amqp://127.0.0.1:1/")
    bell.ring(uuid.uuid4())
    until(lambda: sent)
    read, write = os.pipe()

    with bell._lock, bell._waiting.mutex:  # which another thread may hold at that moment
        child = os.fork()
        if child == 0:
            monkeypatch.setattr(bell, "_send", lambda job_id, connection: os.write(write, b"told"))
            bell.ring(uuid.uuid4())
            time.sleep(5)
            os._exit(0)
    os.close(write)

    try:
        assert os.read(read, 4) == b"told"
    finally:
        os.close(read)
        os.kill(child, 9)
        os.waitpid(child, 0)


@pytest.mark.parametrize("server", ["amqp_url", "redis_url"])
def test_it_reaches_a_real_broker(broker_at, request, server, settings):
    settings.JOBS_QUEUE = f"tests.{uuid.uuid4().hex}"
    broker_at(request.getfixturevalue(server))
    job_id = uuid.uuid4()

    with app.connection_for_write(app.conf.broker_url) as connection:
        box = connection.SimpleQueue(settings.JOBS_QUEUE)
        try:
            bell.ring(job_id)
            message = box.get(timeout=10)
        finally:
            box.close()
            box.queue.delete()

    assert message.headers["task"] == "jobs.run"
    assert message.payload[0] == [str(job_id)]
