"""What is written down about progress, and what the home page is given of it."""

import pytest

from backend_practice.practice import latest_progress, progress_file
from tests.contract import progress
from tests.contract.checks import CORE, FULL
from tests.contract.running import FAILED, PASSED, Outcome
from tests.contract.stages import STAGES

pytestmark = pytest.mark.once
HELLO = STAGES[0]
MINE, OTHER = "http://localhost:3000", "http://localhost:4000"


@pytest.fixture
def file(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return progress_file()


def remember(file, url=MINE, level=CORE, *, failing=()):
    outcomes = [
        Outcome(check, FAILED if check.name in failing else PASSED, 0.1)
        for check in HELLO.of_level(level)
    ]
    progress.remember(file, url, level, outcomes, STAGES)


def test_before_the_first_check_there_is_none(file):
    assert latest_progress() is None


def test_the_newest_run_of_a_stage_counts(file):
    remember(file, failing=["hello-head"])
    remember(file)

    tally = latest_progress().of(1, CORE)

    assert (tally.passed, tally.checks, tally.failing, tally.is_done) == (3, 3, (), True)
    assert latest_progress().of(2, CORE) is None


def test_a_full_run_tells_of_core_as_well(file):
    remember(file, level=FULL, failing=["hello-by-name"])

    found = latest_progress()

    assert found.of(1, CORE).is_done
    assert found.of(1, FULL).failing == ("hello-by-name",)


def test_it_is_the_progress_of_the_server_that_was_checked_last(file):
    remember(file)
    remember(file, OTHER, failing=["hello-world"])

    assert latest_progress().url == OTHER
    assert not latest_progress().of(1, CORE).is_done


@pytest.mark.parametrize("line", ["{", "[]", "7", '{"url": "x"}', '{"url": 1, "stage": "x"}', ""])
def test_a_line_that_cannot_be_read_is_passed_over(file, line):
    remember(file)
    with file.open("a") as output:
        output.write(f"{line}\n")

    assert latest_progress().of(1, CORE).is_done
    assert len(progress.newest(file)) == 1


def test_a_site_in_production_shows_nobodys_progress(file, settings):
    remember(file)
    settings.PRODUCTION = True

    assert latest_progress() is None


def test_the_file_stays_small(file, monkeypatch):
    monkeypatch.setattr(progress, "LARGEST", 1000)

    for _ in range(30):
        remember(file)

    assert file.stat().st_size < 2000
    assert latest_progress().of(1, CORE).is_done
