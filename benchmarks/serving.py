"""How production is served: uvicorn's own supervisor, gunicorn, and `manage.py serve`.

    .venv/bin/python benchmarks/serving.py
    DATABASE_URL=postgresql://… .venv/bin/python benchmarks/serving.py

Each with two processes on one database of their own, with the sample books: memory shared out
(PSS), CPU a request of all processes together and requests a second, in rounds taken in turns, and
what becomes of requests over new connections when SIGTERM comes. It needs Linux.
"""

# ruff: noqa: S603, T201

import argparse
import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.load import Asked, Server, family_of, load, middle_and_spread  # noqa: E402
from tests.environment import pristine_environment  # noqa: E402
from tests.processes import free_port, manage, own_database, wait_until_it_answers  # noqa: E402

APPLICATION = "backend_practice.asgi:application"
WORKER = "uvicorn_worker.UvicornWorker"
WAYS = {
    "uvicorn --workers 2": ["-m", "uvicorn", APPLICATION, "--workers", "2", "--no-access-log"],
    "gunicorn -w 2": ["-m", "gunicorn", APPLICATION, "-k", WORKER, "-w", "2"],
    "manage.py serve": ["manage.py", "serve", "--workers", "2"],
}
PATHS = {"/hello/": 2_000, "/api/v1/books/?limit=20": 400}
CONNECTIONS = 16


def command(way: str, port: int) -> list[str]:
    """The command line, which ends with the port in that way's own spelling."""
    address = {"u": ["--port", str(port)], "g": ["-b", f"127.0.0.1:{port}"], "m": [str(port)]}
    return [sys.executable, *WAYS[way], *address[way[0]]]


def mebibytes(pids: list[int]) -> float:
    """Memory, with what several processes share counted once in all."""
    lines = "".join(Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in pids).splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


async def ask_until_refused(port: int, outcomes: Counter[str]) -> None:
    """One request a connection, until the door is shut."""
    request = b"GET /hello/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    while True:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return
        try:
            writer.write(request)
            answer = await reader.read()
            outcomes["answered" if answer.startswith(b"HTTP/1.1 200") else "cut off"] += 1
        except OSError:
            outcomes["cut off"] += 1
        finally:
            writer.close()


async def stop_under_load(port: int, process: subprocess.Popen[bytes]) -> Counter[str]:
    """What became of the requests while the server ended; nobody looks away in time."""
    outcomes: Counter[str] = Counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(CONNECTIONS):
            group.create_task(ask_until_refused(port, outcomes))
        await asyncio.sleep(1)
        process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(process.wait, 60)
    return outcomes


def start(way: str, directory: Path, environment: dict[str, str]) -> Server:
    """A server of this way that answers, warmed up."""
    port, log = free_port(), directory / f"{way[0]}.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            command(way, port), cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    wait_until_it_answers(f"http://127.0.0.1:{port}/healthz/live", process, log)
    for path, requests in PATHS.items():
        asyncio.run(load(port, Asked(path), requests // 4, CONNECTIONS))
    return Server(way, port, process)


def row(server: Server) -> str:
    """What was measured, and what becomes of requests at the end, which this is."""
    cells = [server.name]
    for path in PATHS:
        cells += [middle_and_spread(server.cpu[path]), middle_and_spread(server.rate[path])]
    cells.append(f"{mebibytes(family_of(server.process.pid)):,.0f}")
    outcomes = asyncio.run(stop_under_load(server.port, server.process))
    cells.append(f"{outcomes['cut off']} of {outcomes.total()}")
    return f"| {' | '.join(cells)} |"


def run(rounds: int, share: int) -> None:
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        variables = {
            "DATA_DIR": str(directory),
            "DATABASE_URL": stack.enter_context(own_database(directory)),
            "REQUESTS_PER_MINUTE_ADDRESS": "1000000000",
        }
        manage("prepare", "-v", "0", **variables)
        manage("collectstatic", "--no-input", "-v", "0", **variables)
        settings = {"DJANGO_SETTINGS_MODULE": "backend_practice.settings", **variables}
        environment = pristine_environment(**settings)
        servers = [start(way, directory, environment) for way in WAYS]
        for server in servers:
            stack.callback(server.process.kill)
        before = os.getloadavg()[0]
        for _ in range(rounds):
            for path, requests in PATHS.items():
                for server in servers:
                    server.measure(path, Asked(path), requests // share, CONNECTIONS)
        print("| | hello: CPU µs | a second | books: CPU µs | a second | MiB | cut off |")
        print("| --- | --: | --: | --: | --: | --: | --: |")
        for server in servers:
            print(row(server), flush=True)
    print(f"\n{os.cpu_count()} CPUs, load before it {before:.1f}")
    print(f"{rounds} rounds, 1/{share} of the requests")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3, help="3 unless told")
    parser.add_argument("--share", type=int, default=1, help="5 for a fifth of the requests")
    given = parser.parse_args()
    run(given.rounds, given.share)
