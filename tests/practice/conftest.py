"""The site in a process of its own, and the command as a person runs it."""

import io
import json
import shutil

import pytest

from tests.contract.command import main
from tests.contract.stages import s05_database
from tests.practice.small_server import serving
from tests.processes import manage, uvicorn
from tests.uploads.sites import open_site

LIMITS = {"ACCESS_TOKEN_SECONDS": "300", "SIGN_UPS_PER_HOUR": "100000"}


@pytest.fixture(scope="session")
def collected(tmp_path_factory):
    """A data directory that holds the files which the site gives out."""
    directory = tmp_path_factory.mktemp("collected")
    manage("collectstatic", "--no-input", "--verbosity", "0", DATA_DIR=str(directory))
    return directory


@pytest.fixture(scope="session")
def own_site(tmp_path_factory, collected):
    """This very site, embedded, with its own limits but for how much one address may ask."""
    directory = tmp_path_factory.mktemp("practice")
    shutil.copytree(collected, directory, dirs_exist_ok=True)
    with open_site(directory, **LIMITS) as site:
        yield site


@pytest.fixture(scope="session")
def broken_site(tmp_path_factory, collected):
    """A site that can be broken in many ways, one at a time."""
    directory = tmp_path_factory.mktemp("broken")
    shutil.copytree(collected, directory, dirs_exist_ok=True)
    with open_site(directory, mutants, **LIMITS) as site:
        yield site


def mutants(port):
    """The command line of the site with something broken."""
    return [
        word.replace("backend_practice.asgi", "tests.contract.mutants.application")
        for word in uvicorn(port)
    ]


@pytest.fixture
def small_url():
    """The address of a server that keeps stage 1 and nothing else."""
    with serving() as url:
        yield url


@pytest.fixture
def practise(tmp_path):
    """`practise("check", "--url", …)`: the exit code and what was printed."""

    def run(*arguments):
        output = io.StringIO()
        code = main(arguments, progress_file=tmp_path / "progress.jsonl", output=output)
        return code, output.getvalue()

    return run


@pytest.fixture
def check(practise):
    """`check(url, "--stage", "3")`: the exit code and the checks, by name, as JSON tells them."""

    def run(url, *arguments):
        code, output = practise("check", "--url", url, "--json", *arguments)
        return code, {each["name"]: each for each in json.loads(output)["checks"]}

    return run


@pytest.fixture
def restarting(monkeypatch):
    """`restarting(site)`: the check that has the server restarted kills this one and starts it."""

    def arrange(server):
        def kill_and_start(site):
            server.kill()
            server.start()

        monkeypatch.setattr(s05_database, "restart", kill_and_start)

    return arrange
