"""A thousand clients in one room: the site, Socket.IO, and Channels' own way, in turns.

    make bench-chat

Each server is one process, and all clients are in this one. A round opens the
clients' sockets, sends two messages a second (how late is each heard?), then as
many as come back (how many are heard a second?), and closes them. What is heard
is counted, by each client and in order: a message that is lost ends the run.
The site stores each message and tells its number; the others keep nothing.
`DATABASE_URL` chooses where, as ever.
"""

# ruff: noqa: S603, T201

import argparse
import asyncio
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path

import uvloop

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.chat_clients import Client, SocketIO, Speech, Stock, Tally, handshake  # noqa: E402
from tests.environment import pristine_environment  # noqa: E402
from tests.processes import free_port, manage, own_database, wait_until_it_answers  # noqa: E402

ROOM = "benchmark"
PEOPLE = """
from django.utils import timezone
from datetime import timedelta
from accounts.identity.models import Session
from accounts.models import User
from accounts.tokens import AccessToken
from chat.models import Membership, Room
users = User.objects.bulk_create(
    User(email=f"client-{n}@example.com", password="!", name=f"Client {n}") for n in range(CLIENTS)
)
until = timezone.now() + timedelta(days=1)
sessions = Session.objects.bulk_create(Session(user=user, expires_at=until) for user in users)
room = Room.objects.create(slug="ROOM", title="ROOM", owner=users[0])
Membership.objects.bulk_create(Membership(room=room, user=user) for user in users)
for session, user in zip(sessions, users):
    print(AccessToken.for_session(session.pk, user))
"""
UVICORN = (
    *("--log-level", "warning", "--no-access-log", "--ws-max-size", "65536"),
    *("--ws-per-message-deflate", "false"),
)


@dataclass
class Server:
    """A server that runs, how one talks to it, and what the rounds have found."""

    name: str
    port: int
    speech: Speech
    path: str
    tokens: Sequence[str] = ()
    rates: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)


@contextmanager
def running(command: Sequence[str], port: int, path: str, log: Path, **env: str) -> Iterator[None]:
    """The process of a server, until the end of the block."""
    with log.open("w") as output, subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=output, stderr=subprocess.STDOUT
    ) as process:  # fmt: skip
        try:
            wait_until_it_answers(f"http://127.0.0.1:{port}{path}", process, log)
            yield
        finally:
            process.terminate()


@contextmanager
def the_site(directory: Path, clients: int) -> Iterator[Server]:
    with own_database(directory) as database:
        variables = {
            "DATA_DIR": str(directory),
            "DATABASE_URL": database,
            "REQUESTS_PER_MINUTE_ADDRESS": "1000000000",
            "CHAT_MESSAGES_PER_SECOND": "1000000",
            "CHAT_MESSAGES_AT_ONCE": "1000000",
            "ACCESS_TOKEN_SECONDS": "3600",
        }
        manage("migrate", "--verbosity", "0", **variables)
        code = PEOPLE.replace("CLIENTS", str(clients)).replace("ROOM", ROOM)
        tokens = manage("shell", "-v", "0", "-c", code, **variables).split()
        port = free_port()
        application = "backend_practice.asgi:application"
        command = [sys.executable, "-m", "uvicorn", application, "--port", str(port), *UVICORN]
        environment = pristine_environment(
            DJANGO_SETTINGS_MODULE="backend_practice.settings", **variables
        )
        with running(command, port, "/healthz/live", directory / "site.log", **environment):
            yield Server("the site", port, Speech(), f"/ws/chat/{ROOM}/", tokens)


@contextmanager
def socket_io(directory: Path) -> Iterator[Server]:
    port = free_port()
    command = ["node", str(ROOT / "benchmarks/peers/socket_io/socket_io.js"), str(port)]
    with running(command, port, "/", directory / "socket_io.log", **os.environ):
        path = "/socket.io/?EIO=4&transport=websocket"
        yield Server("Socket.IO", port, SocketIO(), path)


@contextmanager
def stock_channels(directory: Path) -> Iterator[Server]:
    port = free_port()
    application = "benchmarks.stock_chat:application"
    command = [sys.executable, "-m", "uvicorn", application, "--port", str(port), *UVICORN]
    environment = pristine_environment(PYTHONPATH=str(ROOT))
    with running(command, port, "/", directory / "stock.log", **environment):
        yield Server("Channels' own", port, Stock(), "/")


# ---- A round -------------------------------------------------------------------


class Round:
    """All clients of one server."""

    def __init__(self, server: Server, count: int) -> None:
        self.server, self.count = server, count
        self.tally = Tally()
        self.clients: list[Client] = []
        self.sent = 0
        self.numbers = [0] * count

    async def open(self) -> None:
        for first in range(0, self.count, 50):
            numbers = range(first, min(first + 50, self.count))
            await asyncio.gather(*(self._open(number) for number in numbers))

    async def _open(self, number: int) -> None:
        server = self.server
        token = server.tokens[number] if server.tokens else ""
        request = handshake(server.port, server.path, token)
        make = partial(Client, number, request, server.speech, self.tally)
        _, client = await asyncio.get_running_loop().create_connection(
            make, "127.0.0.1", server.port
        )
        await client.welcome
        self.clients.append(client)

    def close(self) -> None:
        for client in self.clients:
            client.transport.close()

    def send(self, client: Client) -> None:
        self.sent += 1
        self.numbers[client.number] += 1
        client.send_message(self.numbers[client.number])

    async def all_is_heard(self, seconds: float = 60) -> None:
        """Wait for the last of it, and look whether it is all of it."""
        deadline = time.monotonic() + seconds
        while self.tally.delivered < self.sent * self.count and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        lost = self.sent * self.count - self.tally.delivered
        if lost or self.tally.out_of_order:
            raise SystemExit(f"{self.server.name}: {lost} lost, {self.tally.out_of_order} astray")

    async def lateness(self, seconds: float) -> None:
        """Two messages a second, whatever becomes of them."""
        self.tally.keeps_times = True
        start = time.monotonic()
        for number in range(int(seconds * 2)):
            await asyncio.sleep(max(0.0, start + number / 2 - time.monotonic()))
            self.send(self.clients[number * 37 % self.count])
        await self.all_is_heard()
        self.tally.keeps_times = False
        late = sorted(self.tally.late)
        self.server.p50.append(late[len(late) // 2] / 1e6)
        self.server.p99.append(late[len(late) * 99 // 100] / 1e6)

    async def rate(self, seconds: float, senders: int) -> None:
        """Some clients send again whenever they have heard their own last message."""
        stop = time.monotonic() + seconds

        def next_of(client: Client) -> None:
            if time.monotonic() < stop:
                self.send(client)

        for client in self.clients[:senders]:
            client.heard_own = partial(next_of, client)
        before, start = self.tally.delivered, time.monotonic()
        for client in self.clients[:senders]:
            self.send(client)
        await asyncio.sleep(seconds)
        await self.all_is_heard()
        delivered = self.tally.delivered - before
        self.server.rates.append(delivered / (time.monotonic() - start))


async def one_round(server: Server, clients: int, seconds: float, senders: int) -> None:
    this = Round(server, clients)
    await this.open()
    await asyncio.sleep(2)
    await this.lateness(seconds)
    await this.rate(seconds, senders)
    this.close()
    await asyncio.sleep(1)


# ---- The result --------------------------------------------------------------------


def middle_and_spread(values: Sequence[float], digits: int = 0) -> str:
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:,.{digits}f} ({low:,.{digits}f}–{high:,.{digits}f})"


def table(servers: Sequence[Server], peer: Server) -> Iterator[str]:
    """Medians of the rounds with the least and the most; ratios of each round to the peer's."""
    yield "| | messages heard a second | to Socket.IO | p50, ms | p99, ms | to Socket.IO |"
    yield "| --- | --: | --: | --: | --: | --: |"
    for server in servers:
        rates = [own / other for own, other in zip(server.rates, peer.rates, strict=True)]
        late = [own / other for own, other in zip(server.p99, peer.p99, strict=True)]
        cells = [
            server.name,
            middle_and_spread(server.rates),
            middle_and_spread(rates, 2),
            middle_and_spread(server.p50, 1),
            middle_and_spread(server.p99, 1),
            middle_and_spread(late, 2),
        ]
        yield f"| {' | '.join(cells)} |"


def run(rounds: int, clients: int, seconds: float, senders: int) -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 2 * clients + 1_000), hard))
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        servers = [
            stack.enter_context(the_site(directory, clients)),
            stack.enter_context(socket_io(directory)),
            stack.enter_context(stock_channels(directory)),
        ]
        for number in range(rounds):
            for server in servers[number % 3 :] + servers[: number % 3]:
                uvloop.run(one_round(server, clients, seconds, senders))
                print(f"round {number + 1}, {server.name}: {server.rates[-1]:,.0f} a second, "
                      f"p99 {server.p99[-1]:.1f} ms", file=sys.stderr)  # fmt: skip
        print(*table(servers, servers[1]), sep="\n")
    database = "PostgreSQL" if os.environ.get("DATABASE_URL", "").startswith("p") else "SQLite"
    packages = ", ".join(f"{name} {version(name)}" for name in ("uvicorn", "uvloop", "channels"))
    print(f"\n{rounds} rounds of 2 × {seconds:g} s, {clients} clients, {senders} of them send")
    print(f"{database}, Python {platform.python_version()}, {packages}, socket.io 4.8.4")
    print(f"{os.cpu_count()} CPUs; none lost, none out of order")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=15, help="of each half of a round")
    parser.add_argument("--senders", type=int, default=10)
    run(**vars(parser.parse_args()))
