"""The standing cast, and the servers that a test may ask for by name.

alice owns, bob is another user, charlie must see nothing, admin may do all.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import redis
from django.contrib.auth import get_user_model
from django.db import connection, connections
from rest_framework.test import APIClient

from backend_practice.threads import DatabaseThreads
from tests import servers
from tests.bucket import s3  # noqa: F401 - a fixture, for every test
from tests.rabbitmq import own_rabbitmq  # noqa: F401 - a fixture, for every test
from tests.servers import missing_server
from tests.smtp import smtp  # noqa: F401 - a fixture, for every test

PASSWORD = "correct horse battery staple"


def person(name, **fields):
    """A user `name@example.com`, who logs in with `PASSWORD`."""
    users = get_user_model().objects
    return users.create_user(f"{name}@example.com", PASSWORD, name=name.title(), **fields)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup):
    """At the end no thread that lasts holds a connection to a database that is to be dropped."""
    yield
    for threads in DatabaseThreads.all:
        let_go_of_connections(threads.pool, threads.count)


def let_go_of_connections(pool, threads):
    """Have every thread of the pool close its connections."""
    barrier = Barrier(threads)

    def close():
        barrier.wait(timeout=10)
        connections.close_all()

    for closed in [pool.submit(close) for _ in range(threads)]:
        closed.result()


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
def at_once():
    """`at_once(first, second)` calls all of them at the same moment; what each returned."""

    def run(*calls):
        barrier = Barrier(len(calls))

        def call_with_the_others(call):
            try:
                barrier.wait(timeout=10)
                return call()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(call_with_the_others, calls))

    return run


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


@pytest.fixture(scope="session")
def amqp_url():
    """A RabbitMQ that others use too: a test names what it makes there, and deletes it."""
    if not servers.answers(servers.AMQP_URL):
        missing_server(f"RabbitMQ does not answer at {servers.AMQP_URL}")
    return servers.AMQP_URL
