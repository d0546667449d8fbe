"""Stage 9 in a browser: two windows on one room, and what a lost connection does not lose."""

import re
import uuid

import pytest
from playwright.sync_api import expect

from tests.browser.people import sign_up


@pytest.fixture
def windows(visit):
    """A page with both windows open, and the windows."""
    page = visit.goto("/stages/9-real-time/")
    sign_up(page)
    page.get_by_label("Room", exact=True).fill(f"room-{uuid.uuid4().hex[:8]}")
    page.get_by_role("button", name="Open both windows").click()
    left, right = (page.locator(f"[data-window={side}]") for side in ("left", "right"))
    for window in (left, right):
        expect(window.locator(".state")).to_have_text("here", timeout=15_000)
    return page, left, right


def write(window, text):
    window.get_by_placeholder("Say something").fill(text)
    window.get_by_role("button", name="Send", exact=True).click()


def seen(page, key):
    expect(page.locator(f"[data-goal={key}]")).to_have_class(re.compile("seen"))


def test_what_one_says_both_read_and_both_are_there(visit, windows):
    page, left, right = windows

    write(left, "Is anybody here?")
    write(right, "Yes, I am.")

    for window in (left, right):
        expect(window.locator(".messages")).to_contain_text("Is anybody here?")
        expect(window.locator(".messages")).to_contain_text("Yes, I am.")
        expect(window.locator(".people")).to_contain_text("Second reader")
    seen(page, "both")
    seen(page, "present")
    visit.looks_right("9-real-time-windows")


def test_who_comes_back_has_missed_nothing(windows):
    page, left, right = windows
    write(left, "before")
    expect(right.locator(".messages")).to_contain_text("before")

    right.get_by_role("button", name="Lose the connection").click()
    for text in ("one", "two", "three"):
        write(left, text)
    expect(left.locator(".messages .waiting")).to_have_count(0)
    expect(right.locator(".messages")).not_to_contain_text("three")
    right.get_by_role("button", name="Come back").click()

    expect(right.locator(".notice")).to_contain_text("caught up: 3 missed")
    expect(right.locator(".messages li .text")).to_have_text(
        left.locator(".messages li .text").all_text_contents()
    )
    seen(page, "caught-up")


def test_what_is_said_while_away_is_sent_once_the_connection_is_back(windows):
    _, left, right = windows
    left.get_by_role("button", name="Lose the connection").click()

    write(left, "said in the tunnel")
    expect(left.locator(".waiting")).to_contain_text("said in the tunnel")
    left.get_by_role("button", name="Come back").click()

    expect(right.locator(".messages")).to_contain_text("said in the tunnel")
    expect(left.locator(".messages .waiting")).to_have_count(0)


def test_a_message_sent_twice_is_stored_once_and_nonsense_is_answered(windows):
    page, left, right = windows
    write(left, "only once")
    expect(right.get_by_text("only once")).to_be_visible()

    left.get_by_role("button", name="Send the last again").click()
    seen(page, "once")
    left.get_by_role("button", name="Send nonsense").click()
    seen(page, "refused")

    expect(left.locator(".notice")).to_contain_text("unknown_type")
    expect(left.locator(".state")).to_have_text("here")
    expect(right.get_by_text("only once")).to_have_count(1)
