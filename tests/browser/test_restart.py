"""The site is killed and started again while pages are open: they wait, and nothing is lost."""

import re
import uuid

import pytest
from playwright.sync_api import expect

from tests.browser.mortal import MortalSite
from tests.browser.people import sign_up

MEANWHILE = re.compile("ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET")
TO_COME_BACK = 30_000  # milliseconds


@pytest.fixture
def mortal_site(site_variables, tmp_path):
    site = MortalSite(tmp_path, site_variables)
    site.start()
    yield site
    site.kill()


def forgive(visit):
    """What the browser says of a site that is not there."""
    visit.faults[:] = [fault for fault in visit.faults if not MEANWHILE.search(fault)]


def test_what_was_written_is_there_and_a_conversation_goes_on(new_visit, mortal_site):
    visit = new_visit(mortal_site.url)
    page = visit.goto("/stages/5-database/")
    sign_up(page)
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator("#restart-state")).to_have_text("running: stop it now")
    chat = visit.another("/stages/9-real-time/")
    chat.get_by_label("Room", exact=True).fill(f"room-{uuid.uuid4().hex[:8]}")
    chat.get_by_role("button", name="Open both windows").click()
    left, right = (chat.locator(f"[data-window={side}]") for side in ("left", "right"))
    for window in (left, right):
        expect(window.locator(".state")).to_have_text("here", timeout=15_000)

    mortal_site.kill()
    expect(page.locator("#restart-state")).to_have_text("away: start it again")
    left.get_by_placeholder("Say something").fill("said to nobody")
    left.get_by_role("button", name="Send", exact=True).click()
    mortal_site.start()

    expect(page.locator("#restart-told")).to_contain_text("still there", timeout=TO_COME_BACK)
    expect(right.locator(".messages")).to_contain_text("said to nobody", timeout=TO_COME_BACK)
    expect(left.locator(".messages .waiting")).to_have_count(0)
    forgive(visit)
