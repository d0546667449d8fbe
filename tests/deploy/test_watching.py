"""Dashboard and alerts ask for figures that the site has, and Prometheus reads the rules."""

import json
import re
import shutil
import subprocess

import pytest
import yaml
from django.test import Client

from tests.deploy.recipes import DEPLOY
from tests.servers import missing_server

pytestmark = [pytest.mark.once, pytest.mark.django_db]

OF_PROMETHEUS = {"up"}
FUNCTIONS = {
    *("sum", "rate", "by", "le", "max", "min", "topk", "histogram_quantile", "or", "label_values"),
    *("app", "state", "status", "route"),
}


def expressions():
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())
    dashboard = json.loads((DEPLOY / "grafana" / "site.json").read_text())
    yield from (rule["expr"] for group in rules["groups"] for rule in group["rules"])
    yield from (target["expr"] for panel in dashboard["panels"] for target in panel["targets"])


def metrics_in(expression):
    without_labels = re.sub(r"\{[^}]*\}|\[[^\]]*\]", " ", expression)
    return set(re.findall(r"\b[a-z][a-z_]+\b", without_labels)) - FUNCTIONS


def exposed():
    Client().get("/hello/")
    Client().get("/api/v1/books/")
    text = Client().get("/metrics").content.decode()
    return set(re.findall(r"^([a-z_]+)[ {]", text, re.MULTILINE))


def test_every_metric_that_is_asked_for_is_there():
    asked = set().union(*map(metrics_in, expressions()))

    assert len(asked) > 10
    assert asked - exposed() == OF_PROMETHEUS


def test_every_alert_says_what_to_do():
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())

    for rule in rules["groups"][0]["rules"]:
        assert rule["annotations"]["summary"]
        assert rule["annotations"]["action"]
        assert rule["labels"]["severity"] in ("page", "ticket")


def test_prometheus_reads_every_question_of_the_dashboard(tmp_path):
    if not shutil.which("promtool"):
        missing_server("promtool is not installed: apt install prometheus")
    dashboard = json.loads((DEPLOY / "grafana" / "site.json").read_text())
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    rules = [{"record": f"asked:{number}", "expr": expr} for number, expr in enumerate(asked)]
    (tmp_path / "rules.yml").write_text(yaml.safe_dump({"groups": [{"name": "g", "rules": rules}]}))

    done = subprocess.run(
        ["promtool", "check", "rules", tmp_path / "rules.yml"],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert f"{len(asked)} rules found" in done.stdout


def test_prometheus_reads_the_rules():
    if not shutil.which("promtool"):
        missing_server("promtool is not installed: apt install prometheus")

    done = subprocess.run(
        ["promtool", "check", "rules", DEPLOY / "prometheus" / "alerts.yml"],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert "8 rules found" in done.stdout
