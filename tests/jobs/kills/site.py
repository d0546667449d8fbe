"""A site of the tests' own whose processes are killed and started again."""

import json
import sys
import time

import httpx

from tests.processes import EMAIL, PASSWORD, free_port, manage, uvicorn
from tests.victims import Victim

PREPARE = f"""
from django.core.management import call_command
from accounts.models import User
call_command("migrate", run_syncdb=True, verbosity=0)
User.objects.create_user("{EMAIL}", "{PASSWORD}")
"""
REPORT = """
import json
from collections import Counter
from jobs.models import Job
from tests.kinds.models import Effect
effects = Counter(map(str, Effect.objects.values_list("job", flat=True)))
steps = Counter((str(job), step) for job, step in Effect.objects.values_list("job", "step"))
print(json.dumps({
    "jobs": {str(job.pk): [job.state, job.attempts, job.error] for job in Job.objects.all()},
    "effects": dict(effects),
    "doubled": [key for key, count in steps.items() if count > 1],
}))
"""


def celery(*arguments):
    return [sys.executable, "-m", "celery", "-A", "backend_practice.celery", *arguments]


class Site:
    """Its web process listens at `url`; `variables` are the environment of all its processes."""

    def __init__(self, variables, directory):
        self.variables, self.directory = variables, directory
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.web = self.victim("web", uvicorn(port))
        manage("shell", "-v", "0", "-c", PREPARE, **variables)

    def victim(self, name, command):
        return Victim(command, self.variables, self.directory / f"{name}.log")

    def report(self):
        """What the database says in the end."""
        printed = manage("shell", "-v", "0", "-c", REPORT, **self.variables)
        return json.loads(printed.strip().splitlines()[-1])


class Patient:
    """A client that asks again, with the same key, until it has an answer."""

    def __init__(self, url):
        self.client = httpx.Client(base_url=url, timeout=5)
        self.accepted = []

    def __enter__(self):
        body = {"email": EMAIL, "password": PASSWORD}
        answer = self.until(200, lambda: self.client.post("/api/v1/auth/login/", json=body))
        self.client.headers["Authorization"] = f"Bearer {answer['access']}"
        return self

    def __exit__(self, *error):
        self.client.close()

    def ask(self, number, params):
        """Have a job accepted, once."""
        body = {"kind": "tests.steps", "params": params}
        headers = {"Idempotency-Key": f"job-{number}"}
        send = lambda: self.client.post("/api/v1/jobs/", json=body, headers=headers)  # noqa: E731
        self.accepted.append(self.until(202, send)["id"])

    def unfinished(self):
        """Some of the jobs that have not ended; one may change its state between two looks."""
        return [job for state in ("queued", "running", "queued") for job in self.some(state)]

    def some(self, state):
        """The newest jobs of this state, as the site tells of them."""
        address = f"/api/v1/jobs/?state={state}&limit=5"
        return self.until(200, lambda: self.client.get(address))["results"]

    def until(self, status, send, seconds=90):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                answer = send()
            except httpx.TransportError:
                time.sleep(0.1)
                continue
            if answer.status_code == status:
                return answer.json()
            assert answer.status_code in (409, 503), answer.text  # the first try still runs
            time.sleep(0.1)
        raise AssertionError(f"No {status} within {seconds} s")
