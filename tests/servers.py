"""The real servers that some tests need, and whether they answer.

`python -m tests.servers postgresql://…` exits with 0 where the server answers.
"""

import os
import sys
from urllib.parse import urlsplit

import psycopg
import pytest
import redis
from kombu.exceptions import OperationalError

from backend_practice import broker
from tests.environment import IN_CI

REDIS_URL = os.environ.get("TEST_REDIS_URL") or "redis://127.0.0.1:6379/15"
AMQP_URL = os.environ.get("TEST_AMQP_URL") or "amqp://guest:guest@127.0.0.1:5672//"
SECONDS = 2


def answers(url: str) -> bool:
    """Whether a PostgreSQL, Redis or RabbitMQ server answers at this URL within two seconds."""
    scheme = urlsplit(url).scheme
    try:
        if scheme in ("amqp", "amqps"):
            broker.ask(url, SECONDS)
        elif scheme in ("redis", "rediss"):
            redis.Redis.from_url(url, socket_connect_timeout=SECONDS, socket_timeout=SECONDS).ping()
        else:
            psycopg.connect(url, connect_timeout=SECONDS).close()
    except (redis.RedisError, psycopg.Error, OSError, OperationalError):
        return False
    return True


def missing_server(message):
    """Skip on a laptop; in CI a test that did not run is a failure."""
    if IN_CI:
        pytest.fail(message)
    pytest.skip(message)


if __name__ == "__main__":
    sys.exit(0 if answers(sys.argv[1]) else 1)
