"""Hello and books over HTTP, beside what people would pick instead.

    make bench-rest                                        # sets the peers up, then runs this
    .venv/bin/python benchmarks/rest.py --books 10000      # quicker

The site runs as in production, with everything on: request ids, access log,
problem details, security headers, rate limits, metrics. The peers are small
servers as their own guides have them (`peers/`). All read the same rows of one
PostgreSQL database, one worker process each, and are measured in turns (A B C
A B C …) after a warm-up. Before that their answers are compared.

`DATABASE_URL` is the server on which a database is made for this, and dropped.
"""

# ruff: noqa: S603, T201

import argparse
import asyncio
import csv
import os
import platform
import random
import secrets
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import jwt  # noqa: E402
import orjson  # noqa: E402

from benchmarks.load import Asked, Server, ask, load, middle_and_spread  # noqa: E402
from tests.environment import pristine_environment  # noqa: E402
from tests.processes import (  # noqa: E402
    EMAIL,
    PASSWORD,
    free_port,
    manage,
    own_database,
    wait_until_it_answers,
)

PEERS = Path(__file__).resolve().parent / "peers"
PEERS_PYTHON = PEERS / "python" / ".venv" / "bin"
SECRET = secrets.token_urlsafe(40)
SEED = 1
LOCAL = os.environ.get("DATABASE_URL") or "postgresql://postgres@127.0.0.1:5432/postgres"
LIST, DEEPEST = "/api/v1/books/?limit=20", 5_000
PEOPLE = f"""
from accounts.models import User
User.objects.create_user("{EMAIL}", "{PASSWORD}")
"""
LAST = """
from books.models import Book
print(Book.objects.order_by("-pk").values_list("pk", flat=True)[0])
"""
# The cursor of a page that many pages lie before.
DEEP = """
from backend_practice.http.pagination import write_cursor
from books.filters import NEWEST_FIRST
from books.models import Book
rows = Book.objects.order_by("-created_at", "-pk")
print(write_cursor(NEWEST_FIRST, rows[{skipped}], backward=False))
"""


# ---- The servers ----------------------------------------------------------------


def uvicorn(python: Path, application: str, port: int) -> list[str]:
    options = ("--no-access-log", "--log-level", "warning", "--no-proxy-headers")
    return [str(python / "uvicorn"), application, "--port", str(port), *options]


def gunicorn(application: str, port: int) -> list[str]:
    return [str(PEERS_PYTHON / "gunicorn"), application, "--bind", f"127.0.0.1:{port}",
            "--workers", "1", "--log-level", "warning", "--keep-alive", "60",
            "--worker-class", "gthread", "--threads", "8"]  # fmt: skip


SERVERS: dict[str, Callable[[int], list[str]]] = {
    "site": lambda port: uvicorn(
        Path(sys.executable).parent, "backend_practice.asgi:application", port
    ),
    "Flask on gunicorn": lambda port: gunicorn("flask_hello:app", port),
    "FastAPI with SQLAlchemy": lambda port: uvicorn(PEERS_PYTHON, "fastapi_books:app", port),
    "DRF's defaults": lambda port: gunicorn("drf_books:application", port),
    "Express": lambda port: ["node", "express.js", str(port)],
}
DIRECTORIES = {"site": ROOT, "Express": PEERS / "node"}


@contextmanager
def serving(name: str, directory: Path, environment: Mapping[str, str]) -> Iterator[Server]:
    """This server, once it answers, until the end of the block."""
    port, log = free_port(), directory / f"{name}.log"
    with log.open("w") as output, subprocess.Popen(
        SERVERS[name](port),
        cwd=DIRECTORIES.get(name, PEERS / "python"),
        env=environment, stdout=output, stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        try:
            wait_until_it_answers(f"http://127.0.0.1:{port}/healthz/live", process, log)
            yield Server(name, port, process)
        except Exception:
            print(f"{name} said:\n{log.read_text()[-2000:]}", file=sys.stderr)
            raise
        finally:
            process.terminate()


def production(directory: Path, database: str) -> dict[str, str]:
    """The environment of the site: production, with limits that no load meets."""
    unlimited = (
        *("REQUESTS_PER_MINUTE_ADDRESS", "REQUESTS_PER_MINUTE_USER"),
        *("SIGN_UPS_PER_HOUR", "ACCESS_TOKEN_SECONDS"),
    )
    (directory / "keys").mkdir()
    return {
        "ENVIRONMENT": "production",
        "DATA_DIR": str(directory),
        "DATABASE_URL": database,
        "SECRET_KEY": SECRET,
        "SITE_URL": "http://127.0.0.1:8000",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SIGNING_KEYS_DIR": str(directory / "keys"),
        "EMAIL_URL": "smtp://127.0.0.1:1",
        "CELERY_BROKER_URL": "amqp://127.0.0.1:1//",  # no worker beside the requests
        "BROKER_URL": "amqp://127.0.0.1:1//",
        **dict.fromkeys(unlimited[:2], "1000000000"),
    }


# ---- The data -------------------------------------------------------------------


def write_catalogue(path: Path, books: int) -> None:
    """So many books, made from a seed: two words in a title, one to three authors of 20,000."""
    chance = random.Random(SEED)  # noqa: S311 - data, not secrets
    words = ["".join(chance.choices("abcdefghiklmnoprstuvw", k=7)) for _ in range(5_000)]
    names = [
        f"{a.title()} {b.title()}" for a, b in (chance.sample(words, 2) for _ in range(20_000))
    ]
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["title", "authors", "published_year", "language", "genres", "description"])
        for number in range(books):
            rows.writerow([
                f"{' '.join(chance.sample(words, 2)).title()} {number}",
                "; ".join(dict.fromkeys(chance.choices(names, k=chance.randint(1, 3)))),
                chance.randint(1800, 2026), chance.choice(["en", "fr", "de"]),
                "; ".join(chance.sample(words[:40], 2)), " ".join(chance.choices(words, k=20)),
            ])  # fmt: skip


def printed(source: str, variables: dict[str, str]) -> str:
    """What this code prints last, inside the site."""
    return manage("shell", "-v", "0", "-c", source, **variables).strip().rpartition("\n")[2]


# ---- The works ------------------------------------------------------------------


@dataclass(frozen=True)
class Work:
    """Something asked of the site and of peers, and what the site is to reach."""

    name: str
    asked: Mapping[str, Asked]
    at_least: Mapping[str, float]


def works(servers: Mapping[str, Server], last: int, cursor: str) -> list[Work]:
    site, fast, lean, slow = "site", "FastAPI with SQLAlchemy", "Express", "DRF's defaults"
    page, one, hello = Asked(LIST), Asked(f"/api/v1/books/{last}/"), Asked("/hello/")
    etag = asyncio.run(etag_of(servers[site].port, one.path))
    known = Asked(one.path, headers=(f"If-None-Match: {etag}",), status=304)
    deep = Asked(f"{LIST}&cursor={cursor}")
    token = site_token(servers[site])
    return [
        Work("hello", dict.fromkeys([site, "Flask on gunicorn", lean], hello),
             {"Flask on gunicorn": 2, lean: 1}),
        Work("a page of 20 books", dict.fromkeys([site, fast, slow, lean], page),
             {fast: 2, slow: 4}),
        Work("a book by its id", dict.fromkeys([site, fast, slow, lean], one), {fast: 1.5}),
        Work("a book created", {site: new_book(token), fast: new_book(peer_token(token))},
             {fast: 1.2}),
        Work("a 304, against the 200", {site: known, "site, 200": one}, {"site, 200": 2}),
        Work(f"page {DEEPEST:,}, against the first", {site: deep, "site, page 1": page},
             {"site, page 1": 1 / 1.1}),
    ]  # fmt: skip


def new_book(token: str) -> Asked:
    body = {"title": "Book %d", "authors": ["Ada Lovelace", "Charles Babbage"], "genres": ["notes"],
            "published_year": 1843, "language": "en"}  # fmt: skip
    headers = (f"Authorization: Bearer {token}", "Content-Type: application/json")
    return Asked("/api/v1/books/", "POST", headers, orjson.dumps(body).decode(), 201)


def site_token(server: Server) -> str:
    body = orjson.dumps({"email": EMAIL, "password": PASSWORD}).decode()
    asked = Asked("/api/v1/auth/login/", "POST", ("Content-Type: application/json",), body)
    return str(orjson.loads(asyncio.run(ask(server.port, asked)))["access"])


def peer_token(of_site: str) -> str:
    """The peer's own token for the same user."""
    user_id = jwt.decode(of_site, options={"verify_signature": False})["sub"]
    return jwt.encode({"sub": user_id}, SECRET, algorithm="HS256")


async def etag_of(port: int, path: str) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(Asked(path).text(0))
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    writer.close()
    return next(line.split(": ")[1] for line in head.splitlines() if line.lower()[:5] == "etag:")


def stop_unless_alike(servers: Mapping[str, Server], last: int) -> None:
    """A comparison means something only where all give the same books."""
    shown = {}
    for name in ("FastAPI with SQLAlchemy", "Express", "DRF's defaults", "site"):
        book = orjson.loads(asyncio.run(ask(servers[name].port, Asked(f"/api/v1/books/{last}/"))))
        page = orjson.loads(asyncio.run(ask(servers[name].port, Asked(LIST))))["results"]
        shown[name] = [told(each) for each in (book, *page)]
    for name, books in shown.items():
        if books != shown["site"]:
            raise RuntimeError(f"{name} gives other books than the site")


def told(book: dict[str, Any]) -> dict[str, Any]:
    """The book without what may be written in several ways: times, and their fractions."""
    kept = {name: value for name, value in book.items() if not name.endswith("_at")}
    return {**kept, "id": int(kept["id"])}


# ---- The run --------------------------------------------------------------------


@contextmanager
def all_servers(books: int) -> Iterator[tuple[dict[str, Server], int, str]]:
    """Every server over one catalogue; the id of its newest book, and a cursor deep in it."""
    os.environ["DATABASE_URL"] = LOCAL
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = stack.enter_context(own_database(directory))
        variables = production(directory, database)
        manage("prepare", **variables)
        manage("collectstatic", "--no-input", "--verbosity", "0", **variables)
        printed(PEOPLE, variables)
        write_catalogue(directory / "books.csv", books)
        manage("import_books", str(directory / "books.csv"), **variables)
        printed("from django.db import connection; connection.cursor().execute('VACUUM ANALYZE')",
                variables)  # fmt: skip
        skipped = min(DEEPEST * 20, books) - 40
        last, cursor = (
            int(printed(LAST, variables)),
            printed(DEEP.format(skipped=skipped), variables),
        )
        peers = {**os.environ, "DATABASE_URL": database, "PEER_SECRET": SECRET}
        site = pristine_environment(DJANGO_SETTINGS_MODULE="backend_practice.settings", **variables)
        yield (
            {
                name: stack.enter_context(
                    serving(name, directory, site if name == "site" else peers)
                )
                for name in SERVERS
            },
            last,
            cursor,
        )


def measure(work: Work, servers: Mapping[str, Server], options: argparse.Namespace) -> None:
    for name, asked in work.asked.items():
        # One alone makes what all of them need: an author, a genre.
        asyncio.run(ask(servers[host(name)].port, asked))
        asyncio.run(
            load(servers[host(name)].port, asked, options.requests // 4, options.connections)
        )
    for _ in range(options.rounds):
        for name, asked in work.asked.items():
            servers[host(name)].measure(
                f"{work.name}/{name}", asked, options.requests, options.connections
            )


def host(name: str) -> str:
    """The server of a column: the site stands beside itself as well."""
    return name.partition(", ")[0]


def table(all_works: list[Work], servers: Mapping[str, Server]) -> Iterator[str]:
    """The result in Markdown: medians, with the least and the most of all rounds."""
    yield "| work | server | requests a second | CPU µs a request | the site's rate to it | aim |"
    yield "| --- | --- | --: | --: | --: | --: |"
    for work in all_works:
        rates = {n: servers[host(n)].rate[f"{work.name}/{n}"] for n in work.asked}
        for name in work.asked:
            ratios = [
                mine / theirs for mine, theirs in zip(rates["site"], rates[name], strict=True)
            ]
            ratio = "" if name == "site" else (
                f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"
            )  # fmt: skip
            aim = f"{work.at_least[name]:.2g}" if name in work.at_least else ""
            costs = servers[host(name)].cpu[f"{work.name}/{name}"]
            cells = [work.name, name, middle_and_spread(rates[name]), middle_and_spread(costs),
                     ratio, aim]  # fmt: skip
            yield f"| {' | '.join(cells)} |"


def run(options: argparse.Namespace) -> None:
    with all_servers(options.books) as (servers, last, cursor):
        stop_unless_alike(servers, last)
        all_works = works(servers, last, cursor)
        for work in all_works:
            measure(work, servers, options)
        print(*table(all_works, servers), sep="\n")
        memory = ", ".join(f"{s.name} {s.peak_memory() / 2**20:.0f} MiB" for s in servers.values())
    print(f"\nPeak memory: {memory}.")
    print(
        f"{options.rounds} rounds of {options.requests} requests over {options.connections} "
        f"connections, {options.books:,} books; Python {platform.python_version()}, "
        f"{os.cpu_count()} CPUs"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--books", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=800, help="in each round")
    parser.add_argument("--connections", type=int, default=8)
    run(parser.parse_args())
