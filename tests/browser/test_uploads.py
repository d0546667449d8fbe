"""Stage 6 in the browser: send, cut, resume, look at what is there, and be refused."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.people import sign_up
from tests.browser.test_frame import seen

SEEN = re.compile("seen")
TEXT = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Back End Practice\n" * 60_000}


def say(page, name):
    page.get_by_role("button", name=name, exact=True).click()


@pytest.fixture
def page(visit):
    """The page, signed in."""
    page = visit.goto("/stages/6-uploads/")
    sign_up(page)
    expect(page.locator("#own .empty")).to_contain_text("No file yet")
    return page


def state_of(page):
    return page.locator("#transfers .transfer .state").first


def test_a_picture_gets_a_small_copy_by_itself(page, visit):
    page.get_by_label("as over a slow line").uncheck()
    say(page, "Take a picture that is painted here")
    expect(state_of(page)).to_have_text("stored", timeout=20_000)

    expect(page.locator("#own .preview img")).to_be_visible(timeout=30_000)
    say(page, "First 16 bytes: landscape.png")

    expect(page.locator("#own .hex")).to_contain_text("PNG")
    expect(page.locator("#room-text")).to_contain_text("MiB of 1.0 GiB used")
    for goal in ("thumbnail", "part"):
        expect(seen(page, goal)).to_have_class(SEEN)
    visit.looks_right("6-uploads-in-use")


def test_an_upload_that_is_cut_goes_on_where_it_was(page):
    page.locator("#file").set_input_files(TEXT)
    expect(page.locator("#transfers small").last).to_contain_text("KiB of")

    say(page, "Cut the network")
    expect(state_of(page)).to_contain_text("cut off")
    say(page, "Mend the network")

    expect(state_of(page)).to_have_text("stored", timeout=20_000)
    expect(page.locator("#own .upload")).to_contain_text("1.0 MiB · text/plain")
    expect(seen(page, "resumed")).to_have_class(SEEN)


def test_an_upload_goes_on_after_a_reload(page):
    page.locator("#file").set_input_files(TEXT)
    expect(page.locator("#transfers small").last).to_contain_text("KiB of")

    page.reload()

    expect(state_of(page)).to_have_text("stored", timeout=20_000)
    expect(page.locator("#own .upload")).to_have_count(1)


def test_a_file_goes_by_form_and_by_signed_address_and_is_deleted(page):
    small = {**TEXT, "buffer": b"a few words"}
    for way, goal in (("as a form", "form"), ("to a signed address", "direct")):
        page.get_by_label(re.compile(way)).check()
        page.locator("#file").set_input_files(small)
        expect(seen(page, goal)).to_have_class(SEEN)
    expect(page.locator("#own .upload")).to_have_count(2)

    page.get_by_role("button", name="Delete: notes.txt").first.click()

    expect(page.locator("#own .upload")).to_have_count(1)


def test_what_is_not_taken_says_why(page):
    notice = page.locator("#refused-notice")

    say(page, "POST a web page called holiday.png")
    expect(notice).to_contain_text("415")
    say(page, "POST 400 megapixels in 100 bytes")
    expect(notice).to_contain_text("413")
    say(page, "POST one byte more than is allowed")
    expect(notice).to_contain_text("104,857,600")
    say(page, "POST announce a picture that is HTML")
    expect(notice).to_contain_text("/content_type")
