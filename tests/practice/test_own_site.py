"""The site keeps its own contract, embedded: every check of every stage that it has."""

from importlib.util import find_spec

import pytest

from backend_practice.registry import SERVICES
from tests.contract.stages import STAGES

pytestmark = pytest.mark.once
# Whether a service can be stopped is shown where there are services.
NEEDS_SERVICES = {"services-stop-and-come-back"}


def stages_that_are_there():
    """Their numbers, as the command takes them."""
    absent = set()
    if "chat" not in SERVICES["all"].apps:
        absent |= {9, 10}
    if find_spec("backend_practice.services.overview") is None:
        absent.add(10)
    return ",".join(str(stage.number) for stage in STAGES if stage.number not in absent)


def test_the_embedded_site_passes_every_check(own_site, check, restarting):
    restarting(own_site)
    stages = stages_that_are_there()

    code, checks = check(own_site.url, "--stage", stages, "--level", "full", "--keep-going")

    not_passed = {name: told for name, told in checks.items() if told["state"] != "passed"}
    skipped = {name for name, told in not_passed.items() if told["state"] == "skipped"}
    assert {name: not_passed[name] for name in set(not_passed) - skipped} == {}
    assert skipped <= NEEDS_SERVICES
    assert code == 0
