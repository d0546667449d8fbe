"""A process with a wrong environment does not start, and says which variable is wrong."""

import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.environment import ROOT, pristine_environment
from tests.project.settings_reader import settings_with

WRONG_VALUES = [
    ("BACKEND_PRACTICE_SERVICE", "kitchen"),
    ("DATABASE_URL", "mysql://host/books"),
    ("DEBUG", "maybe"),
    ("ENVIRONMENT", "staging"),
    ("FILES_AT_ONCE_A_USER", "0"),
    ("HTTP_THREADS", "0"),
    ("HTTP_THREADS", "many"),
    ("IDEMPOTENCY_HOURS", "0"),
    ("LOG_FORMAT", "xml"),
    ("LOG_LEVEL", "LOUD"),
    ("MAX_BODY_BYTES", "-1"),
    ("MAX_BODY_BYTES", "1 MiB"),
    ("MAX_JSON_DEPTH", "1000000"),
    ("REDIS_URL", "127.0.0.1:6379"),
    ("REQUESTS_PER_MINUTE_ADDRESS", "0"),
    ("REQUESTS_PER_MINUTE_USER", "1e3"),
    ("SECURE_HSTS_INCLUDE_SUBDOMAINS", "2"),
    ("SECURE_HSTS_SECONDS", "²"),
    ("SECURE_SSL_REDIRECT", "off course"),
    ("SITE_URL", "books.example.com"),
    ("TRUSTED_PROXIES", "10.0.0.1/8"),
    ("TRUSTED_PROXIES", "localhost"),
    ("UPLOAD_TYPES", "image/png,image/svg+xml"),
    ("UPLOAD_TYPES", "png"),
    ("UPLOAD_TYPES", ","),
]


@pytest.mark.parametrize(("variable", "value"), WRONG_VALUES)
def test_a_wrong_value_stops_the_start_with_the_variables_name(variable, value):
    with pytest.raises(ImproperlyConfigured, match=f"^{variable}: "):
        settings_with(**{variable: value})


def test_an_unknown_service_is_answered_with_the_known_ones():
    with pytest.raises(ImproperlyConfigured, match="known are all, web, accounts, books"):
        settings_with(BACKEND_PRACTICE_SERVICE="kitchen")


def test_an_unknown_type_of_upload_is_answered_with_the_known_ones():
    with pytest.raises(ImproperlyConfigured, match=r"'text/html'; known are image/png, .*webm\.$"):
        settings_with(UPLOAD_TYPES="image/png,text/html")


def test_a_data_directory_that_cannot_be_made_stops_the_start(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(ImproperlyConfigured, match=r"^DATA_DIR: "):
        settings_with(DATA_DIR=str(tmp_path / "file" / "below"))


def test_a_command_ends_with_the_reason_and_no_traceback(tmp_path):
    environment = pristine_environment(DATA_DIR=str(tmp_path), DEBUG="maybe")

    process = subprocess.run(
        [sys.executable, "manage.py", "prepare"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
    )

    assert process.returncode == 1
    assert process.stderr == "DEBUG: expected true or false, got 'maybe'.\n"
