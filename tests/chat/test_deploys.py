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
        site.prepare(variables)
        manage("collectstatic", "--no-input", "--verbosity", "0", **variables)
        yield variables


@pytest.mark.parametrize("command", [uvicorn, serve])
def test_sockets_are_closed_with_1012_and_come_back_with_after(variables, tmp_path, command):
    with (
        sites.running(tmp_path / "log", variables, command) as running,
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
        running.restart()
        with ann.in_room(slug, f"?after={seq}") as socket:
            missed = socket.until("ready")

    assert codes == [RESTARTING, RESTARTING]
    assert [frame.get("text") for frame in missed[:-1]] == ["the last"]
