"""The site keeps its own contract, embedded: every check of its stages, none left out."""

import pytest

pytestmark = pytest.mark.once


def test_the_embedded_site_passes_every_check(own_site, check, restarting):
    restarting(own_site)

    code, checks = check(own_site.url, "--stage", "1-8", "--level", "full", "--keep-going")

    assert {name: told for name, told in checks.items() if told["state"] != "passed"} == {}
    assert code == 0
