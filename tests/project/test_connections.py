"""A connection to PostgreSQL lasts, and one that has ended is not used."""

import time

import pytest
from django.db import connection, connections
from django.db.backends.postgresql import base

from backend_practice.postgresql.base import SECONDS_TRUSTED

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("postgresql")]


@pytest.fixture
def lasting():
    """A connection of its own, as a thread of the server has one."""
    wrapper = connections.create_connection("default")
    wrapper.connect()
    yield wrapper
    wrapper.close()


@pytest.fixture
def asked(monkeypatch):
    """How often the server was asked whether it is there."""
    times, ask = [], base.DatabaseWrapper.is_usable

    def asking(wrapper):
        times.append(wrapper)
        return ask(wrapper)

    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", asking)
    return times


def end(lasting):
    """As a server does that is restarted; until the news is there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [lasting.connection.info.backend_pid])
    deadline = time.monotonic() + 10
    while lasting.is_usable() and time.monotonic() < deadline:
        time.sleep(0.01)


def test_a_connection_that_stands_is_not_asked_each_time(lasting, asked):
    assert [lasting.is_usable() for _ in range(3)] == [True] * 3
    assert len(asked) == 1


def test_one_that_was_quiet_is_asked_again(lasting, asked):
    lasting.is_usable()
    lasting.last_asked -= SECONDS_TRUSTED + 1

    assert lasting.is_usable()
    assert len(asked) == 2


def test_one_that_the_server_has_ended_is_not_used(lasting, asked):
    assert lasting.is_usable()
    end(lasting)

    assert not lasting.is_usable()
    assert len(asked) == 1


def test_a_request_after_the_servers_end_goes_over_a_new_connection(lasting):
    lasting.is_usable()
    end(lasting)
    lasting.health_check_enabled, lasting.health_check_done = True, False

    with lasting.cursor() as cursor:
        cursor.execute("SELECT 2")
        assert cursor.fetchone() == (2,)
