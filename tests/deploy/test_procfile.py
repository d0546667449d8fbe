"""The processes of the Procfile, as Heroku starts them, together: they are one site, and end well.

    make test-procfile

Two of `web` and one of each other, on PostgreSQL, Redis, RabbitMQ, a mail server and moto's S3.
Only what Heroku has besides (its router, the TLS of its add-ons) is not here.
"""

import json
import os
import signal
import subprocess
import sys
import uuid
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from kombu import Connection

from tests import servers
from tests.chat.site import Person
from tests.deploy.recipes import procfile
from tests.environment import ROOT
from tests.jobs.site import ended
from tests.patience import eventually
from tests.processes import PASSWORD, free_port, manage, site_environment, wait_until_it_answers

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif("TEST_PROCFILE" not in os.environ, reason="make test-procfile"),
]

SERVER = os.environ.get("TEST_DATABASE_URL") or "postgresql://postgres@127.0.0.1:5432/postgres"
SECONDS_TO_END = 30  # what Heroku gives a dyno after SIGTERM
BOOKS = b"title,authors\nMiddlemarch,George Eliot\nEmma,Jane Austen\n"


@pytest.fixture(scope="module")
def database():
    """The URL of a database of this module's own, on a real server."""
    if not servers.answers(SERVER):
        servers.missing_server(f"PostgreSQL does not answer at {SERVER}")
    name = f"test_procfile_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield SERVER.rpartition("/")[0] + f"/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def names(amqp_url):
    """Names of this test's own at the broker; the queue's is not the exchange's."""
    name = f"tests.{uuid.uuid4().hex[:12]}"
    variables = {"JOBS_QUEUE": f"{name}.jobs", "EVENTS_EXCHANGE": f"{name}.events"}
    yield variables
    with Connection(amqp_url) as connection:
        channel = connection.default_channel
        for queue in (".jobs", ".events.all", ".events.all.dead"):
            channel.queue_delete(name + queue)
        for exchange in (".jobs", ".events", ".events.dead"):
            channel.exchange_delete(name + exchange)


@pytest.fixture
def variables(database, redis_url, amqp_url, names, smtp, s3, tmp_path):
    """What a dyno is given: by `app.json`, by its add-ons, and where it would reach beyond here."""
    key = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return {
        "ENVIRONMENT": "production",
        "SITE_URL": "http://127.0.0.1:8000",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SECRET_KEY": "a-secret-key-that-is-long-enough-for-production-0123456789",
        "SIGNING_KEYS": key.decode(),
        "EMAIL_URL": smtp[0],
        "DATABASE_URL": database,
        "REDIS_URL": redis_url,
        "CLOUDAMQP_URL": amqp_url,
        "DATA_DIR": str(tmp_path),
        "WEB_CONCURRENCY": "1",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        **s3,
        **names,
    }


class Formation:
    """Dynos, each by a shell that becomes its process."""

    def __init__(self, directory, variables):
        self.directory, self.variables, self.running = directory, variables, {}

    def environment(self, **more):
        environment = site_environment({**self.variables, **more})
        for by_heroku in ("CELERY_BROKER_URL", "BROKER_URL"):
            del environment[by_heroku]  # not set at all, as on a dyno
        return environment

    def start(self, kind, name="", **more):
        name = name or kind
        log = self.directory / f"{name}.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                ["bash", "-c", f"exec {procfile()[kind]}"],
                cwd=ROOT, env=self.environment(**more), stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
        self.running[name] = process
        return process

    def start_web(self, name):
        port = free_port()
        self.start("web", name, PORT=str(port))
        return f"http://127.0.0.1:{port}"

    def wait_for(self, name, url):
        log = self.directory / f"{name}.log"
        wait_until_it_answers(f"{url}/healthz/live", self.running[name], log)

    def log_of(self, name):
        return (self.directory / f"{name}.log").read_text()[-2000:]

    def doctor(self):
        """What `manage.py doctor` finds in a one-off dyno, by name."""
        command = "exec deploy/heroku.sh python manage.py doctor --json"
        done = subprocess.run(
            ["bash", "-c", command], cwd=ROOT, env=self.environment(), capture_output=True,
            text=True, timeout=120,
        )  # fmt: skip
        findings = json.loads(done.stdout)["findings"]
        return {finding["name"]: (finding["state"], finding["detail"]) for finding in findings}

    def end(self):
        """SIGTERM to all at once: the exit code of each, and the log of whoever had another."""
        for process in self.running.values():
            process.send_signal(signal.SIGTERM)
        codes = {}
        for name, process in self.running.items():
            code = process.wait(timeout=SECONDS_TO_END)
            codes[name] = 0 if code == 0 else (code, self.log_of(name))
        return codes

    def kill(self):
        for process in self.running.values():
            process.kill()
            process.wait(timeout=10)


@contextmanager
def formation(directory, variables):
    dynos = Formation(directory, variables)
    try:
        yield dynos
    finally:
        dynos.kill()


def sign_up(url, name):
    body = {"email": f"{name}@example.com", "password": PASSWORD, "name": name.title()}
    answer = httpx.post(f"{url}/api/v1/auth/signup/", json=body, timeout=30)
    assert answer.status_code == 201, answer.text
    return Person(url, name)


def figures_of(url):
    """Each sample of `/metrics` by its name and labels."""
    text = httpx.get(f"{url}/metrics", timeout=30).text
    lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


def test_the_processes_together_are_one_site_and_all_end_with_0(variables, tmp_path, smtp):
    with formation(tmp_path, variables) as dynos:
        manage("collectstatic", "--no-input", "-v", "0", DATA_DIR=str(tmp_path))  # by the buildpack
        assert dynos.start("release").wait(timeout=120) == 0, dynos.log_of("release")
        del dynos.running["release"]
        first, second = (dynos.start_web(name) for name in ("web.1", "web.2"))
        for kind in set(procfile()) - {"release", "web"}:
            dynos.start(kind)
        dynos.wait_for("web.1", first)
        dynos.wait_for("web.2", second)

        with sign_up(first, "alice") as alice, sign_up(second, "bob") as bob:
            # A job is done by the worker, and alice's socket at the other web hears of it:
            # outbox, relay, RabbitMQ, consumer, Redis.
            with Person(second, "alice") as elsewhere, elsewhere.notified() as socket:
                upload = alice.post("/uploads/", files={"file": ("books.csv", BOOKS, "text/csv")})
                assert upload.status_code == 201, upload.text
                body = {"kind": "books.import", "params": {"upload": upload.json()["id"]}}
                job = alice.post("/jobs/", json=body).json()["id"]
                done = ended(alice, job, seconds=60)
                told = socket.next("job", seconds=60)
                while (told["id"], told["state"]) != (job, "succeeded"):
                    told = socket.next("job", seconds=60)
            found = bob.get("/books/?q=middlemarch").json()["results"]

            # A message crosses from one web to the other.
            slug = alice.new_room()
            with alice.in_room(slug) as hers, bob.in_room(slug) as his:
                hers.until("ready"), his.until("ready")
                hers.say("Hello")
                heard = his.next("message")
                figures = {url: figures_of(url) for url in (first, second)}

            # Mail goes out, by a job as well; and the doctor is content.
            eventually(lambda: len(smtp[1].letters) == 2, seconds=60)
            findings = dynos.doctor()

        assert dynos.end() == dict.fromkeys(dynos.running, 0)

    assert {name for name, (state, _) in findings.items() if state != "ok"} == {"scanner"}, findings
    assert done["state"] == "succeeded"
    assert done["result"]["created"] == 2
    assert [book["title"] for book in found] == ["Middlemarch"]
    assert heard["text"] == "Hello"
    for url, figure in figures.items():
        assert figure["websockets_open"] == 1, url
        assert any(name.startswith("http_requests_total{") for name in figure)
        assert any(name.startswith("database_queries_total{") for name in figure)
        assert {f'jobs{{state="{state}"}}' for state in ("due", "later", "running")} <= set(figure)
        assert {'jobs_oldest_seconds{state="due"}', "outbox_lag_seconds"} <= set(figure)
        assert figure["dead_letters"] == 0
