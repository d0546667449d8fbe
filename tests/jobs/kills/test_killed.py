"""Killed at random moments: no accepted job is lost, and no effect appears twice.

`TEST_KILLS=50` is the full count, six jobs for each kill; `TEST_SEED` repeats the
moments of an earlier run.
"""

import os
import random
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Semaphore

import pytest

from tests.jobs.kills.site import Patient, Site, celery
from tests.processes import own_database
from tests.victims import killed_at_the_end

pytestmark = pytest.mark.once

FULL = int(os.environ.get("TEST_KILLS") or 0)
STEPS, SECONDS = 3, 0.05
CLIENTS = 6  # a request that was killed holds up no other
SECONDS_TO_RECOVER = 120
ALIVE = 0.8  # of the kills come when a job runs; the others at any moment


@pytest.fixture
def chance():
    """Random numbers, and in the output what they grow from."""
    seed = int(os.environ.get("TEST_SEED") or time.time())
    print(f"TEST_SEED={seed}")
    return random.Random(seed)  # noqa: S311 - moments, not secrets


@pytest.fixture
def variables(tmp_path):
    with own_database(tmp_path) as url:
        yield {
            "DATABASE_URL": url,
            "DATA_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "tests.kinds.settings",
            "ACCESS_TOKEN_SECONDS": "3600",
            "JOBS_WAITING_A_USER": "1000000",
            "REQUESTS_PER_MINUTE_ADDRESS": "1000000",
            "REQUESTS_PER_MINUTE_USER": "1000000",
        }


def test_over_kills_of_the_site_itself_every_job_is_done_once(variables, tmp_path, chance):
    site = Site(variables, tmp_path)

    with killed_at_the_end(site.web):
        site.web.start()
        accepted = survive(site, [site.web], jobs=FULL * 6 or 30, kills=FULL or 5, chance=chance)

    assert_each_was_done_once(site.report(), accepted)


def test_over_kills_of_worker_site_and_broker_every_job_is_done_once(
    variables, own_rabbitmq, tmp_path, chance
):
    site = Site({**variables, "CELERY_BROKER_URL": own_rabbitmq.url}, tmp_path)
    workers = site.victim("workers", celery("worker", "--concurrency", "2"))
    victims = [workers, workers, site.web, own_rabbitmq]  # in turn, so that each has its share

    with killed_at_the_end(site.web, workers):
        site.web.start()
        workers.start()
        accepted = survive(site, victims, jobs=FULL * 6 or 30, kills=FULL or 4, chance=chance)

    assert_each_was_done_once(site.report(), accepted)


def survive(site, victims, *, jobs, kills, chance):
    """Ask for some jobs, kill a victim, and again; wait until all are done. Their ids."""
    start, turns, since = time.monotonic(), Semaphore(0), datetime.now(UTC)
    with Patient(site.url) as patient, ThreadPoolExecutor(CLIENTS) as pool:
        asking = [
            pool.submit(ask_for, patient, range(n, jobs, CLIENTS), turns) for n in range(CLIENTS)
        ]
        for number in range(kills):
            turns.release(jobs // kills)
            if chance.random() < ALIVE:
                wait_until_a_job_runs(patient, (number + 1) * (jobs // kills), since)
            time.sleep(chance.uniform(0, 0.5))
            victim = victims[number % len(victims)]
            victim.kill()
            victim.start()
            since = datetime.now(UTC)
        turns.release(jobs)
        for each in asking:
            each.result()
        killing = time.monotonic() - start
        wait_until_all_have_ended(patient)
    after = time.monotonic() - start - killing
    print(f"{jobs} jobs, {kills} kills in {killing:.0f} s; done {after:.1f} s after the last")
    return patient.accepted


def ask_for(patient, numbers, turns):
    for number in numbers:
        turns.acquire()
        patient.ask(number, {"steps": STEPS, "seconds": SECONDS})


def wait_until_a_job_runs(patient, asked, since):
    """One that was begun after this moment; or until all that were asked for are done."""
    deadline = time.monotonic() + SECONDS_TO_RECOVER
    while not any(has_begun(job, since) for job in patient.some("running")):
        if len(patient.accepted) >= asked and not patient.unfinished():
            return
        assert time.monotonic() < deadline, patient.unfinished()
        time.sleep(0.02)


def has_begun(job, since):
    """A killed worker's job still says that it runs."""
    return datetime.fromisoformat(job["started_at"]) > since


def wait_until_all_have_ended(patient):
    deadline = time.monotonic() + SECONDS_TO_RECOVER
    while left := patient.unfinished():
        assert time.monotonic() < deadline, left
        time.sleep(0.2)


def assert_each_was_done_once(report, accepted):
    interrupted = [key for key, (_, attempts, _) in report["jobs"].items() if attempts > 1]
    print(f"{len(interrupted)} jobs were interrupted")
    states = {key: state for key, (state, *_) in report["jobs"].items()}
    assert len(set(accepted)) == len(accepted)
    assert states == dict.fromkeys(accepted, "succeeded"), report["jobs"]
    assert report["effects"] == dict.fromkeys(accepted, STEPS)
    assert report["doubled"] == []
