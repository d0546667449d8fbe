"""`make services` as one types it, and the whole contract through its gateway.

`make test-gateway` runs this: it takes some minutes.
"""

import os
import signal
import sys

import httpx
import pytest

from tests.environment import ROOT
from tests.patience import eventually
from tests.practice.conftest import check, practise  # noqa: F401 - fixtures
from tests.services.faults.servers import running_servers
from tests.services.whole_site import WholeSite

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(not os.environ.get("TEST_GATEWAY"), reason="`make test-gateway` runs it"),
]
TOKEN = "inside-the-tests"
SETTINGS = ROOT / "deploy" / "services" / "practice.toml"


@pytest.fixture(scope="module")
def site(own_rabbitmq, tmp_path_factory):
    directory = tmp_path_factory.mktemp("site")
    with running_servers(own_rabbitmq) as servers:
        site = WholeSite(directory, servers, METRICS_TOKEN=TOKEN)
        try:
            site.start()
            yield site
        finally:
            site.end_by_force()


def with_token(directory):
    """The settings that come with the services, with this site's token and Python."""
    file = directory / "practice.toml"
    text = SETTINGS.read_text().replace(".venv/bin/python", sys.executable)
    file.write_text(text.replace('# metrics_token = "…"', f'metrics_token = "{TOKEN}"'))
    return str(file)


def test_the_whole_contract_holds_through_the_gateway(site, check, tmp_path, monkeypatch):  # noqa: F811
    for name, value in site.environment.items():
        monkeypatch.setenv(name, value)  # of the commands that stop and start a service
    monkeypatch.chdir(ROOT)
    options = ("--level", "full", "--keep-going", "--config", with_token(tmp_path))

    code, checks = check(site.url, *options)

    not_passed = {name: told for name, told in checks.items() if told["state"] != "passed"}
    print(f"\n{len(checks)} checks, {len(checks) - len(not_passed)} passed")
    assert not_passed == {}
    assert code == 0


def test_a_killed_process_is_back_and_the_others_answer_meanwhile(site):
    books = site.pid_of("uvicorn", str(site.port_of("books")))

    os.kill(books, signal.SIGKILL)
    away = httpx.get(f"{site.url}/api/v1/books/", timeout=10)
    other = httpx.get(f"{site.url}/api/v1/chat/rooms/", timeout=10)

    assert (away.status_code, away.headers["Content-Type"]) == (503, "application/problem+json")
    assert away.headers["Retry-After"] == "2"
    assert other.status_code == 401
    eventually(site.is_up, seconds=90)


def test_control_c_ends_all_of_it_and_it_starts_again(site):
    assert site.end(signal.SIGINT) == 0
    eventually(lambda: not site.processes(), seconds=20)

    site.start()

    assert site.is_up()


def test_killed_itself_it_leaves_no_process_behind(site):
    site.end(signal.SIGKILL)

    eventually(lambda: not site.processes(), seconds=20)
