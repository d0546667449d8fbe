"""Services are killed while people use them: nothing accepted is lost or doubled, views agree.

Here a small set of it; `make test-faults` has all.
"""

import pytest

from tests.patience import eventually
from tests.services.faults.agreement import all_agree
from tests.services.faults.load import Load, Person, Probes
from tests.services.faults.mischief import poison
from tests.services.faults.site import running_services

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def services(own_rabbitmq, tmp_path_factory):
    """The light form: SQLite, and a broker of the tests' own."""
    directory = tmp_path_factory.mktemp("services")
    with running_services(directory, broker=own_rabbitmq.url) as services:
        yield services


@pytest.fixture
def load(services):
    return Load(services.url, people=2)


def more_is_accepted(load, than, by=3):
    eventually(lambda: sum(load.accepted().values()) >= sum(than.values()) + by, seconds=60)


def test_a_killed_service_and_a_killed_broker(services, load, own_rabbitmq):
    observer = Person(services.url, "observer").sign_up()
    with load, Probes(observer) as probes:
        more_is_accepted(load, {})
        services.processes["books"].kill()
        probes.away = "books"
        eventually(lambda: probes.of_others("books")[0] >= 9, seconds=30)
        probes.away = None
        services.restart("books")

        own_rabbitmq.kill()
        more_is_accepted(load, load.accepted())
        own_rabbitmq.start()
    assert load.faults == []

    all_agree(services, load)
    _, not_answered = probes.of_others("books")
    assert not_answered == 0
    print(load.accepted())


def test_a_poisoned_event_holds_nothing_up(services, own_rabbitmq):
    count = poison(own_rabbitmq.url)
    load = Load(services.url, people=1)
    with load:
        more_is_accepted(load, {}, by=2)

    all_agree(services, load)
    dead = "SELECT COUNT(*) FROM events_delivery WHERE state = 'dead' AND handler = ''"
    eventually(lambda: services.rows("books", dead) == [(count,)], seconds=20)
