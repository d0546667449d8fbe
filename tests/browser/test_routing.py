"""Stage 7 in a browser: down the routes, every problem, ids, and where the time went."""

import re

from playwright.sync_api import expect

from tests.browser.people import sign_up


def test_a_review_is_found_under_its_book_and_under_no_other(visit):
    page = visit.goto("/stages/7-routing/")
    sign_up(page)

    page.locator("#choices .send").first.click()
    expect(page.locator("#way-down")).to_contain_text("books/")
    page.locator("#choices .send").first.click()
    page.get_by_role("button", name="Write one").click()

    expect(page.locator("#nested-told")).to_contain_text("it is a 404, though both exist")


def test_every_problem_that_can_be_provoked_is_the_one_announced(visit):
    page = visit.goto("/stages/7-routing/")
    sign_up(page)

    page.get_by_role("button", name="Provoke them all").click()

    expect(page.locator("#gallery-told")).to_contain_text("the same members", timeout=30_000)
    expect(page.locator("#provoked")).to_have_text("15 of 15")
    expect(page.locator("[data-goal=problems]")).to_have_class(re.compile("seen"))
    visit.looks_right("7-routing-gallery")


def test_a_request_id_comes_back(visit):
    page = visit.goto("/stages/7-routing/")

    page.get_by_role("button", name="Send it along").click()
    expect(page.locator("#trail-told")).to_contain_text("It came back")

    page.locator("#request-id").fill("short")
    page.get_by_role("button", name="Send it along").click()
    expect(page.locator("#trail-told")).to_contain_text("Not taken")
    expect(page.locator("#bars li").first).to_contain_text("ms waited")
