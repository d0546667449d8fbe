"""`deploy/compose.yaml`: well formed, and started in an order in which each finds what it needs."""

import pytest

from tests.deploy.recipes import DEPLOY, compose
from tests.environment import ROOT

pytestmark = pytest.mark.once

# Of the Compose Specification: what a service may say, as far as this site needs it.
KNOWN = {
    *("build", "cap_drop", "command", "depends_on", "entrypoint", "environment", "healthcheck"),
    *("hostname", "image", "ports", "read_only", "restart", "secrets", "security_opt"),
    *("stop_grace_period", "tmpfs", "volumes"),
}
OURS = {"web", "worker", "beat", "relay", "consumer", "prepare"}
SERVICES = compose()["services"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_says_nothing_unknown(name):
    assert set(SERVICES[name]) - KNOWN == set()


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_starts_when_what_it_needs_is_ready(name):
    for needed, how in SERVICES[name].get("depends_on", {}).items():
        if how["condition"] == "service_healthy":
            assert needed == "web" or SERVICES[needed]["healthcheck"]["test"]
        else:
            assert how["condition"] == "service_completed_successfully"
            assert SERVICES[needed]["restart"] == "no"


@pytest.mark.parametrize("name", SERVICES)
def test_whatever_a_service_names_is_there(name):
    service, whole = SERVICES[name], compose()

    assert set(service.get("secrets", [])) <= set(whole["secrets"])
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        assert source in whole["volumes"] or (DEPLOY / source).is_file()
    if "build" in service:
        assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()


@pytest.mark.parametrize("name", OURS)
def test_the_site_may_write_only_where_it_must(name):
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["volumes"] == ["data:/data"]


@pytest.mark.parametrize("name", set(SERVICES) - OURS)
def test_an_image_of_others_is_one_version(name):
    assert SERVICES[name]["image"].count(":") == 1
    assert "latest" not in SERVICES[name]["image"]


def test_nothing_but_the_proxy_can_be_reached_and_only_from_this_machine():
    ports = {name: service.get("ports", []) for name, service in SERVICES.items()}

    assert ports.pop("proxy") == ["127.0.0.1:8080:8080"]
    assert not any(ports.values())


def test_secrets_are_files_that_git_does_not_keep():
    ignored = (ROOT / ".gitignore").read_text().splitlines()

    assert all(each["file"].startswith("./secrets/") for each in compose()["secrets"].values())
    assert "deploy/secrets/" in ignored
