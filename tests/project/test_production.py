"""Production starts with its secrets or not at all, and never on a development default."""

import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.environment import ROOT, pristine_environment
from tests.project.settings_reader import PRODUCTION, settings_with

NEEDED = ["SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "DATABASE_URL"]


@pytest.mark.parametrize("name", NEEDED)
def test_production_refuses_to_start_without(name):
    environment = {key: value for key, value in PRODUCTION.items() if key != name}

    with pytest.raises(ImproperlyConfigured, match=f"Production needs {name}: "):
        settings_with(**environment)


@pytest.mark.parametrize("name", ["ALLOWED_HOSTS", "SITE_URL", "DATABASE_URL"])
def test_a_file_does_not_stand_in_for_what_is_no_secret(name, tmp_path):
    (tmp_path / "value").write_text(PRODUCTION[name])
    environment = {**PRODUCTION, name: "", f"{name}_FILE": str(tmp_path / "value")}

    with pytest.raises(ImproperlyConfigured, match=f"Production needs {name}: "):
        settings_with(**environment)


def test_production_names_everything_that_is_missing_at_once():
    with pytest.raises(ImproperlyConfigured) as raised:
        settings_with(ENVIRONMENT="production")

    assert all(name in str(raised.value) for name in NEEDED)


def test_production_makes_no_secret_key_of_its_own(tmp_path):
    settings_with(**PRODUCTION, DATA_DIR=str(tmp_path))

    assert not (tmp_path / "secret_key").exists()


def test_production_takes_its_secret_key_from_a_file(tmp_path):
    (tmp_path / "key").write_text(PRODUCTION["SECRET_KEY"] + "\n")
    environment = {**PRODUCTION, "SECRET_KEY": "", "SECRET_KEY_FILE": str(tmp_path / "key")}

    settings = settings_with(**environment)

    assert settings["SECRET_KEY"] == PRODUCTION["SECRET_KEY"]


def test_production_writes_json_lines():
    settings = settings_with(**PRODUCTION)

    assert settings["LOGGING"]["handlers"]["console"]["formatter"] == "json"


def test_an_https_site_keeps_to_https():
    settings = settings_with(**PRODUCTION)

    assert settings["SECURE_SSL_REDIRECT"] is True
    assert settings["SECURE_HSTS_SECONDS"] == 31_536_000
    assert settings["SESSION_COOKIE_SECURE"] is settings["CSRF_COOKIE_SECURE"] is True


def deployment_check(directory, **variables):
    environment = pristine_environment(**{**PRODUCTION, **variables}, DATA_DIR=str(directory))
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("site_url", ["https://books.example.com", "http://localhost:8080"])
def test_the_deployment_check_has_nothing_to_say(tmp_path, site_url):
    process = deployment_check(tmp_path, SITE_URL=site_url)

    assert process.returncode == 0, process.stderr


def test_the_deployment_check_misses_tls_anywhere_but_on_this_machine(tmp_path):
    process = deployment_check(tmp_path, SITE_URL="http://books.example.com")

    assert process.returncode == 1
    assert "security.W008" in process.stderr


def test_production_refuses_to_show_its_inside():
    with pytest.raises(ImproperlyConfigured, match="DEBUG: "):
        settings_with(**PRODUCTION, DEBUG="true")
