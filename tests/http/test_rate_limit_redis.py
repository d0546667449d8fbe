"""With Redis all processes count together; without it, each for itself and at once."""

import logging
import random
import subprocess
import sys

import pytest
import redis

from backend_practice.http import rate_limits
from backend_practice.http.rate_limits import Hit, MemoryCounter, RedisCounter, seconds_to_wait
from tests.environment import ROOT, pristine_environment

ANOTHER_PROCESS = """
import sys
from django.conf import settings
settings.configure(REDIS_URL=sys.argv[1])
from backend_practice.http.rate_limits import seconds_to_wait
print([seconds_to_wait("address", "192.0.2.1", 5) == 0 for _ in range(3)])
"""


def another_process(redis_url):
    command = [sys.executable, "-c", ANOTHER_PROCESS, redis_url]
    process = subprocess.run(
        command, cwd=ROOT, env=pristine_environment(), capture_output=True, text=True, check=True
    )
    return process.stdout.strip()


def is_let_in():
    return seconds_to_wait("address", "192.0.2.1", 5) == 0


def test_two_processes_share_one_rate(settings, redis_url):
    settings.REDIS_URL = redis_url

    mine = [is_let_in() for _ in range(3)]
    theirs = another_process(redis_url)

    assert mine == [True, True, True]
    assert theirs == "[True, True, False]"
    assert not is_let_in()


def test_the_wait_comes_from_redis_too(settings, redis_url):
    settings.REDIS_URL = redis_url
    while is_let_in():
        pass

    assert 1 <= seconds_to_wait("address", "192.0.2.1", 5) <= 60


@pytest.mark.parametrize("state", ["closed", "silent"])
def test_without_redis_a_request_is_answered_in_time_and_those_after_it_at_once(
    web, settings, seconds_of, request, state
):
    port = request.getfixturevalue(f"{state}_port")
    settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"
    settings.REQUESTS_PER_MINUTE_ADDRESS = 2

    first = seconds_of(lambda: web.get("/api/v1/echo/"))
    rest = seconds_of(lambda: [web.get("/api/v1/echo/") for _ in range(20)])

    assert first < 2
    assert rest < 1
    assert web.get("/api/v1/echo/").status_code == 429


def test_an_address_that_leads_nowhere_does_not_stop_the_site(web, settings, monkeypatch):
    settings.REDIS_URL = "unix:///nowhere/redis.sock"

    assert web.get("/api/v1/echo/").status_code == 200


def test_redis_that_is_away_is_logged_once_and_not_with_every_request(
    settings, closed_port, caplog
):
    settings.REDIS_URL = f"redis://127.0.0.1:{closed_port}/0"

    for _ in range(5):
        is_let_in()

    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(errors) == 1


def test_redis_that_comes_back_counts_again(settings, redis_url, closed_port, monkeypatch):
    settings.REDIS_URL = f"redis://127.0.0.1:{closed_port}/0"
    assert is_let_in()
    settings.REDIS_URL = redis_url
    monkeypatch.setattr(rate_limits, "_redis_rests_until", 0.0)

    counted = [is_let_in() for _ in range(6)]

    assert counted == [True] * 5 + [False]
    assert another_process(redis_url) == "[False, False, False]"


def test_redis_counts_as_memory_does(redis_url):
    counters = [RedisCounter(redis_url), MemoryCounter()]
    chance = random.Random(1)  # noqa: S311 - a sequence, no secret
    hits = [
        Hit(chance.choice("ab"), number // 40, share, 9)
        for number, share in enumerate(chance.random() for _ in range(160))
    ]

    by_redis, by_memory = ([counter.count(hit) for hit in hits] for counter in counters)

    assert by_redis == by_memory
    assert {counts.is_let_in for counts in by_memory} == {True, False}


def test_nothing_stays_in_redis_for_longer_than_it_counts(settings, redis_url):
    settings.REDIS_URL = redis_url

    is_let_in()

    (key,) = redis.Redis.from_url(redis_url).keys("*")
    assert 60 <= redis.Redis.from_url(redis_url).ttl(key) <= 120
