"""How production is served: uvicorn's own supervisor, gunicorn, and `manage.py serve`.

    .venv/bin/python benchmarks/serving.py

Each with two processes on one SQLite database: memory shared out (PSS), CPU a request of all
processes together, and what becomes of requests over new connections when SIGTERM comes.
It needs Linux.
"""

# ruff: noqa: S603, T201

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.front import TICKS_A_SECOND, load  # noqa: E402
from tests.environment import pristine_environment  # noqa: E402
from tests.processes import free_port, manage, wait_until_it_answers  # noqa: E402

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


def family(pid: int) -> list[int]:
    """The process and all below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in family(int(child)))]


def cpu_seconds(pids: list[int]) -> float:
    fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(each[11]) + int(each[12]) for each in fields) / TICKS_A_SECOND


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


def measure(way: str, directory: Path, environment: dict[str, str]) -> str:
    port, log = free_port(), directory / "log"
    with log.open("w") as output, subprocess.Popen(
        command(way, port), cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
    ) as process:  # fmt: skip
        wait_until_it_answers(f"http://127.0.0.1:{port}/healthz/live", process, log)
        cells = [way]
        for path, requests in PATHS.items():
            asyncio.run(load(port, path, requests // 4, CONNECTIONS))
            pids = family(process.pid)
            cpu, start = cpu_seconds(pids), time.perf_counter()
            asyncio.run(load(port, path, requests, CONNECTIONS))
            seconds = time.perf_counter() - start
            cells.append(f"{(cpu_seconds(pids) - cpu) / requests * 1e6:,.0f}")
            cells.append(f"{requests / seconds:,.0f}")
        cells.append(f"{mebibytes(family(process.pid)):,.0f}")
        outcomes = asyncio.run(stop_under_load(port, process))
        cells.append(f"{outcomes['cut off']} of {outcomes.total()}")
    return f"| {' | '.join(cells)} |"


def run() -> None:
    with tempfile.TemporaryDirectory() as name:
        variables = {"DATA_DIR": name, "REQUESTS_PER_MINUTE_ADDRESS": "1000000000"}
        manage("prepare", **variables)
        manage("collectstatic", "--no-input", **variables)
        settings = {"DJANGO_SETTINGS_MODULE": "backend_practice.settings", **variables}
        environment = pristine_environment(**settings)
        print("| | hello: CPU µs | a second | books: CPU µs | a second | MiB | cut off |")
        print("| --- | --: | --: | --: | --: | --: | --: |")
        for way in WAYS:
            print(measure(way, Path(name), environment), flush=True)
    print(f"\n{os.cpu_count()} CPUs, load before it {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    run()
