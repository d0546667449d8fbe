"""Stage 4 in the browser: come in, look inside, end a session, catch a thief, forget a password."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_frame import seen

SEEN = re.compile("seen")
NEW_PASSWORD = "a new password of nine words, or of eight"


def say(page, name):
    page.get_by_role("button", name=name, exact=True).click()


@pytest.fixture
def page(visit):
    """The page, logged in with an account of its own."""
    page = visit.goto("/stages/4-authentication/")
    say(page, "Sign up")
    expect(page.locator("#sign-up .notice")).to_contain_text("Now log in")
    say(page, "Log in")
    expect(page.locator("#log-in .notice")).to_contain_text("You are in")
    return page


def log_the_device_in(page):
    say(page, "Log in on the device")
    expect(page.locator("#device-tokens li")).to_have_count(1)


def test_a_token_is_looked_into_verified_and_cannot_be_changed(page):
    expect(page.locator("#token .claims dt", has_text="sub")).to_be_visible()
    notice = page.locator("#token-notice")

    say(page, "GET the public keys, and verify it here")
    expect(notice).to_contain_text("The signature holds")

    say(page, 'GET with "staff": true written into it')
    expect(notice).to_contain_text("the signature does not hold. The site answers 401")
    expect(seen(page, "looked-inside")).to_have_class(SEEN)


def test_a_session_that_is_ended_here_is_over_on_the_other_device(page):
    log_the_device_in(page)
    sessions = page.locator("#sessions .session")
    expect(sessions).to_have_count(2)

    say(page, "End The second device")

    expect(page.locator("#device-notice")).to_contain_text("Its session was ended")
    expect(sessions).to_have_count(1)
    expect(seen(page, "ended")).to_have_class(SEEN)


def test_a_refresh_token_used_again_ends_its_session(page, visit):
    log_the_device_in(page)
    for count in (2, 3):
        say(page, "Renew")
        expect(page.locator("#device-tokens li")).to_have_count(count)

    page.locator("#device-tokens li", has_text="No. 1").get_by_role("button").click()

    expect(page.locator("#device-notice")).to_contain_text("No. 1 was used a second time")
    expect(page.locator("#device-state")).to_have_text("ended")
    expect(page.locator("#sessions .session")).to_have_count(1)
    expect(seen(page, "reused")).to_have_class(SEEN)
    visit.looks_right("4-authentication-in-use")


def test_a_forgotten_password_is_set_anew_by_a_code_from_the_mailbox(page):
    log_the_device_in(page)

    say(page, "Send me a code")
    expect(page.locator("#mail")).to_contain_text("somebody, we hope you", timeout=30_000)
    expect(page.locator("#confirm-code")).not_to_have_value("")
    page.locator("#confirm-new").fill(NEW_PASSWORD)
    say(page, "Set it")

    expect(page.locator("#confirm .notice")).to_contain_text("Every session has ended")
    expect(page.locator("#device-state")).to_have_text("ended")
    expect(page.locator(".reader")).to_contain_text("Your session has ended")


def test_changing_the_password_names_the_field_that_is_wrong_and_keeps_this_page(page):
    log_the_device_in(page)
    page.locator("#change-current").fill("not this one")
    page.locator("#change-new").fill(NEW_PASSWORD)
    say(page, "Change it")
    expect(page.locator("#change-current-error")).to_contain_text("/current_password")

    page.locator("#change-current").fill(page.locator("#sign-up-password").input_value())
    say(page, "Change it")

    expect(page.locator("#change .notice")).to_contain_text("This page stays logged in")
    expect(page.locator("#device-state")).to_have_text("ended")
    expect(page.locator("#sessions .session")).to_have_count(1)


def test_a_stranger_reads_the_same_twice_and_is_stopped(visit):
    page = visit.goto("/stages/4-authentication/")

    say(page, "POST a wrong password, then an unknown e-mail")
    answers = page.locator("#refusals tbody tr")
    expect(answers).to_have_count(2)
    first, second = (row.locator("td").all_inner_texts()[:2] for row in answers.all())
    assert first == second
    assert first[0] == "401"

    say(page, "POST one wrong password after another")
    expect(page.locator("#refusals-notice")).to_contain_text("Retry-After")
    expect(page.locator("#tries li").last).to_have_text("429")
