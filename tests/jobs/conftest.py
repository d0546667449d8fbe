"""Kinds that a test makes for itself, jobs of theirs, and a way to do them here and now."""

import pytest

from jobs import bell, kinds, leases, running
from jobs.models import Job
from jobs.services import request_job
from tests.jobs import site
from tests.processes import own_database, running_site

ANYTHING = {"type": "object"}
KIND = "tests.kind"


@pytest.fixture
def kind():
    """`kind(work, attempts=1)` lets `work(context, params)` do the jobs of the kind `KIND`."""
    made = []

    def make(work=lambda context, params: None, *, name=KIND, params=ANYTHING, **options):
        kinds.job(name, params=params, **options)(work)
        made.append(name)
        return name

    yield make
    for name in made:
        kinds.forget(name)


@pytest.fixture
def job_of(kind, alice):
    """`job_of(work)` is a job of alice's that is due and whose kind does this."""

    def ask(work=lambda context, params: None, *, params=None, owner=alice, **options):
        name = kind(work, **options)
        return request_job(name, params or {}, owner_id=owner.pk)

    return ask


@pytest.fixture
def sleeping(alice):
    """A job of alice's that waits."""
    return request_job("jobs.sleep", {"seconds": 0}, owner_id=alice.pk)


@pytest.fixture
def done(held):
    """`done(job)` is the job after a worker has looked at it."""

    def do(job):
        running.run(job.pk)
        return Job.objects.get(pk=job.pk)

    return do


@pytest.fixture
def rings(monkeypatch):
    """The ids of the jobs for which the bell was rung; nobody hears it."""
    heard = []
    monkeypatch.setattr(bell, "_send", lambda job_id, connection=None: heard.append(job_id))
    return heard


@pytest.fixture
def held(monkeypatch):
    """`held(context)` keeps the job's lease within this block, renewed when the test says so."""
    monkeypatch.setattr(leases, "_start_keeper", lambda: None)
    return leases.kept


# ---- A site in a process of its own --------


@pytest.fixture(scope="package")
def variables(tmp_path_factory):
    """The environment of a site that these tests share."""
    directory = tmp_path_factory.mktemp("site")
    with own_database(directory) as url:
        variables = {
            "DATABASE_URL": url,
            "DATA_DIR": str(directory),
            "DJANGO_SETTINGS_MODULE": "tests.kinds.settings",
            "REQUESTS_PER_MINUTE_ADDRESS": "1000000",
            "REQUESTS_PER_MINUTE_USER": "1000000",
        }
        site.prepare(variables)
        yield variables


@pytest.fixture(scope="package")
def url(variables, tmp_path_factory):
    """Where that site answers, which does its jobs itself."""
    with running_site(tmp_path_factory.mktemp("log") / "log", **variables) as url:
        yield url


@pytest.fixture
def client(url):
    """alice, with an access token of that site."""
    with site.client_at(url) as client:
        yield client


@pytest.fixture
def charlies(url):
    with site.client_at(url, "charlie@example.com") as client:
        yield client
