"""The site under each of its two servers, and the small application under both."""

from functools import partial

import pytest

from tests.front.servers import daphne, runserver, started, uvicorn
from tests.processes import manage, own_database

THREADS = 4
# What a site runs besides requests has threads and connections of its own: not counted here.
NOTHING_BESIDE = dict.fromkeys(("CELERY_BROKER_URL", "BROKER_URL"), "amqp://127.0.0.1:1//")
SMALL = "tests.front.application:application"


@pytest.fixture(scope="session")
def variables(tmp_path_factory):
    """The environment of a site that has its tables and its files."""
    directory = tmp_path_factory.mktemp("site")
    with own_database(directory) as database:
        variables = {
            "DATA_DIR": str(directory),
            "DATABASE_URL": database,
            "HTTP_THREADS": str(THREADS),
            **NOTHING_BESIDE,
            "LOG_FORMAT": "json",
            "REQUESTS_PER_MINUTE_ADDRESS": "1000000",
            "REQUESTS_PER_MINUTE_USER": "1000000",
        }
        manage("migrate", "--verbosity", "0", **variables)
        manage("collectstatic", "--no-input", "--verbosity", "0", **variables)
        yield variables


@pytest.fixture(scope="session")
def site_under_uvicorn(variables, tmp_path_factory):
    log = tmp_path_factory.mktemp("uvicorn") / "log"
    with started("uvicorn", uvicorn, log, **variables) as server:
        yield server


@pytest.fixture(scope="session")
def site_under_runserver(variables, tmp_path_factory):
    log = tmp_path_factory.mktemp("runserver") / "log"
    with started("runserver", runserver, log, **variables) as server:
        yield server


@pytest.fixture
def uvicorn_site(site_under_uvicorn):
    """The site under uvicorn; a test fails that leaves a mishap in the log."""
    yield from unharmed(site_under_uvicorn)


@pytest.fixture(params=["site_under_uvicorn", "site_under_runserver"])
def site(request):
    """The site under each server; a test fails that leaves a mishap in the log."""
    yield from unharmed(request.getfixturevalue(request.param))


def unharmed(server):
    before = len(server.mishaps())
    yield server
    assert server.mishaps()[before:] == []


@pytest.fixture(scope="session")
def small_under_uvicorn(tmp_path_factory):
    log = tmp_path_factory.mktemp("small-uvicorn") / "log"
    with started("uvicorn", partial(uvicorn, application=SMALL), log, path="/counted") as server:
        yield server


@pytest.fixture(scope="session")
def small_under_daphne(tmp_path_factory):
    log = tmp_path_factory.mktemp("small-daphne") / "log"
    with started("daphne", partial(daphne, application=SMALL), log, path="/counted") as server:
        yield server


@pytest.fixture
def small_uvicorn(small_under_uvicorn):
    """The small application under uvicorn."""
    yield from unharmed(small_under_uvicorn)


@pytest.fixture(params=["small_under_uvicorn", "small_under_daphne"])
def small(request):
    """The small application under each server."""
    yield from unharmed(request.getfixturevalue(request.param))
