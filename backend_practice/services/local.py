"""All services on one machine: which servers they use, and which processes they are."""

import os
import pwd
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis
from kombu.exceptions import OperationalError

from backend_practice.broker import ask
from backend_practice.registry import PARTS, SERVICES

SECONDS_TO_ANSWER = 2
POSTGRESQL = ("postgresql://postgres@127.0.0.1:5432/postgres", "postgresql:///postgres")
RABBITMQ = "amqp://guest:guest@127.0.0.1:5672//"
REDIS = "redis://127.0.0.1:6379/0"
WITHOUT_POSTGRESQL = (
    "PostgreSQL does not answer: each service keeps an SQLite file. "
    "apt install postgresql, and let DATABASE_URL name a role that may create databases."
)
WITHOUT_REDIS = (
    "Redis does not answer: each process counts requests for itself. apt install redis-server"
)
WITHOUT_RABBITMQ = (
    "RabbitMQ does not answer at {url}, and services tell each other what happens over it. "
    "apt install rabbitmq-server, or let BROKER_URL say where it is."
)
WITHOUT_NGINX = "nginx is the gateway, and is not there. apt install nginx-light"


class Missing(Exception):
    """Something without which there are no services; says what to do."""


@dataclass(frozen=True)
class Servers:
    """What the services stand on. An empty `database` is an SQLite file a service."""

    database: str
    broker: str
    redis: str
    nginx: str
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Site:
    """Where the services of one site are on this machine."""

    host: str
    port: int
    first_port: int
    directory: Path
    exchange: str
    servers: Servers

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"


def find_servers(wanted: dict[str, str]) -> Servers:
    """The servers that these variables name, or Debian's own.

    Raises `Missing` where there is no broker or no nginx, and where a variable
    names a server that does not answer.
    """
    remarks = []
    database = _database(wanted.get("DATABASE_URL", ""))
    if not database:
        remarks.append(WITHOUT_POSTGRESQL)
    redis_url = _redis(wanted.get("REDIS_URL", ""))
    if not redis_url:
        remarks.append(WITHOUT_REDIS)
    return Servers(
        database, _broker(wanted.get("BROKER_URL", "")), redis_url, _nginx(), (*remarks,)
    )


def create_databases(site: Site) -> None:
    """A database a service, where there is none yet."""
    if not site.servers.database:
        return
    with psycopg.connect(site.servers.database, autocommit=True) as connection:
        there = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
        for name in PARTS:
            if database_name(site, name) not in there:
                connection.execute(f'CREATE DATABASE "{database_name(site, name)}"')


def database_name(site: Site, service: str) -> str:
    """Two sites on one server have databases of their own."""
    prefix = site.exchange.removesuffix(".events").replace(".", "_").replace("-", "_")
    return f"{prefix}_{service}"


def database_url(site: Site, service: str) -> str:
    if not site.servers.database:
        return ""
    parts = urlsplit(site.servers.database)
    # Without a host the three slashes have to stay.
    path = f"/{database_name(site, service)}"
    return urlunsplit(parts._replace(path=path)) if parts.netloc else f"{parts.scheme}://{path}"


def environment_of(site: Site, service: str) -> dict[str, str]:
    """What makes a process of this site that service; the rest is as in the environment at hand."""
    return {
        "BACKEND_PRACTICE_SERVICE": service,
        "DATA_DIR": str(site.directory / service),
        "DATABASE_URL": database_url(site, service),
        "BROKER_URL": site.servers.broker if SERVICES[service].has_events else "",
        "CELERY_BROKER_URL": site.servers.broker if SERVICES[service].has_events else "",
        "REDIS_URL": site.servers.redis,
        "SITE_URL": site.url,
        "ALLOWED_HOSTS": f"{site.host},localhost,127.0.0.1,[::1]",
        "TRUSTED_PROXIES": "127.0.0.1",
        "SERVICES_PORT": str(site.first_port),
        "EVENTS_EXCHANGE": site.exchange,
        "JOBS_QUEUE": f"{site.exchange}.jobs.{service}",
        "X_ACCEL_LOCATION": "/protected-uploads/" if service == "uploads" else "",
        "PYTHONUNBUFFERED": "1",
    }


def port_of(site: Site, service: str) -> int:
    return site.first_port + SERVICES[service].number


def stopped_file(directory: Path, service: str) -> Path:
    """While it is there, no process of that service runs; `directory` is the site's."""
    return directory / service / "stopped"


def processes(site: Site) -> Iterator[tuple[str, list[str], dict[str, str]]]:
    """Name, command and environment of each process but the gateway."""
    for service in PARTS:
        environment = environment_of(site, service)
        yield service, kept(site, service, server_command(port_of(site, service))), environment
        if SERVICES[service].has_events:
            worker, carrier = worker_command(site, service), manage("carry_events")
            yield f"{service}-jobs", kept(site, service, worker), environment
            yield f"{service}-events", kept(site, service, carrier), environment


def server_command(port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "uvicorn", "backend_practice.asgi:application"),
        *("--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"),
        *("--no-proxy-headers", "--no-access-log", "--timeout-graceful-shutdown", "10"),
        *("--ws-max-size", "65536", "--ws-per-message-deflate", "false"),
    ]


def worker_command(site: Site, service: str) -> list[str]:
    """A worker of this service's jobs, and its beat with it."""
    queue = environment_of(site, service)["JOBS_QUEUE"]
    return [
        *(sys.executable, "-m", "celery", "-A", "backend_practice.celery", "worker", "--beat"),
        *("--pool", "threads", "--concurrency", "4", "--queues", queue, "--loglevel", "WARNING"),
        *("--hostname", f"{service}@%h", "--schedule", str(site.directory / service / "beat")),
    ]


def manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def kept(site: Site, part: str, command: list[str]) -> list[str]:
    """The same, started again when it ends, for as long as this very process lives."""
    stopped = str(stopped_file(site.directory, part))
    keeper = (sys.executable, "-m", "backend_practice.services.keep", str(os.getpid()), stopped)
    return [*keeper, *command]


def nginx_program() -> str | None:
    """The path of nginx; Debian keeps it off that of other users than root."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def nginx_user() -> str:
    """A master that is root gives its rights up, and could not read this directory then."""
    return f"{pwd.getpwuid(0).pw_name} root" if os.geteuid() == 0 else ""


def _database(url: str) -> str:
    for candidate in (url,) if url else POSTGRESQL:
        try:
            psycopg.connect(candidate, connect_timeout=SECONDS_TO_ANSWER).close()
        except psycopg.Error as error:
            if url:
                raise Missing(f"DATABASE_URL: PostgreSQL does not answer there: {error}") from error
        else:
            return candidate
    return ""


def _redis(url: str) -> str:
    patience = {"socket_timeout": SECONDS_TO_ANSWER, "socket_connect_timeout": SECONDS_TO_ANSWER}
    try:
        redis.Redis.from_url(url or REDIS, **patience).ping()
    except redis.RedisError as error:
        if url:
            raise Missing(f"REDIS_URL: Redis does not answer there: {error}") from error
        return ""
    return url or REDIS


def _broker(url: str) -> str:
    try:
        ask(url or RABBITMQ, SECONDS_TO_ANSWER)
    except (OSError, OperationalError) as error:
        raise Missing(WITHOUT_RABBITMQ.format(url=url or "127.0.0.1:5672")) from error
    return url or RABBITMQ


def _nginx() -> str:
    program = nginx_program()
    if program is None:
        raise Missing(WITHOUT_NGINX)
    return program
