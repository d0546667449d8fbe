"""Who asks too often is told to wait, and for how long."""

import itertools
import time

import pytest

from backend_practice.http.middleware.rate_limit import counted_as
from backend_practice.http.rate_limits import Hit, MemoryCounter, seconds_to_wait


def statuses(client, times, **options):
    return [client.get("/api/v1/echo/", **options).status_code for _ in range(times)]


def test_beyond_the_rate_of_an_address_the_answer_is_429(web, problem, settings):
    settings.REQUESTS_PER_MINUTE_ADDRESS = 3

    assert statuses(web, 3) == [200, 200, 200]
    response = web.get("/api/v1/echo/")

    assert response.status_code == 429
    assert 1 <= int(response["Retry-After"]) <= 60
    assert problem(response)["limit"] == {"name": "REQUESTS_PER_MINUTE_ADDRESS", "value": 3}


def test_another_address_is_counted_apart(web, settings):
    settings.REQUESTS_PER_MINUTE_ADDRESS = 1

    assert statuses(web, 2, REMOTE_ADDR="192.0.2.1") == [200, 429]
    assert statuses(web, 2, REMOTE_ADDR="192.0.2.2") == [200, 429]


def test_a_stranger_gets_no_new_rate_by_naming_other_addresses(web, settings):
    settings.REQUESTS_PER_MINUTE_ADDRESS = 1

    first, second = (
        web.get("/api/v1/echo/", HTTP_X_FORWARDED_FOR=address).status_code
        for address in ("198.51.100.1", "198.51.100.2")
    )

    assert (first, second) == (200, 429)


def test_what_is_not_the_api_is_not_counted(web, settings):
    settings.REQUESTS_PER_MINUTE_ADDRESS = 1

    assert [web.get("/plain/").status_code for _ in range(3)] == [200, 200, 200]


def test_beyond_the_rate_of_a_user_the_answer_is_429(web_of, problem, settings, alice):
    settings.REQUESTS_PER_MINUTE_USER = 2
    client = web_of(alice)

    assert statuses(client, 2) == [200, 200]
    response = client.get("/api/v1/echo/")

    assert response.status_code == 429
    assert 1 <= int(response["Retry-After"]) <= 60
    assert problem(response)["limit"] == {"name": "REQUESTS_PER_MINUTE_USER", "value": 2}


def test_a_user_is_counted_wherever_they_ask_from_and_apart_from_others(
    web_of, settings, alice, bob
):
    settings.REQUESTS_PER_MINUTE_USER = 1

    assert statuses(web_of(alice), 1, REMOTE_ADDR="192.0.2.1") == [200]
    assert statuses(web_of(alice), 1, REMOTE_ADDR="192.0.2.2") == [429]
    assert statuses(web_of(bob), 1, REMOTE_ADDR="192.0.2.1") == [200]


def test_nobody_is_bound_by_the_rate_of_a_user(web, settings):
    settings.REQUESTS_PER_MINUTE_USER = 1

    assert statuses(web, 3) == [200, 200, 200]


@pytest.mark.parametrize("per_minute", [1, 3, 10, 600])
def test_who_waits_as_told_is_let_in(monkeypatch, per_minute):
    now = 1_800_000_000.0
    monkeypatch.setattr(time, "time", lambda: now)
    for _ in range(per_minute):
        assert seconds_to_wait("address", "192.0.2.1", per_minute) == 0

    for _ in range(10):
        wait = seconds_to_wait("address", "192.0.2.1", per_minute)
        assert 1 <= wait <= 61
        now += wait
        assert seconds_to_wait("address", "192.0.2.1", per_minute) == 0
        while not seconds_to_wait("address", "192.0.2.1", per_minute):
            pass


def test_over_three_minutes_the_rate_is_kept(monkeypatch):
    ticks = (1_800_000_000 + tick / 10 for tick in itertools.count())
    monkeypatch.setattr(time, "time", lambda: next(ticks))

    let_in = sum(seconds_to_wait("address", "192.0.2.1", 30) == 0 for _ in range(1800))

    assert 85 <= let_in <= 95


def test_a_burst_at_the_end_of_a_minute_counts_in_the_next(monkeypatch):
    now = 1_800_000_000.0 + 59
    monkeypatch.setattr(time, "time", lambda: now)
    for _ in range(60):
        assert seconds_to_wait("address", "192.0.2.1", 60) == 0

    now += 2
    let_in = sum(seconds_to_wait("address", "192.0.2.1", 60) == 0 for _ in range(60))

    assert let_in <= 2


def test_no_minute_holds_more_than_the_rate(monkeypatch):
    now = 1_800_000_000.0
    monkeypatch.setattr(time, "time", lambda: now)
    arrivals = []

    for _ in range(1200):
        now += 0.25
        if seconds_to_wait("address", "192.0.2.1", 60) == 0:
            arrivals.append(now)

    busiest = max(sum(start <= t < start + 60 for t in arrivals) for start in arrivals)
    assert 58 <= busiest <= 75


def test_whoever_asked_two_minutes_ago_is_forgotten():
    counter = MemoryCounter()
    for number in range(50):
        counter.count(Hit(f"192.0.2.{number}", 7, 1.0, 60))

    counter.count(Hit("192.0.2.99", 9, 1.0, 60))

    assert (len(counter.previous), len(counter.current)) == (0, 1)


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_of_an_ipv6_address_the_network_is_counted(address, counted):
    assert counted_as(address) == counted
