"""The recipes for AWS, Azure and Heroku, as far as they can be checked without the clouds."""

import json
import re
import subprocess
import sys

import pytest

from tests.deploy.recipes import DEPLOY, app_json, azure, cloudformation, procfile
from tests.environment import ROOT

pytestmark = pytest.mark.once

PARTS = {"web", "worker", "beat", "relay", "consumer", "prepare"}
LINT = "from cfnlint.runner import main; main()"


def test_cloudformation_keeps_to_its_rules():
    done = subprocess.run(
        [sys.executable, "-c", LINT, "--regions", "eu-central-1", "--", "deploy/aws/site.yaml"],
        capture_output=True, text=True, cwd=ROOT, timeout=180,
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_aws_runs_every_part_of_the_site():
    resources = cloudformation()["Resources"]
    tasks = {
        each["Properties"]["ContainerDefinitions"][0]["Name"]: each["Properties"]
        for each in resources.values()
        if each["Type"] == "AWS::ECS::TaskDefinition"
    }

    assert set(tasks) == PARTS
    for task in tasks.values():
        assert task["ContainerDefinitions"][0]["ReadonlyRootFilesystem"] is True
    assert resources["Database"]["Properties"]["PubliclyAccessible"] is False
    assert all(resources["Uploads"]["Properties"]["PublicAccessBlockConfiguration"].values())


def test_no_secret_stands_in_aws_environment():
    text = (DEPLOY / "aws" / "site.yaml").read_text()

    assert not re.search(
        r"Name: \w*(SECRET|PASSWORD|TOKEN|KEYS|BROKER_URL|EMAIL_URL)\w*, Value:", text
    )


def apps():
    return {
        each["properties"]["template"]["containers"][0]["name"]: each["properties"]
        for each in azure()["resources"]
        if each["type"] in ("Microsoft.App/containerApps", "Microsoft.App/jobs")
    }


def test_azure_runs_every_part_of_the_site():
    assert set(apps()) == PARTS


def test_azure_names_only_what_it_defines():
    text, template = json.dumps(azure()), azure()

    assert set(re.findall(r"parameters\('(\w+)'\)", text)) == set(template["parameters"])
    assert set(re.findall(r"variables\('(\w+)'\)", text)) == set(template["variables"])
    defined = {each["type"] for each in template["resources"]}
    assert set(re.findall(r"resourceId\('([\w./]+)'", text)) <= defined


@pytest.mark.parametrize("name", PARTS)
def test_azure_gives_no_secret_openly(name):
    properties = apps()[name]
    known = {secret["name"] for secret in properties["configuration"]["secrets"]}
    given = properties["template"]["containers"][0]["env"]

    assert {each["secretRef"] for each in given if "secretRef" in each} <= known
    openly = {each["name"] for each in given if "value" in each}
    assert not any(re.search("SECRET|PASSWORD|TOKEN|KEY|BROKER|EMAIL_URL", each) for each in openly)


def test_heroku_runs_what_the_procfile_names():
    assert set(app_json()["formation"]) == set(procfile()) - {"release"}
    assert procfile()["release"].endswith("manage.py prepare")
    assert "$PORT" in procfile()["web"]


def test_heroku_is_given_the_python_that_the_site_is_tested_with():
    assert (ROOT / ".python-version").read_text().strip() == "3.11"
