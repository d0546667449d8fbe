"""`.env.example` lists every variable that is read, and no other."""

import re

from tests.environment import ABSENT_WHEN_UNSET, ROOT, VARIABLES
from tests.project.settings_reader import PRODUCTION, settings_with

EXAMPLE = (ROOT / ".env.example").read_text()
OVERRIDE = re.compile(r"^#([A-Z][A-Z0-9_]*)=(.+)$", re.MULTILINE)


def variables_read() -> set[str]:
    """By the settings in either mode, and by the library that adds up metrics."""
    modes = [settings_with(), settings_with(**PRODUCTION)]
    return set().union(*(mode["env"].names_read for mode in modes)) | ABSENT_WHEN_UNSET


def test_every_variable_that_is_read_stands_in_the_example():
    assert variables_read() - VARIABLES == set()


def test_the_example_invents_no_variable():
    assert VARIABLES - variables_read() == set()


def test_the_example_copied_as_it_is_changes_nothing():
    assert [line for line in EXAMPLE.splitlines() if line and not line.startswith("#")] == []


def test_the_defaults_in_the_example_are_the_sites_own():
    defaults = dict(OVERRIDE.findall(EXAMPLE))
    del defaults["DATA_DIR"]  # relative to manage.py; the tests have one of their own

    as_in_the_example, unset = settings_with(**defaults), settings_with()

    assert plain(as_in_the_example) == plain(unset)


def plain(settings: dict) -> dict:
    """The settings themselves, without what the module imports and holds besides."""
    return {name: value for name, value in settings.items() if name.isupper()}
