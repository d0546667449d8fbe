"""Stage 10 in a browser: the map, and the trail of one request."""

import re

from playwright.sync_api import expect

from tests.browser.people import sign_up


def test_the_map_shows_every_service_and_how_it_is(visit):
    page = visit.goto("/stages/10-services/")

    for name in ("web", "accounts", "books", "uploads", "jobs"):
        expect(page.locator(f"[data-service={name}]")).to_contain_text("up")
    page.get_by_role("button", name="GET /api/v1/services/").click()
    expect(page.locator("[data-goal=map]")).to_have_class(re.compile("seen"))


def test_one_request_is_followed_from_its_row_to_whoever_heard_of_it(visit):
    page = visit.goto("/stages/10-services/")
    sign_up(page)

    page.get_by_role("button", name="Ask for a job, and follow it").click()

    expect(page.locator("#trail-told")).to_contain_text("Every step bears trail-", timeout=20_000)
    for kind in ("requested", "succeeded"):
        expect(page.locator("#steps")).to_contain_text(f"jobs.job.{kind}")
    page.get_by_text("as it travels").first.click()
    expect(page.locator("#steps .json").first).to_contain_text('"specversion": "1.0"')
    visit.looks_right("10-services-trail")
