"""The real servers that some tests need, and whether they answer.

`python -m tests.servers postgresql://…` exits with 0 where the server answers.
"""

import os
import sys
from urllib.parse import urlsplit

import psycopg
import redis

REDIS_URL = os.environ.get("TEST_REDIS_URL") or "redis://127.0.0.1:6379/15"
SECONDS = 2


def answers(url: str) -> bool:
    """Whether a PostgreSQL or Redis server answers at this URL within two seconds."""
    try:
        if urlsplit(url).scheme in ("redis", "rediss"):
            redis.Redis.from_url(url, socket_connect_timeout=SECONDS, socket_timeout=SECONDS).ping()
        else:
            psycopg.connect(url, connect_timeout=SECONDS).close()
    except (redis.RedisError, psycopg.Error):
        return False
    return True


if __name__ == "__main__":
    sys.exit(0 if answers(sys.argv[1]) else 1)
