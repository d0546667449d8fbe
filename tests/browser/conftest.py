"""One site and one browser for every page: each test opens tabs of its own."""

import asyncio
import shutil

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.visits import AXE, Visit
from tests.processes import manage, running_site
from tests.servers import missing_server

MILLISECONDS_TO_WAIT = 20_000  # for what is there at once, unless the machine has much else to do
expect.set_options(timeout=MILLISECONDS_TO_WAIT)


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.once)


@pytest.fixture(scope="session")
def site_variables(tmp_path_factory):
    """The environment of a site as `make run` starts it, with data of its own."""
    data = tmp_path_factory.mktemp("browsed")
    variables = {
        "DATA_DIR": str(data),
        "REQUESTS_PER_MINUTE_ADDRESS": "100000",
        "REQUESTS_PER_MINUTE_USER": "100000",
    }
    manage("prepare", **variables)
    manage("collectstatic", "--no-input", **variables)
    return variables


@pytest.fixture(scope="session")
def site(site_variables, tmp_path_factory):
    log = tmp_path_factory.mktemp("log") / "site.log"
    with running_site(log, **site_variables) as url:
        yield url


@pytest.fixture(scope="session")
def chromium():
    """Debian's Chromium, with its event loop put away between tests.

    Playwright's loop stays the thread's running one for as long as it is
    started, and Django refuses its ORM where a loop runs.
    """
    program = shutil.which("chromium")
    if program is None:
        missing_server("Chromium is not installed: apt install chromium")
    if not AXE.exists():
        missing_server("axe-core is not installed: npm ci in tests/browser")
    with sync_playwright() as playwright:
        loop = asyncio.get_running_loop()
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        asyncio._set_running_loop(None)
        yield browser, loop
        asyncio._set_running_loop(loop)
        browser.close()


@pytest.fixture
def browser(chromium):
    """The browser, for as long as a test drives it."""
    browser, loop = chromium
    asyncio._set_running_loop(loop)
    yield browser
    asyncio._set_running_loop(None)


@pytest.fixture
def new_visit(browser, site):
    """`new_visit()` is a tab in a browser profile of its own; at the end none has done wrong."""
    visits, contexts = [], []

    def opened(url=site):
        context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
        context.set_default_timeout(MILLISECONDS_TO_WAIT)
        contexts.append(context)
        visits.append(Visit(context, url))
        return visits[-1]

    yield opened
    for context in contexts:
        context.close()
    assert [fault for visit in visits for fault in visit.faults] == []


@pytest.fixture
def visit(new_visit):
    return new_visit()
