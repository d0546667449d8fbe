"""What `make services` says where the servers that it stands on are not there."""

import socket

import pytest
from django.core.management import CommandError, call_command

from backend_practice.services import local
from tests.processes import free_port

pytestmark = pytest.mark.once


@pytest.fixture
def nothing(monkeypatch):
    """None of Debian's servers runs, but for a broker; nginx is there."""
    nowhere = f"127.0.0.1:{free_port()}"
    monkeypatch.setattr(local, "POSTGRESQL", (f"postgresql://postgres@{nowhere}/postgres",))
    monkeypatch.setattr(local, "REDIS", f"redis://{nowhere}/0")
    monkeypatch.setattr(local, "RABBITMQ", f"amqp://guest:guest@{nowhere}//")
    monkeypatch.setattr(local, "nginx_program", lambda: "/usr/sbin/nginx")
    monkeypatch.setattr(local, "ask", lambda url, seconds: None)
    return monkeypatch


def test_without_postgresql_and_redis_it_runs_and_says_what_is_missing(nothing):
    servers = local.find_servers({})

    assert (servers.database, servers.redis) == ("", "")
    assert any("apt install postgresql" in remark for remark in servers.remarks)
    assert any("apt install redis-server" in remark for remark in servers.remarks)


def test_without_nginx_it_does_not_run(nothing):
    nothing.setattr(local, "nginx_program", lambda: None)

    with pytest.raises(local.Missing, match="apt install nginx-light"):
        local.find_servers({})


def test_without_rabbitmq_it_does_not_run(nothing):
    nothing.undo()
    nothing.setattr(local, "RABBITMQ", f"amqp://guest:guest@127.0.0.1:{free_port()}//")
    nothing.setattr(local, "_database", lambda url: "")
    nothing.setattr(local, "_redis", lambda url: "")

    with pytest.raises(local.Missing, match="apt install rabbitmq-server"):
        local.find_servers({})


@pytest.mark.parametrize(
    ("name", "scheme"), [("DATABASE_URL", "postgresql"), ("REDIS_URL", "redis")]
)
def test_a_server_that_was_named_has_to_answer(nothing, name, scheme):
    with pytest.raises(local.Missing, match=f"{name}: .* does not answer there"):
        local.find_servers({name: f"{scheme}://127.0.0.1:{free_port()}/0"})


@pytest.mark.parametrize(
    ("taken", "helps"),
    [("gateway", "make services PORT=8001"), ("service", "SERVICES_PORT=.* make services")],
)
def test_a_port_that_is_taken_is_told_with_what_helps(nothing, taken_port, settings, taken, helps):
    listen = taken_port if taken == "gateway" else free_port()
    settings.SERVICES_PORT = taken_port - 3 if taken == "service" else free_port()

    with pytest.raises(CommandError, match=f"something else listens there already.*{helps}"):
        call_command("run_services", listen=f"127.0.0.1:{listen}")


@pytest.fixture
def taken_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]
