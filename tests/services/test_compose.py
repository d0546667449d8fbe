"""The services as containers: the file is what the registry makes, and says nothing twice."""

import subprocess

import pytest
import yaml

from backend_practice.registry import PARTS, SERVICES
from backend_practice.services.compose import compose_file
from tests.environment import ROOT

pytestmark = pytest.mark.once

PATH = ROOT / "deploy" / "services" / "compose.yaml"


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load(PATH.read_text())


def test_the_file_is_what_the_registry_makes():
    assert PATH.read_text() == compose_file(), "manage.py compose_config makes it anew"


def test_each_service_runs_with_its_own_name_and_database(compose):
    for name in PARTS:
        variables = compose["services"][name]["environment"]
        assert variables["BACKEND_PRACTICE_SERVICE"] == name
        assert variables["DATABASE_URL"].endswith(f"{name}@postgresql:5432/{name}")
        assert (f"{name}-jobs" in compose["services"]) == SERVICES[name].has_events


def test_no_service_is_given_anothers_secrets(compose):
    for name in PARTS:
        for secret in compose["services"][name]["secrets"]:
            theirs = secret.partition("_")[0]
            assert theirs == name or (name == "accounts" and theirs not in PARTS), secret


def test_whatever_is_named_is_there(compose):
    for name, service in compose["services"].items():
        assert set(service.get("depends_on", {})) <= set(compose["services"]), name
        assert set(service.get("secrets", ())) <= set(compose["secrets"]), name
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            assert source.startswith("./") or source in compose["volumes"], name


@pytest.mark.parametrize("script", ["databases.sh", "secrets.sh"])
def test_the_scripts_can_be_read(script):
    checked = subprocess.run(["sh", "-n", PATH.parent / script], capture_output=True, text=True)

    assert checked.returncode == 0, checked.stderr
