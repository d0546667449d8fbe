"""A process that is told to end says so to its sockets, and who comes back has missed nothing."""

import signal
import sys

import pytest

from tests.chat import site, sites
from tests.chat.conftest import SOCKETS
from tests.processes import manage, own_database, uvicorn

RESTARTING = 1012
pytestmark = pytest.mark.once


def serve(port):
    """The site in production, in one worker."""
    return [sys.executable, "manage.py", "serve", str(port), "--workers", "1"]


@pytest.fixture(scope="module")
def variables(tmp_path_factory):
    """The environment of both sites."""
    directory = tmp_path_factory.mktemp("deploys")
    with own_database(directory) as database:
        variables = {"DATABASE_URL": database, "DATA_DIR": str(directory), **SOCKETS}
        variables["DRAIN_SECONDS"] = "0"
        site.prepare(variables)
        manage("collectstatic", "--no-input", "--verbosity", "0", **variables)
        yield variables


def test_uvicorn_closes_sockets_with_1012(variables, tmp_path):
    with (
        sites.running(tmp_path / "log", variables, uvicorn) as running,
        site.Person(running.url, "alice") as ann,
        ann.notified() as feed,
    ):
        feed.until("ready")
        running.process.send_signal(signal.SIGTERM)

        assert feed.code() == RESTARTING


def test_serve_does_so_too_and_who_comes_back_has_missed_nothing(variables, tmp_path):
    with (
        sites.running(tmp_path / "log", variables, serve) as running,
        site.Person(running.url, "alice") as ann,
    ):
        slug = ann.new_room()
        with ann.in_room(slug) as socket, ann.notified() as feed:
            feed.until("ready")
            socket.say("before")
            seq = socket.next("message")["seq"]
            socket.say("the last")
            socket.next("ack")
            running.process.send_signal(signal.SIGTERM)
            codes = [socket.code(), feed.code()]
        running.restart(signal.SIGTERM)
        with ann.in_room(slug, f"?after={seq}") as socket:
            missed = socket.until("ready")
        running.end()  # a worker would outlive a supervisor that is killed

    assert codes == [RESTARTING, RESTARTING]
    assert [frame.get("text") for frame in missed[:-1]] == ["the last"]
