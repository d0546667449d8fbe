"""What makes an image small, safe and the same each time, as far as its recipe shows it."""

import re
import tomllib

import pytest

from tests.deploy.recipes import DEPLOY, dockerfile
from tests.environment import ROOT

pytestmark = pytest.mark.once


def lines(instruction):
    return [line.partition(" ")[2] for line in dockerfile() if line.startswith(f"{instruction} ")]


def last_stage():
    starts = [number for number, line in enumerate(dockerfile()) if line.startswith("FROM ")]
    return dockerfile()[starts[-1] :]


def test_the_base_is_one_version():
    base = lines("ARG")[0].removeprefix("BASE=")

    assert re.fullmatch(r"docker\.io/library/debian:\d+\.\d+-slim(@sha256:[0-9a-f]{64})?", base)
    assert all(line.startswith("${BASE}") for line in lines("FROM"))


def test_it_does_not_run_as_root():
    users = [line for line in last_stage() if line.startswith("USER ")]

    assert users == ["USER 10001:10001"]  # a number, which Kubernetes can see is not root's


def test_packages_are_wheels_of_exact_versions():
    pip = next(line for line in lines("RUN") if "pip install" in line)

    assert "--only-binary :all: --requirement requirements.txt" in pip
    pinned = [
        line.partition("#")[0].strip()
        for line in (ROOT / "requirements.txt").read_text().splitlines()
    ]
    assert all("==" in line for line in pinned if line)


def test_lists_of_packages_are_not_kept():
    for line in lines("RUN"):
        if "apt-get install" in line:
            assert "--no-install-recommends" in line
            assert "rm -rf /var/lib/apt/lists/*" in line


def test_nothing_is_fetched_from_an_address_and_no_secret_is_given():
    text = "\n".join(dockerfile())

    assert "ADD " not in text
    assert not re.search(r"curl|wget|https?://", text)
    assert not re.search(r"(SECRET|PASSWORD|TOKEN|KEY)\w*=", text)


def test_it_is_asked_whether_it_lives():
    assert 'CMD ["python", "-m", "backend_practice.probe"]' in lines("HEALTHCHECK")[0]


def test_commands_are_lists_so_that_signals_arrive():
    for instruction in ("ENTRYPOINT", "CMD"):
        assert all(line.startswith("[") for line in lines(instruction))


def test_every_package_of_the_site_is_in_it():
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    copied = {line.split()[0] for line in lines("COPY")}
    let_through = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()

    assert set(packages["root_packages"]) <= copied
    assert {f"!{name}" for name in packages["root_packages"]} <= set(let_through)


def test_what_the_pages_of_the_stages_show_is_in_it():
    copied = {line.split()[0] for line in lines("COPY")}

    assert {"docs", "tests"} <= copied
