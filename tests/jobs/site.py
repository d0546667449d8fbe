"""A site in a process of its own, with alice logged in, and her job's events."""

import json
import subprocess
from contextlib import contextmanager

import httpx

from tests.environment import ROOT
from tests.jobs.waiting import until
from tests.processes import EMAIL, PASSWORD, manage, site_environment, uvicorn
from tests.processes import wait_until_it_answers as answers_at

PREPARE = f"""
from django.core.management import call_command
from accounts.models import User
call_command("migrate", run_syncdb=True, verbosity=0)
User.objects.create_user("{EMAIL}", "{PASSWORD}")
User.objects.create_user("charlie@example.com", "{PASSWORD}")
"""
ENDS = ("succeeded", "failed", "cancelled")


def prepare(variables):
    """Make the tables and the people of the site."""
    code(PREPARE, variables)


def code(source, variables):
    """What this code prints last, run inside the site."""
    return manage("shell", "-v", "0", "-c", source, **variables).strip().rpartition("\n")[2]


class started:  # noqa: N801 - reads as a word
    """A site at this port, as a process to send signals to."""

    def __init__(self, port, variables, log):
        self.port, self.variables, self.log = port, variables, log

    def __enter__(self):
        with self.log.open("a") as output:
            self.process = subprocess.Popen(
                uvicorn(self.port), cwd=ROOT, env=site_environment(self.variables),
                stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
        answers_at(f"http://127.0.0.1:{self.port}/healthz/live", self.process, self.log)
        return self.process

    def __exit__(self, *error):
        self.process.kill()
        self.process.wait(timeout=10)


@contextmanager
def client_at(url, email=EMAIL):
    """A client with this person's access token."""
    with httpx.Client(base_url=f"{url}/api/v1", timeout=10) as client:
        answer = client.post("/auth/login/", json={"email": email, "password": PASSWORD})
        client.headers["Authorization"] = f"Bearer {answer.json()['access']}"
        yield client


def ask(client, kind="jobs.sleep", **params):
    """The id of a new job."""
    answer = client.post("/jobs/", json={"kind": kind, "params": params})
    assert answer.status_code == 202, answer.text
    return answer.json()["id"]


def ended(client, job_id, seconds=20):
    """The job once it has ended."""

    def job():
        answer = client.get(f"/jobs/{job_id}/").json()
        return answer if answer["state"] in ENDS else None

    return until(job, seconds=seconds, otherwise=lambda: client.get(f"/jobs/{job_id}/").text)


def events_of(client, job_id, last=None, most=10_000):
    """Every event of the stream until its end, or `most` of them: (id, type, data)."""
    return list(_events(client, job_id, last, most))


def _events(client, job_id, last, most):
    headers = {"Last-Event-ID": str(last)} if last is not None else {}
    with client.stream("GET", f"/jobs/{job_id}/events/", headers=headers, timeout=30) as answer:
        assert answer.headers["Content-Type"] == "text/event-stream", answer.read()
        event = {}
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if name in ("id", "event", "data"):
                event[name] = value
            elif event:
                yield int(event["id"]), event["event"], json.loads(event["data"])
                event = {}
                most -= 1
                if not most:
                    return
