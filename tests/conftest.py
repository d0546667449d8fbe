"""The standing cast, and the servers that a test may ask for by name.

alice owns, bob is another user, charlie must see nothing, admin may do all.
"""

import pytest
import redis
from django.contrib.auth import get_user_model
from django.db import connection
from rest_framework.test import APIClient

from tests import servers
from tests.environment import IN_CI

PASSWORD = "correct horse battery staple"


def person(name, **fields):
    """A user `name@example.com`, who logs in with `PASSWORD`."""
    users = get_user_model().objects
    return users.create_user(f"{name}@example.com", PASSWORD, name=name.title(), **fields)


@pytest.fixture
def alice(db):
    return person("alice")


@pytest.fixture
def bob(db):
    return person("bob")


@pytest.fixture
def charlie(db):
    return person("charlie")


@pytest.fixture
def admin(db):
    return person("admin", is_staff=True, is_superuser=True)


@pytest.fixture
def anonymous():
    """A client that has not logged in."""
    return APIClient()


@pytest.fixture
def client_of():
    """`client_of(alice)` is a client with alice's session."""

    def logged_in_client(user):
        client = APIClient()
        client.force_login(user)
        return client

    return logged_in_client


@pytest.fixture
def postgresql():
    """For a test of PostgreSQL's own behaviour: skipped in a run on SQLite."""
    if connection.vendor != "postgresql":
        pytest.skip("a test of PostgreSQL, in a run on SQLite")


@pytest.fixture
def sqlite():
    """For a test of SQLite's own behaviour: skipped in a run on PostgreSQL."""
    if connection.vendor != "sqlite":
        pytest.skip("a test of SQLite, in a run on PostgreSQL")


@pytest.fixture
def redis_url(worker_id):
    """A Redis database that is empty and this test's alone, in each of xdist's workers.

    Counted down from `TEST_REDIS_URL`'s own, 15 unless told. All keys in it are deleted.
    """
    address, _, database = servers.REDIS_URL.rpartition("/")
    worker = int(worker_id.removeprefix("gw")) if worker_id != "master" else 0
    url = f"{address}/{int(database) - worker}"
    if not servers.answers(url):
        missing_server(f"Redis does not answer at {url}")
    client = redis.Redis.from_url(url)
    client.flushdb()
    yield url
    client.flushdb()
    client.close()


def missing_server(message):
    """Skip on a laptop; in CI a test that did not run is a failure."""
    if IN_CI:
        pytest.fail(message)
    pytest.skip(message)
