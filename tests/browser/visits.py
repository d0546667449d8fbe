"""A page of the site in a real browser, and what must hold of every page there is."""

import re
from functools import cache
from urllib.parse import urlsplit

from tests.environment import ROOT

ARTEFACTS = ROOT / "test-artefacts" / "pages"
AXE = ROOT / "tests" / "browser" / "node_modules" / "axe-core" / "axe.min.js"
DESKTOP, PHONE, NARROW = (1280, 900), (390, 844), (320, 640)
# Chromium says this of every answer that is an error; on these pages they are sent on purpose.
ERROR_STATUS = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

RUN_AXE = """async rules => {
  const {violations} = await axe.run(document, {runOnly: rules});
  const places = nodes => nodes.slice(0, 3).map(n => `${n.target} ${n.failureSummary}`);
  return violations.map(v => `${v.id}: ${places(v.nodes).join(" | ")}`);
}"""

TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("main *")]
    .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
    .map(e => `${e.tagName} ${e.className} ${e.textContent.slice(0, 40)}`)"""


class Visit:
    """One reader's tabs: notes what a page must not do, and looks at it as others would."""

    def __init__(self, context, site):
        self.context, self.site = context, site
        self.faults = []
        self.page = self._tab()

    def goto(self, path):
        self.page.goto(f"{self.site}{path}")
        return self.page

    def another(self, path):
        """A second tab beside the first, of the same reader."""
        tab = self._tab()
        tab.goto(f"{self.site}{path}")
        return tab

    def _tab(self):
        tab = self.context.new_page()
        tab.on("console", self._hear)
        tab.on("pageerror", lambda error: self.faults.append(f"an error: {error}"))
        tab.on("request", self._see)
        return tab

    def _hear(self, message):
        if message.type in ("error", "warning") and not ERROR_STATUS.match(message.text):
            self.faults.append(f"in the console: {message.text}")

    def _see(self, request):
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and not request.url.startswith(
            self.site
        ):
            self.faults.append(f"a request to another host: {request.url}")

    def looks_right(self, name):
        """No violation and no overflow, in light and dark; pictures of it for people."""
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            self._picture(f"{name}-desktop-{scheme}", DESKTOP)
            violations = self.violations()
            assert not violations, violations
        self._picture(f"{name}-phone-dark", PHONE)
        self.page.emulate_media(color_scheme="light")
        self._picture(f"{name}-phone-light", PHONE)
        self.page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
        too_wide = self.page.evaluate(TOO_WIDE)
        assert not too_wide, too_wide
        self.page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})

    def _picture(self, name, size):
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        self.page.screenshot(path=ARTEFACTS / f"{name}.jpg", full_page=True, quality=70)

    def violations(self):
        """What axe-core finds: each rule that is broken, with the first places."""
        self.page.evaluate(axe_source())
        return list(self.page.evaluate(RUN_AXE, RULES))


@cache
def axe_source():
    return AXE.read_text(encoding="utf-8")
