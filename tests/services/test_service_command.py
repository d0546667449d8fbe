"""`manage.py service`: what it says where it can do nothing."""

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.once


def test_an_unknown_service_is_told_with_the_known_ones():
    with pytest.raises(CommandError, match="library is no service: web, accounts, books"):
        call_command("service", "stop", "library")


def test_a_site_that_never_ran_has_nothing_to_stop(settings, tmp_path):
    settings.DATA_DIR = tmp_path

    with pytest.raises(CommandError, match="`make services` starts the services"):
        call_command("service", "stop", "books")


def test_one_that_does_not_stop_is_an_error(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    (tmp_path / "services" / "books").mkdir(parents=True)
    monkeypatch.setattr("backend_practice.management.commands.service.SECONDS_TO_STOP", 0)
    monkeypatch.setattr(
        "backend_practice.management.commands.service.is_silent", lambda name: False
    )

    with pytest.raises(CommandError, match="books still listens"):
        call_command("service", "stop", "books")
