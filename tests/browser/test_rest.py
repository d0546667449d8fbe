"""Stage 3 in a browser: find, add once, change without undoing another's change."""

from playwright.sync_api import expect

from tests.browser.people import sign_up


def test_books_are_found_while_one_types(visit):
    page = visit.goto("/stages/3-rest/")
    expect(page.locator("#books li")).to_have_count(8)

    page.get_by_label("Search the books").press_sequentially("BRONTE", delay=20)

    expect(page.locator("#books li").first).to_contain_text("Brontë")


def test_a_search_without_a_match_says_what_to_try(visit):
    page = visit.goto("/stages/3-rest/")

    page.get_by_label("Search the books").fill("zzz qqq")

    expect(page.locator("#books .empty")).to_contain_text("No book has all of these words")


def test_a_filter_that_makes_no_sense_is_told_at_its_field(visit):
    page = visit.goto("/stages/3-rest/")

    page.get_by_label("From the year").fill("long ago")

    expect(page.locator("#published_from-error")).to_contain_text("/published_from")


def test_a_book_is_added_once_edited_in_two_tabs_and_deleted(visit):
    page = visit.goto("/stages/3-rest/")
    sign_up(page)
    page.get_by_role("button", name="Add it").click()
    expect(page.locator("#added")).to_contain_text("Created")

    page.get_by_role("button", name="Send the same again").click()
    expect(page.locator("#added")).to_contain_text("There is still one")
    page.get_by_role("button", name="The same key, another title").click()
    expect(page.locator("#added")).to_contain_text("422")

    left, right = (page.locator(f"[data-tab={side}]") for side in ("left", "right"))
    left.get_by_label("Title").fill("The left title")
    left.get_by_role("button", name="Save").click()
    expect(left).to_contain_text("Saved")
    right.get_by_role("button", name="Has it changed?").click()
    expect(right).to_contain_text("200: yes")
    right.get_by_label("Title").fill("The right title")
    right.get_by_role("button", name="Save", exact=True).click()
    expect(right).to_contain_text("412")
    expect(right.locator("q").first).to_have_text("The left title")
    visit.looks_right("3-rest-conflict")

    right.get_by_role("button", name="Save mine over it").click()
    expect(right).to_contain_text("Saved")
    page.get_by_role("button", name="Delete the book").click()
    expect(page.locator("#tabs")).to_contain_text("It is gone")


def test_what_is_wrong_with_a_book_is_told_at_its_field(visit):
    page = visit.goto("/stages/3-rest/")
    sign_up(page)

    page.get_by_label("ISBN, or nothing").fill("123")
    page.get_by_role("button", name="Add it").click()

    expect(page.locator("#isbn")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#isbn-error")).to_contain_text("/isbn")
