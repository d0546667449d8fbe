"""What a request costs the server: Django's own ASGI application, and the site's front door.

    .venv/bin/python benchmarks/front.py
    DATABASE_URL=postgresql://postgres@127.0.0.1:5432/postgres .venv/bin/python benchmarks/front.py

Both run under uvicorn with the same settings and the same data, on a database of
their own. The load comes from this process over connections that stay open, in
turns (A B A B …), after a warm-up. CPU is user and system time of the server's
process, from /proc, so this needs Linux.
"""

# ruff: noqa: S603, T201

import argparse
import asyncio
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.load import Asked, Server, ask, load, middle_and_spread  # noqa: E402
from tests.environment import pristine_environment  # noqa: E402
from tests.processes import free_port, manage, own_database, wait_until_it_answers  # noqa: E402

PATHS = ("/healthz/live", "/hello/", "/api/v1/books/?limit=20")
PACKAGES = ("Django", "djangorestframework", "uvicorn", "uvloop", "httptools", "a2wsgi", "asgiref")


def plain_django() -> Any:
    """The application before: Django's own, with a hop between threads for each sync layer."""
    from django.core.asgi import get_asgi_application

    return get_asgi_application()


def front_door() -> Any:
    """The application after: the site's."""
    from backend_practice.asgi import application

    return application


@contextmanager
def serving(name: str, application: str, directory: Path, **variables: str) -> Iterator[Server]:
    """uvicorn with this application, until the end of the block."""
    port, log = free_port(), directory / f"{application}.log"
    command = [
        *(sys.executable, "-m", "uvicorn", "--factory", f"benchmarks.front:{application}"),
        *("--port", str(port), "--log-level", "warning", "--no-access-log", "--no-proxy-headers"),
    ]
    environment = pristine_environment(
        DJANGO_SETTINGS_MODULE="backend_practice.settings", **variables
    )
    with log.open("w") as output, subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
    ) as process:  # fmt: skip
        try:
            wait_until_it_answers(f"http://127.0.0.1:{port}/healthz/live", process, log)
            yield Server(name, port, process)
        finally:
            process.terminate()


@contextmanager
def both_servers() -> Iterator[tuple[Server, Server]]:
    """Before and after, on one sample catalogue."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        variables = {
            "DATA_DIR": str(directory),
            "DATABASE_URL": stack.enter_context(own_database(directory)),
            "REQUESTS_PER_MINUTE_ADDRESS": "1000000000",
        }
        manage("prepare", **variables)
        manage("collectstatic", "--no-input", **variables)
        yield (
            stack.enter_context(serving("before", "plain_django", directory, **variables)),
            stack.enter_context(serving("after", "front_door", directory, **variables)),
        )


def stop_unless_equal(servers: Sequence[Server], path: str) -> None:
    """A comparison means something only where both give the same answer."""
    bodies = {asyncio.run(ask(server.port, Asked(path))) for server in servers}
    if len(bodies) != 1:
        raise RuntimeError(f"{path}: the answers differ")


def table(before: Server, after: Server) -> Iterator[str]:
    """The lines of the result in Markdown: medians, with the least and the most of all rounds."""
    yield "| | CPU µs a request before | after | ratio | requests a second before | after | ratio |"
    yield "| --- | --: | --: | --: | --: | --: | --: |"
    for path in PATHS:
        cpu = statistics.median(before.cpu[path]) / statistics.median(after.cpu[path])
        rate = statistics.median(after.rate[path]) / statistics.median(before.rate[path])
        cells = [
            f"`{path}`",
            middle_and_spread(before.cpu[path]),
            middle_and_spread(after.cpu[path]),
            f"{cpu:.1f}",
            middle_and_spread(before.rate[path]),
            middle_and_spread(after.rate[path]),
            f"{rate:.1f}",
        ]
        yield f"| {' | '.join(cells)} |"


def run(rounds: int, requests: int, connections: int) -> None:
    with both_servers() as servers:
        for path in PATHS:
            stop_unless_equal(servers, path)
            for server in servers:
                asyncio.run(load(server.port, Asked(path), requests // 4, connections))
            for server in servers * rounds:
                server.measure(path, Asked(path), requests, connections)
        print(*table(*servers), sep="\n")
    database = (
        "PostgreSQL" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "SQLite"
    )
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    print(f"\n{rounds} rounds of {requests} requests over {connections} connections, {database}")
    print(f"Python {platform.python_version()}, {packages}; {os.cpu_count()} CPUs")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=1_000, help="in each round")
    parser.add_argument("--connections", type=int, default=8)
    run(**vars(parser.parse_args()))
