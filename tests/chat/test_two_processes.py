"""Two processes on one database and one Redis are one chat; without Redis it is a slower one."""

from contextlib import contextmanager

import pytest

from tests.chat import site, sites
from tests.chat.conftest import SOCKETS
from tests.processes import own_database

NO_REDIS, WITH_REDIS = "without Redis", "with Redis"


@pytest.fixture(scope="module")
def redis(tmp_path_factory):
    with sites.own_redis(tmp_path_factory.mktemp("redis")) as redis:
        yield redis


@pytest.fixture(scope="module")
def pair(redis, tmp_path_factory):
    """Two processes of one site."""
    directory = tmp_path_factory.mktemp("pair")
    with own_database(directory) as database:
        variables = {"DATABASE_URL": database, "DATA_DIR": str(directory), **SOCKETS}
        variables["REDIS_URL"] = redis.url
        site.prepare(variables)
        with both(directory, variables) as pair:
            yield pair


@contextmanager
def both(directory, variables):
    first, second = directory / "first.log", directory / "second.log"
    with sites.running(first, variables) as one, sites.running(second, variables) as other:
        yield one, other


@pytest.fixture
def ann(pair):
    """alice, at the first."""
    with site.Person(pair[0].url, "alice") as person:
        yield person


@pytest.fixture
def ben(pair):
    """bob, at the second."""
    with site.Person(pair[1].url, "bob") as person:
        yield person


def names(people):
    return sorted(person["name"] for person in people)


def test_each_hears_what_the_other_says(ann, ben, slug):
    with ann.in_room(slug) as hers, ben.in_room(slug) as his:
        hers.until("ready"), his.until("ready")
        for number in range(10):
            hers.say(f"hers {number}")
            his.say(f"his {number}")
        heard = [[socket.next("message") for _ in range(20)] for socket in (hers, his)]

    assert [frame["seq"] for frame in heard[0]] == list(range(1, 21))
    assert heard[0] == heard[1]


def test_who_is_there_is_counted_over_both(ann, ben, slug):
    with ann.in_room(slug) as hers:
        hers.until("ready")
        with ben.in_room(slug) as his:
            ready = his.until("ready")[-1]
            joined = hers.next()
        left = hers.next()

    assert names(ready["present"]) == ["Alice", "Bob"]
    assert (joined["type"], left["type"]) == ("joined", "left")


def test_a_tab_at_the_other_process_neither_joins_nor_leaves(ann, ben, pair, slug):
    with site.Person(pair[1].url, "alice") as elsewhere, ben.in_room(slug) as his:
        his.until("ready")
        with ann.in_room(slug) as hers:
            hers.until("ready")
            assert his.next()["type"] == "joined"
            with elsewhere.in_room(slug) as second:
                second.until("ready")
            assert his.silent()


def test_whoever_was_in_a_process_that_was_killed_has_left_once(ann, ben, pair, slug):
    with ann.in_room(slug) as hers, ben.in_room(slug) as his:
        hers.until("ready"), his.until("ready")
        pair[1].restart()

        assert hers.next("left", seconds=40)["user"] == ben.shown
        assert hers.silent()


def test_a_session_that_ends_at_one_is_closed_at_the_other(ann, pair, slug):
    with site.Person(pair[1].url, "alice") as elsewhere, elsewhere.in_room(slug) as room:
        room.until("ready")
        elsewhere.url = ann.url
        ann.post("/auth/logout/", json={"refresh": elsewhere.tokens["refresh"]})

        assert room.code(seconds=5) == 4401


def test_a_member_removed_at_one_is_closed_at_the_other(ann, ben):
    slug = ann.new_room(private=True)
    ann.post(f"/chat/rooms/{slug}/members/", json={"user": ben.id})
    with ben.in_room(slug) as room:
        room.until("ready")
        ann.delete(f"/chat/rooms/{slug}/members/", params={"user": ben.id})

        assert room.code(seconds=5) == 4403


def test_notifications_arrive_at_both(ann, pair):
    with site.Person(pair[1].url, "alice") as elsewhere, elsewhere.notified() as feed:
        feed.until("ready")
        ann.post("/jobs/", json={"kind": "jobs.sleep", "params": {"seconds": 0}})

        assert feed.next("job")["kind"] == "jobs.sleep"


def test_while_redis_is_away_nothing_is_lost(ann, ben, redis, slug):
    with ann.in_room(slug) as hers, ben.in_room(slug) as his:
        hers.until("ready"), his.until("ready")
        hers.say("before")
        his.next("message")
        redis.stop()
        for number in range(10):
            hers.say(f"hers {number}")
            his.say(f"his {number}")
        heard = [[socket.next("message") for _ in range(20)] for socket in (hers, his)]
        redis.start()
        hers.say("after")
        last = his.next("message", seconds=20)

    assert [frame["seq"] for frame in heard[1]] == list(range(2, 22))
    assert (last["seq"], last["text"]) == (22, "after")
