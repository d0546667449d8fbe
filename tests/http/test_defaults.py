"""Where a project names no setting, the package has the site's own defaults."""

import pytest

from backend_practice.http.conf import DEFAULTS, setting
from tests.environment import ROOT


def documented_default(name):
    for line in (ROOT / ".env.example").read_text().splitlines():
        variable, _, value = line.removeprefix("#").partition("=")
        if variable == name:
            return value
    return None


@pytest.mark.parametrize("name", DEFAULTS)
def test_a_default_is_the_documented_one(name):
    documented = documented_default(name)

    if documented is None:
        assert name in {"API_PREFIX", "MULTIPART_OVERHEAD", "STREAMED_PATHS"}  # no variables
    else:
        assert str(DEFAULTS[name] or "") == documented


@pytest.mark.parametrize("name", DEFAULTS)
def test_the_setting_of_the_project_wins(settings, name):
    setattr(settings, name, "mine")

    assert setting(name) == "mine"


@pytest.mark.parametrize("name", DEFAULTS)
def test_without_one_there_is_the_default(settings, name):
    delattr(settings, name)

    assert setting(name) == DEFAULTS[name]
