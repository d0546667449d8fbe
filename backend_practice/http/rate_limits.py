"""Rates counted for all processes together in Redis, or in this one's memory.

Redis that is away or silent must not stop the site: for some seconds each
process then counts for itself.
"""

import logging
import math
import threading
import time
from collections import Counter
from functools import cache
from typing import NamedTuple

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from backend_practice.http.conf import setting

logger = logging.getLogger(__name__)

MINUTE = 60.0
REDIS_TIMEOUT_SECONDS = 0.25
SECONDS_WITHOUT_REDIS = 10.0

_redis_rests_until = 0.0


def seconds_to_wait(scope: str, who: str, per_minute: int) -> int:
    """0 where this request is within the rate, else the seconds until one would be.

    `scope` keeps apart what is counted apart: an address is no user. A minute
    slides: of the last full one as much counts as still lies within sixty seconds.
    """
    window, elapsed = divmod(time.time(), MINUTE)
    hit = Hit(f"{scope}:{who}", int(window), 1 - elapsed / MINUTE, per_minute)
    is_let_in, previous, current = _count(hit)
    if is_let_in:
        return 0
    # Until the last minute's share is smaller than what is free in this one, or the next begins.
    free = (per_minute - current) * MINUTE / previous if current < per_minute else 0.0
    return math.ceil(MINUTE - elapsed - free + 0.001)


class Hit(NamedTuple):
    """One request to be counted: whose, in which minute, beside how much of the one before."""

    who: str
    window: int
    share_of_previous: float
    per_minute: int


class Counts(NamedTuple):
    """Whether the request is let in, and what was counted before it in either minute."""

    is_let_in: bool
    previous: int
    current: int


def _count(hit: Hit) -> Counts:
    url: str = setting("REDIS_URL")
    if url and time.monotonic() >= _redis_rests_until:
        try:
            return _redis_counter(url).count(hit)
        except (redis.RedisError, OSError, ValueError):
            _let_redis_rest()
    return _memory_counter().count(hit)


def _let_redis_rest() -> None:
    global _redis_rests_until
    _redis_rests_until = time.monotonic() + SECONDS_WITHOUT_REDIS
    logger.exception("Redis does not answer; this process counts requests for itself")


class MemoryCounter:
    """Counts of two minutes, this one and the one before; older ones are dropped all at once."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.window = 0
        self.previous: Counter[str] = Counter()
        self.current: Counter[str] = Counter()

    def count(self, hit: Hit) -> Counts:
        with self.lock:
            self._turn_to(hit.window)
            previous, current = self.previous[hit.who], self.current[hit.who]
            is_let_in = previous * hit.share_of_previous + current < hit.per_minute
            if is_let_in:
                self.current[hit.who] += 1
            return Counts(is_let_in, previous, current)

    def _turn_to(self, window: int) -> None:
        if window > self.window:
            follows = window == self.window + 1
            self.previous = self.current if follows else Counter()
            self.current, self.window = Counter(), window


class RedisCounter:
    """The same in Redis, in one round trip and atomically."""

    SCRIPT = """
        local previous = tonumber(redis.call('GET', KEYS[1])) or 0
        local current = tonumber(redis.call('GET', KEYS[2])) or 0
        if previous * tonumber(ARGV[1]) + current >= tonumber(ARGV[2]) then
            return {0, previous, current}
        end
        redis.call('INCR', KEYS[2])
        redis.call('EXPIRE', KEYS[2], 120)
        return {1, previous, current}
    """

    def __init__(self, url: str) -> None:
        client = redis.Redis.from_url(
            url,
            socket_timeout=REDIS_TIMEOUT_SECONDS,
            socket_connect_timeout=REDIS_TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 1),  # a connection that Redis has closed is opened anew
        )
        self.script = client.register_script(self.SCRIPT)

    def count(self, hit: Hit) -> Counts:
        keys = [f"rates:{{{hit.who}}}:{window}" for window in (hit.window - 1, hit.window)]
        is_let_in, previous, current = self.script(keys, [hit.share_of_previous, hit.per_minute])
        return Counts(bool(is_let_in), previous, current)


_memory_counter = cache(MemoryCounter)
_redis_counter = cache(RedisCounter)
