"""Everything is killed in turn, then at random: `make test-faults`, which takes some minutes.

`TEST_FAULTS` is how many seconds of random faults follow, `TEST_FAULTS_SEED` their seed.
"""

import os
import random
import signal
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.patience import eventually
from tests.servers import missing_server
from tests.services.faults.agreement import all_agree
from tests.services.faults.load import Load, Person, Probes
from tests.services.faults.mischief import Mischief, poison
from tests.services.faults.servers import running_servers
from tests.services.faults.site import NAMES, running_services

SECONDS = int(os.environ.get("TEST_FAULTS") or 0)
FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")
SEED = int(os.environ.get("TEST_FAULTS_SEED") or 1)

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(not SECONDS, reason="`make test-faults` runs it"),
]


@pytest.fixture(scope="module")
def servers(own_rabbitmq):
    """Each a process of the tests' own, on a disk of its own."""
    with running_servers(own_rabbitmq) as servers:
        yield servers


@pytest.fixture(scope="module")
def services(servers, tmp_path_factory):
    with running_services(
        tmp_path_factory.mktemp("services"),
        broker=servers["rabbitmq"].url,
        database=servers["postgresql"].url,
        redis=servers["redis"].url,
    ) as services:
        yield services


def accepted_more(load, by=3):
    before = sum(load.accepted().values())
    eventually(lambda: sum(load.accepted().values()) >= before + by, seconds=90)


@pytest.mark.parametrize("victim", [*NAMES, "rabbitmq", "redis", "postgresql"])
def test_one_is_killed_and_comes_back(services, servers, victim):
    observer = Person(services.url, f"observer-{victim}").sign_up()
    load = Load(services.url, people=3)
    with load, Probes(observer) as probes:
        accepted_more(load)
        probes.away = victim
        (services.processes.get(victim) or servers[victim]).kill()
        eventually(lambda: sum(probes.answers[victim].values()) >= 20, seconds=60)
        probes.away = None
        start = services.restart if victim in NAMES else lambda name: servers[name].start()
        start(victim)
        accepted_more(load)
    assert load.faults == []

    repaired = time.monotonic()
    all_agree(services, load)
    good, bad = probes.of_others(victim)
    print(
        f"\n{victim}: {load.accepted()}, agreed after {time.monotonic() - repaired:.1f} s,",
        f"others answered {good} times and failed {bad}",
    )
    assert bad == 0 or victim == "postgresql"  # all of them stand on that one server here


def test_events_that_come_again_in_any_order(services, servers):
    load = Load(services.url, people=3)
    with load, Mischief(servers["rabbitmq"].url) as mischief:
        accepted_more(load, by=40)
    assert load.faults == []

    repaired = time.monotonic()
    all_agree(services, load)
    assert mischief.again > 50
    print(
        f"\n{mischief.again} events more than were told: {load.accepted()},",
        f"agreed after {time.monotonic() - repaired:.1f} s",
    )


@pytest.mark.parametrize(
    ("victim", "seconds"), [("accounts", 10), ("accounts", -10), ("books", 10)]
)
def test_a_clock_that_is_off_by_ten_seconds(services, victim, seconds):
    load = Load(services.url, people=3)
    with wrong_clock(services, victim, seconds), load:
        assert abs(services.clock_of(victim) - time.time() - seconds) < 3
        accepted_more(load, by=20)
    assert load.faults == []

    repaired = time.monotonic()
    all_agree(services, load)
    print(
        f"\n{victim} by {seconds} s: {load.accepted()},",
        f"agreed after {time.monotonic() - repaired:.1f} s",
    )


@contextmanager
def wrong_clock(services, name, seconds):
    """This service alone lives so many seconds later; its pauses last as long as ever."""
    if not FAKETIME.exists():
        missing_server(f"There is no {FAKETIME}: apt install faketime")
    process = services.processes[name]
    right = process.environment
    wrong = {"LD_PRELOAD": str(FAKETIME), "FAKETIME": f"{seconds:+d}"}
    process.environment = {**right, **wrong, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    process.kill()
    services.restart(name)
    try:
        yield
    finally:
        process.environment = right
        process.kill()
        services.restart(name)


def test_minutes_of_random_faults(services, servers):
    chance = random.Random(SEED)  # noqa: S311
    load, faults = Load(services.url, people=3, seed=SEED), Counter()
    faults["poisoned events"] = poison(servers["rabbitmq"].url)
    until = time.monotonic() + SECONDS
    with load, Mischief(servers["rabbitmq"].url, seed=SEED) as mischief:
        while time.monotonic() < until:
            victim = chance.choice([*NAMES, "rabbitmq", "redis", "postgresql"])
            if victim in NAMES and chance.random() < 0.3:
                freeze(services.processes[victim], chance.uniform(0.5, 3))
                faults[f"{victim} frozen"] += 1
                continue
            (services.processes.get(victim) or servers[victim]).kill()
            faults[f"{victim} killed"] += 1
            time.sleep(chance.uniform(0, 2))
            if victim in NAMES:
                services.restart(victim)
            else:
                servers[victim].start()
            time.sleep(chance.uniform(0, 3))
    assert load.faults == []
    faults["events told again"] = mischief.again

    repaired = time.monotonic()
    all_agree(services, load)
    print(
        f"\nseed {SEED}, {SECONDS} s, {dict(faults)}:",
        f"{load.accepted()}, agreed after {time.monotonic() - repaired:.1f} s",
    )


def freeze(process, seconds):
    """It lives, and does nothing: connections to it stay open and silent."""
    os.killpg(process.process.pid, signal.SIGSTOP)
    time.sleep(seconds)
    os.killpg(process.process.pid, signal.SIGCONT)
