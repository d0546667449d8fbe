"""Stage 5 in a browser: a race with one winner, queries that do not grow, a restart survived."""

import re

from playwright.sync_api import expect

from tests.browser.people import sign_up


def test_of_eight_requests_at_once_one_creates_and_seven_are_refused(visit):
    page = visit.goto("/stages/5-database/")
    sign_up(page)

    page.get_by_role("button", name="Send all eight at once").click()

    expect(page.locator("#race-told")).to_contain_text("1 created, 7 refused with 409")
    expect(page.locator("[data-goal=race]")).to_have_class(re.compile("seen"))


def test_a_hundred_books_take_as_many_queries_as_one(visit):
    page = visit.goto("/stages/5-database/")

    page.get_by_role("button", name="GET 1 book", exact=True).click()
    page.get_by_role("button", name="GET 100 books").click()

    expect(page.locator("[data-goal=steady]")).to_have_class(re.compile("seen"))
    expect(page.locator("#timings tr")).to_have_count(2)
    visit.looks_right("5-database-queries")
