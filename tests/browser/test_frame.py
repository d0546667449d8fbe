"""What the page of every stage has: the wire, a request of one's own, the reader, the text."""

import re

import pytest
from playwright.sync_api import expect

from hello.stages import STAGES


def seen(page, key):
    """The goal with this key."""
    return page.locator(f'[data-goal="{key}"]')


def test_the_wire_shows_a_request_and_its_answer_as_they_went(visit):
    page = visit.goto("/stages/1-hello/")

    page.get_by_role("button", name="POST a method it does not take").click()

    wire = page.locator(".exchange[open]")
    expect(wire.locator(".asked")).to_contain_text("POST /hello/")
    expect(wire.locator(".answered")).to_contain_text("405 Method Not Allowed")
    expect(wire.locator(".answered")).to_contain_text("allow: GET, HEAD")
    expect(wire.locator("> summary")).to_contain_text(re.compile(r"405 · \d+ ms"))
    expect(seen(page, "refusal")).to_have_class(re.compile("seen"))


def test_a_request_is_copied_as_a_curl_that_does_the_same(visit):
    page = visit.goto("/stages/2-static-files/")

    page.get_by_role("button", name="GET the first 8 bytes").click()
    page.get_by_role("button", name="Copy as curl").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()

    command = page.evaluate("navigator.clipboard.readText()")
    assert command.startswith("curl -i")
    assert "-H 'Range: bytes=0-7'" in command
    assert command.endswith(f"'{visit.site}/site/postcard.png'")


def test_any_request_can_be_written_by_hand_or_changed_and_sent_again(visit):
    page = visit.goto("/stages/1-hello/")
    page.get_by_role("button", name="GET /hello/", exact=True).click()

    page.get_by_role("button", name="Change and send again").click()
    page.get_by_label("Address").fill("/hello/Grace/")
    page.get_by_role("button", name="Send", exact=True).click()

    expect(page.locator(".exchange[open] .answered")).to_contain_text("Hello, Grace!")


def test_what_was_seen_is_remembered(visit):
    page = visit.goto("/stages/1-hello/")
    page.get_by_role("button", name="HEAD the same without a body").click()
    expect(seen(page, "head")).to_have_class(re.compile("seen"))

    page.reload()

    expect(seen(page, "head")).to_have_class(re.compile("seen"))
    expect(page.locator("[data-goal-count]")).to_have_text("1 of 5")


def test_a_reader_signs_up_is_remembered_and_logs_out(visit):
    page = visit.goto("/stages/3-rest/")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Sign up and log in").click()
    expect(page.locator(".reader")).to_contain_text("@example.com")

    page.goto(f"{visit.site}/stages/1-hello/")
    expect(page.locator(".reader")).to_contain_text("@example.com")

    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def test_a_refused_sign_up_names_the_field(visit):
    page = visit.goto("/stages/3-rest/")
    page.get_by_role("button", name="Sign in").click()

    page.get_by_label("Password").first.fill("password")
    page.get_by_role("button", name="Sign up and log in").click()

    expect(page.locator("#new-password")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#new-password-error")).to_contain_text("/password")
    visit.looks_right("sign-in-refused")


def test_a_lost_connection_is_said_and_nothing_breaks(visit):
    page = visit.goto("/stages/1-hello/")
    page.context.set_offline(True)

    page.get_by_role("button", name="Greet", exact=True).click()

    expect(page.locator(".greeting")).to_contain_text("No answer came")
    expect(page.locator(".offline-bar")).to_contain_text("offline")
    page.context.set_offline(False)
    expect(page.locator(".offline-bar")).to_be_hidden()
    visit.faults[:] = [fault for fault in visit.faults if "ERR_INTERNET_DISCONNECTED" not in fault]


def test_source_is_shown_where_a_text_tells_to_read_it(visit):
    page = visit.goto("/stages/1-hello/")

    page.get_by_role("link", name="hello/views.py").click()

    expect(page.get_by_role("heading", name="hello/views.py")).to_be_visible()
    expect(page.locator("#L1")).to_contain_text("The first answer of the site")


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.slug)
def test_the_page_of_a_stage_looks_right(visit, stage):
    page = visit.goto(stage.path)

    expect(page.get_by_role("heading", level=1)).to_contain_text(stage.name)
    visit.looks_right(stage.slug)


@pytest.mark.parametrize("path", ["/", "/problems/", "/source/hello/views.py"])
def test_the_other_pages_look_right(visit, path):
    visit.goto(path)

    visit.looks_right(path.strip("/").replace("/", "-") or "home")
