"""The suite runs without Django, from anywhere, with its few dependencies."""

import subprocess
import sys

import pytest

from tests.environment import ROOT
from tests.processes import site_environment

pytestmark = pytest.mark.once
WITHOUT_DJANGO = """
import sys, runpy
sys.modules["django"] = None
sys.argv = ["contract", *sys.argv[1:]]
runpy.run_path({path!r}, run_name="__main__")
"""


def test_it_checks_a_server_from_another_directory_with_no_django(small_url, tmp_path):
    code = WITHOUT_DJANGO.format(path=str(ROOT / "tests" / "contract"))

    run = subprocess.run(
        [sys.executable, "-c", code, "check", "--url", small_url, "--stage", "1"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.endswith("3 passed.\n")


def test_the_sites_own_command_is_the_same(small_url, tmp_path):
    run = subprocess.run(
        [sys.executable, "manage.py", "practice", "check", "--url", small_url, "--stage", "1"],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
        env=site_environment({"DATA_DIR": str(tmp_path)}),
    )  # fmt: skip

    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.endswith("3 passed.\n")
    assert (tmp_path / "practice.jsonl").exists()


def test_nothing_of_it_imports_the_site_or_its_framework():
    sources = [
        path
        for path in (ROOT / "tests" / "contract").rglob("*.py")
        if not {"mutants", "samples"} & set(path.parts)
    ]

    for source in sources:
        text = source.read_text()
        assert "import django" not in text
        assert "from django" not in text
        assert "from backend_practice" not in text
