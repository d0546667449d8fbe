"""The recipes under `deploy/`, read the way that their tools read them."""

import json
import re
from functools import cache

import yaml

from tests.environment import ROOT

DEPLOY = ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"


class CloudFormation(yaml.SafeLoader):
    """YAML with CloudFormation's short forms (`!Ref`), which stand for values yet unknown."""


CloudFormation.add_multi_constructor(
    "!", lambda loader, suffix, node: f"!{suffix} {getattr(node, 'value', '')}"
)


def compose():
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def cloudformation():
    text = (DEPLOY / "aws" / "site.yaml").read_text()
    return yaml.load(text, Loader=CloudFormation)  # noqa: S506 - derived from the safe one


def kubernetes():
    """Each document of each manifest, with the file that it stands in."""
    paths = sorted(set(KUBERNETES.glob("*.yaml")) - {KUBERNETES / "kustomization.yaml"})
    return [(path.name, each) for path in paths for each in yaml.safe_load_all(path.read_text())]


def pods():
    """The pod of each workload, by its name."""
    templates = {
        document["metadata"]["name"]: document["spec"]["template"]["spec"]
        for _, document in kubernetes()
        if document["kind"] in ("Deployment", "Job")
    }
    assert templates
    return templates


def env_file(name):
    lines = (KUBERNETES / name).read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def azure():
    return json.loads((DEPLOY / "azure" / "site.json").read_text())


@cache
def dockerfile():
    """The instructions, each on one line, without comments."""
    text = (DEPLOY / "Dockerfile").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [line for line in joined.splitlines() if line]


def app_json():
    return json.loads((ROOT / "app.json").read_text())


def procfile():
    """Each process's command, by its type."""
    lines = (ROOT / "Procfile").read_text().splitlines()
    return dict(line.split(": ", 1) for line in lines)
