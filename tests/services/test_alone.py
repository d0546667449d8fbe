"""Each service by itself: its own database, with no other's tables in it."""

import os
import subprocess
import sys

import pytest

from backend_practice.registry import PARTS, SERVICES
from tests.environment import ROOT
from tests.processes import manage

pytestmark = pytest.mark.once

LABELS = {"accounts.identity": "identity", "accounts.copies": "copies"}
OURS = {app for service in SERVICES.values() for app in service.installed} - {"hello"}
START = """
from django.core.management import call_command
from django.db import connection
call_command("check")
call_command("migrate", verbosity=0)
call_command("makemigrations", check=True, dry_run=True, verbosity=0)
print("TABLES", *connection.introspection.table_names())
"""


@pytest.mark.parametrize("service", PARTS)
def test_a_service_stands_alone(service, tmp_path):
    variables = {"BACKEND_PRACTICE_SERVICE": service, "DATA_DIR": str(tmp_path)}

    printed = manage("shell", "-v", "0", "-c", START, **variables)

    tables = printed.rpartition("TABLES ")[2].split()
    apps = {LABELS.get(app, app) for app in SERVICES[service].installed}
    others = {LABELS.get(app, app) for app in OURS} - apps
    assert "accounts_user" in tables
    assert [table for table in tables if table.partition("_")[0] in others] == []


def test_copies_of_users_hold_in_a_service_that_keeps_them():
    environment = {**os.environ, "TEST_SERVICE": "books", "PYTEST_XDIST_WORKER": ""}
    environment.pop("PYTEST_XDIST_WORKER")

    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/copies"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip

    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-2000:]
    assert "passed" in run.stdout
