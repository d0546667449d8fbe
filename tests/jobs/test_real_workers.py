"""Workers and a beat of their own, behind a real broker; and a site whose broker says nothing."""

import socket
import subprocess
import threading
import time
import uuid
from contextlib import contextmanager, suppress

import pytest
from kombu import Connection

from tests.environment import ROOT
from tests.jobs import site
from tests.jobs.kills.site import celery
from tests.processes import own_database, running_site, site_environment

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def own_site(tmp_path_factory):
    """The environment of a site of this module's own."""
    directory = tmp_path_factory.mktemp("site")
    with own_database(directory) as url:
        variables = {
            "DATABASE_URL": url,
            "DATA_DIR": str(directory),
            "DJANGO_SETTINGS_MODULE": "tests.kinds.settings",
        }
        site.prepare(variables)
        yield variables


@pytest.fixture
def queue():
    """A queue's name, for this test alone."""
    return f"tests.{uuid.uuid4().hex}"


@contextmanager
def process_of(command, variables, log):
    """A process that is told to stop at the end, and does."""
    with log.open("a") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=site_environment(variables), stdout=output,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        yield process
        assert process.poll() in (None, 0), log.read_text()
    finally:
        end(process)


def end(process):
    """Tell it to stop, once."""
    process.terminate()
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(timeout=10)
        raise AssertionError("It was told to stop, and did not.") from None


@contextmanager
def deleted_at_the_end(url, queue):
    try:
        yield
    finally:
        with Connection(url) as connection:
            connection.default_channel.queue_delete(queue)


@pytest.mark.parametrize(("server", "pool"), [("amqp_url", "prefork"), ("redis_url", "threads")])
def test_workers_do_what_the_site_accepts_and_hand_back_what_they_cannot_finish(
    own_site, request, server, pool, queue, tmp_path
):
    broker = request.getfixturevalue(server)
    variables = {**own_site, "CELERY_BROKER_URL": broker, "JOBS_QUEUE": queue}
    command = celery("worker", "--pool", pool, "--concurrency", "2")

    with (
        deleted_at_the_end(broker, queue),
        process_of(command, variables, tmp_path / "worker.log") as worker,
        running_site(tmp_path / "web.log", **variables) as url,
        site.client_at(url) as client,
    ):
        plain = [site.ask(client, "tests.steps", steps=2, seconds=0) for _ in range(5)]
        asking = site.ask(client, "tests.fork", steps=1, seconds=0)
        jobs = [site.ended(client, job) for job in [*plain, asking]]
        watched = site.events_of(client, site.ask(client, seconds=0.5))
        site.until(lambda: len(client.get("/jobs/?state=succeeded").json()["results"]) >= 8)
        left = [site.ask(client, seconds=120) for _ in range(4)]
        site.until(lambda: len(client.get("/jobs/?state=running").json()["results"]) == 2)
        worker.terminate()
        assert worker.wait(timeout=20) == 0
        handed_back = [client.get(f"/jobs/{job}/").json() for job in left]
        for job in left:
            client.post(f"/jobs/{job}/cancel/")

    assert {job["state"] for job in jobs} == {"succeeded"}
    assert watched[-1][2]["state"] == "succeeded"
    assert {job["state"] for job in handed_back} == {"queued"}
    assert sorted(job["attempts"] for job in handed_back) == [0, 0, 1, 1]


def test_the_beat_keeps_the_time_for_workers(own_site, amqp_url, queue, tmp_path):
    variables = {**own_site, "CELERY_BROKER_URL": amqp_url, "JOBS_QUEUE": queue}
    log = tmp_path / "beat.log"

    with deleted_at_the_end(amqp_url, queue), Connection(amqp_url) as connection:
        box = connection.SimpleQueue(queue)
        with process_of(celery("beat", "--loglevel", "INFO"), variables, log):
            message = box.get(timeout=20)
        box.close()

    assert message.headers["task"] == "jobs.periodic"
    assert message.payload[0] == ["tests.kinds.jobs.tick"]
    assert not list(ROOT.glob("celerybeat-schedule*"))


@pytest.mark.parametrize("scheme", ["amqp", "redis"])
def test_while_the_broker_is_silent_a_job_is_accepted_and_done_once_it_is_back(
    own_site, request, scheme, queue, tmp_path
):
    real = request.getfixturevalue(f"{scheme}_url")
    with SilentAtFirst(real) as broker, deleted_at_the_end(real, queue):
        variables = {**own_site, "CELERY_BROKER_URL": broker.url, "JOBS_QUEUE": queue}
        with running_site(tmp_path / "web.log", **variables) as url, site.client_at(url) as client:
            start = time.monotonic()
            jobs = [site.ask(client, seconds=0) for _ in range(3)]
            took = time.monotonic() - start
            broker.speak()
            with process_of(celery("worker", "--pool", "solo"), variables, tmp_path / "worker.log"):
                ended = [site.ended(client, job, seconds=30) for job in jobs]

    assert took < 2
    assert {job["state"] for job in ended} == {"succeeded"}


class SilentAtFirst:
    """A way to a real broker that takes connections, and passes nothing on until `speak`."""

    def __init__(self, url):
        scheme, _, rest = url.partition("://")
        user, at, address = rest.rpartition("@")
        host, _, path = address.partition("/")
        name, _, port = host.partition(":")
        self.target = (name, int(port))
        self.server = socket.create_server(("127.0.0.1", 0))
        own = f"127.0.0.1:{self.server.getsockname()[1]}"
        self.url = f"{scheme}://{user}{at}{own}/{path}"
        self.speaks = threading.Event()
        self.open = [self.server]

    def speak(self):
        self.speaks.set()

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.speaks.set()
        for each in self.open:
            with_no_regret(each.shutdown, socket.SHUT_RDWR)
            each.close()

    def _accept(self):
        while True:
            try:
                client, _ = self.server.accept()
            except OSError:
                return
            self.open.append(client)
            threading.Thread(target=self._pass_on, args=[client], daemon=True).start()

    def _pass_on(self, client):
        self.speaks.wait()
        broker = socket.create_connection(self.target)
        self.open.append(broker)
        back = threading.Thread(target=copy, args=[broker, client], daemon=True)
        back.start()
        copy(client, broker)
        back.join()


def copy(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass
    with_no_regret(target.shutdown, socket.SHUT_RDWR)


def with_no_regret(act, *arguments):
    with suppress(OSError):
        act(*arguments)
