"""Stage 8 in the browser: ask, watch, stop, start again, import with faults, survive."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.mortal import MortalSite
from tests.browser.people import sign_up
from tests.browser.test_frame import seen

SEEN = re.compile("seen")


def say(page, name):
    page.get_by_role("button", name=name, exact=True).click()


@pytest.fixture
def page(visit):
    """The page, signed in."""
    page = visit.goto("/stages/8-jobs/")
    sign_up(page)
    expect(page.locator("#own-jobs .empty")).to_contain_text("No job yet")
    return page


def newest(page):
    return page.locator(".job").first


def ends_as(job, state):
    expect(job).to_have_attribute("data-state", state, timeout=30_000)


def test_a_job_is_watched_stopped_and_started_again(page):
    say(page, "POST a job of 20 seconds")
    expect(newest(page).locator(".connection")).to_have_text("live")
    expect(newest(page).locator("small").last).to_contain_text("of 20 seconds")

    say(page, "Cancel: jobs.sleep")
    ends_as(newest(page), "cancelled")
    say(page, "Do it again: jobs.sleep")

    expect(newest(page).locator(".state")).to_have_text("running")
    for goal in ("accepted", "watched", "cancelled", "retried"):
        expect(seen(page, goal)).to_have_class(SEEN)
    expect(seen(page, "survived")).not_to_have_class(SEEN)
    say(page, "Cancel: jobs.sleep")


def test_a_file_of_books_is_imported_and_its_faults_are_told(page, visit):
    page.locator("#rows").select_option("200")
    say(page, "Make it, and import it")
    ends_as(newest(page), "succeeded")

    expect(newest(page).locator(".figures")).to_contain_text("read200")
    expect(newest(page).locator(".result tbody tr").first).to_contain_text("row refused")
    with page.expect_download() as download:
        say(page, "Save the whole report")
    assert download.value.suggested_filename == "import-report.csv"
    expect(seen(page, "imported")).to_have_class(SEEN)
    visit.looks_right("8-jobs-in-use")


def test_the_catalogue_is_exported_and_saved(page):
    say(page, "Export it")
    ends_as(newest(page), "succeeded")

    with page.expect_download() as download:
        say(page, "Save the file")

    assert download.value.suggested_filename.endswith(".csv")


def test_what_does_not_fit_the_schema_is_said_at_its_field(page):
    page.get_by_label("seconds").fill("soon")
    say(page, "Ask for it")

    expect(page.locator("#params-seconds-error")).to_contain_text("/params/seconds")

    page.get_by_label("seconds").fill("1")
    say(page, "Ask for it")
    ends_as(newest(page), "succeeded")


def test_more_jobs_than_streams_are_all_followed_to_their_end(page):
    for _ in range(5):
        page.get_by_label("seconds").fill("2")
        say(page, "Ask for it")
        expect(page.locator("#ask-notice")).to_contain_text("202")

    expect(page.locator('.job[data-state="succeeded"]')).to_have_count(5, timeout=30_000)


def test_a_stream_that_breaks_off_comes_back_and_misses_nothing(page):
    page.get_by_label("seconds").fill("8")
    say(page, "Ask for it")
    expect(newest(page).locator(".connection")).to_have_text("live")

    say(page, "Cut the network")
    expect(newest(page).locator(".connection")).to_have_text("offline")
    say(page, "Mend the network")

    expect(newest(page).locator(".connection")).to_have_text("live")
    expect(page.locator(".exchange .asked", has_text="Last-Event-ID")).not_to_have_count(0)
    ends_as(newest(page), "succeeded")


@pytest.fixture
def mortal_site(tmp_path, site_variables):
    site = MortalSite(tmp_path, site_variables)
    site.start()
    yield site
    site.kill()


def test_the_site_is_killed_and_the_page_and_its_job_go_on(new_visit, mortal_site):
    visit = new_visit(mortal_site.url)
    page = visit.goto("/stages/8-jobs/")
    sign_up(page)
    page.get_by_label("seconds").fill("6")
    say(page, "Ask for it")
    expect(newest(page).locator("small").last).to_contain_text("of 6 seconds")

    mortal_site.kill()
    expect(newest(page).locator(".connection")).to_have_text("reconnecting…")
    mortal_site.start()

    ends_as(newest(page), "succeeded")
    expect(seen(page, "survived")).to_have_class(SEEN)
    visit.faults[:] = [fault for fault in visit.faults if "ERR_" not in fault]
