"""`deploy/kubernetes`: each document keeps to its schema, and the pods are as safe as can be."""

import kubernetes_validate
import pytest
import yaml

from tests.deploy.recipes import KUBERNETES, kubernetes, pods
from tests.environment import ROOT

pytestmark = pytest.mark.once

DOCUMENTS = kubernetes()
VERSIONS = ("1.31", "1.34")
PODS = pods()


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "document", [each for _, each in DOCUMENTS],
    ids=[f"{name}-{each['kind']}-{each['metadata']['name']}" for name, each in DOCUMENTS],
)  # fmt: skip
def test_a_document_keeps_to_its_schema(document, version):
    kubernetes_validate.validate(document, version, strict=True)


def test_every_file_is_part_of_the_whole():
    whole = yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text())
    manifests = {path.name for path in KUBERNETES.glob("*.yaml")} - {"kustomization.yaml"}

    assert set(whole["resources"]) == manifests
    assert "deploy/kubernetes/secrets.env" in (ROOT / ".gitignore").read_text().splitlines()


@pytest.mark.parametrize("name", PODS)
def test_a_pod_is_restricted(name):
    pod = PODS[name]
    container = pod["containers"][0]

    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {"cpu", "memory"} <= set(container["resources"]["requests"])
    assert "memory" in container["resources"]["limits"]
    mounted = {each["name"] for each in container["volumeMounts"]}
    assert mounted == {each["name"] for each in pod["volumes"]}


def of_kind(kind):
    return [each for _, each in DOCUMENTS if each["kind"] == kind]


def test_the_web_is_probed_and_given_time_to_end():
    web = PODS["web"]
    paths = {
        name: web["containers"][0][f"{name}Probe"]["httpGet"]["path"]
        for name in ("startup", "liveness", "readiness")
    }

    assert paths == {
        "startup": "/healthz/live",
        "liveness": "/healthz/live",
        "readiness": "/healthz/ready",
    }
    assert web["terminationGracePeriodSeconds"] > 5 + 25  # DRAIN_SECONDS and what serve waits


def test_what_there_may_be_several_of_has_a_disruption_budget():
    budgets = {each["metadata"]["name"] for each in of_kind("PodDisruptionBudget")}

    assert budgets == set(PODS) - {"beat", "prepare"}


def test_scaling_is_of_what_is_there():
    scaled = {each["spec"]["scaleTargetRef"]["name"] for each in of_kind("HorizontalPodAutoscaler")}
    fixed = {
        each["metadata"]["name"] for each in of_kind("Deployment") if "replicas" in each["spec"]
    }

    assert scaled == {"web", "worker"}
    assert not scaled & fixed
