"""Rates counted for all processes together in Redis, or in this one's memory.

Redis that is away or silent must not stop the site: for some seconds each
process then counts for itself.
"""

import logging
import math
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import NamedTuple, TypeVar

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from backend_practice.http.conf import setting

T = TypeVar("T")

logger = logging.getLogger(__name__)

MINUTE = 60
REDIS_TIMEOUT_SECONDS = 0.25
SECONDS_WITHOUT_REDIS = 10.0

_redis_rests_until = 0.0


def seconds_to_wait(scope: str, who: str, limit: int, seconds: int = MINUTE) -> int:
    """0 where this request is within the rate, else the seconds until one would be.

    The rate is `limit` in so many `seconds`. `scope` keeps apart what is counted
    apart: an address is no user. The window slides: of the last full one as much
    counts as still lies within its length.
    """
    window, elapsed = divmod(time.time(), seconds)
    hit = Hit(f"{scope}:{who}", int(window), 1 - elapsed / seconds, limit, seconds)
    is_let_in, previous, current = _ask(lambda counter: counter.count(hit), seconds)
    if is_let_in:
        return 0
    # Until the last window's share is smaller than what is free in this one, or the next begins.
    free = (limit - current) * seconds / previous if current < limit else 0.0
    return math.ceil(seconds - elapsed - free + 0.001)


def forget(scope: str, who: str, seconds: int = MINUTE) -> None:
    """Count from nothing again."""
    window = int(time.time() // seconds)
    _ask(lambda counter: counter.forget(f"{scope}:{who}", window), seconds)


class Hit(NamedTuple):
    """One request to be counted: whose, in which window, beside how much of the one before."""

    who: str
    window: int
    share_of_previous: float
    limit: int
    seconds: int = MINUTE


class Counts(NamedTuple):
    """Whether the request is let in, and what was counted before it in either minute."""

    is_let_in: bool
    previous: int
    current: int


def _ask(question: Callable[["MemoryCounter | RedisCounter"], T], seconds: int) -> T:
    url: str = setting("REDIS_URL")
    if url and time.monotonic() >= _redis_rests_until:
        try:
            return question(_redis_counter(url))
        except (redis.RedisError, OSError, ValueError):
            _let_redis_rest()
    return question(_memory_counter(seconds))


def _let_redis_rest() -> None:
    global _redis_rests_until
    _redis_rests_until = time.monotonic() + SECONDS_WITHOUT_REDIS
    logger.exception("Redis does not answer; this process counts requests for itself")


class MemoryCounter:
    """Counts of two windows, this one and the one before.

    Older ones are dropped all at once.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.window = 0
        self.previous: Counter[str] = Counter()
        self.current: Counter[str] = Counter()

    def count(self, hit: Hit) -> Counts:
        with self.lock:
            self._turn_to(hit.window)
            previous, current = self.previous[hit.who], self.current[hit.who]
            is_let_in = previous * hit.share_of_previous + current < hit.limit
            if is_let_in:
                self.current[hit.who] += 1
            return Counts(is_let_in, previous, current)

    def forget(self, who: str, window: int) -> None:
        with self.lock:
            self.previous.pop(who, None)
            self.current.pop(who, None)

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
        redis.call('EXPIRE', KEYS[2], ARGV[3])
        return {1, previous, current}
    """

    def __init__(self, url: str) -> None:
        self.client = redis.Redis.from_url(
            url,
            socket_timeout=REDIS_TIMEOUT_SECONDS,
            socket_connect_timeout=REDIS_TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 1),  # a connection that Redis has closed is opened anew
        )
        self.script = self.client.register_script(self.SCRIPT)

    def count(self, hit: Hit) -> Counts:
        arguments = [hit.share_of_previous, hit.limit, 2 * hit.seconds]
        is_let_in, previous, current = self.script(self._keys(hit.who, hit.window), arguments)
        return Counts(bool(is_let_in), previous, current)

    def forget(self, who: str, window: int) -> None:
        self.client.delete(*self._keys(who, window))

    def _keys(self, who: str, window: int) -> list[str]:
        return [f"rates:{{{who}}}:{each}" for each in (window - 1, window)]


@cache
def _memory_counter(seconds: int) -> MemoryCounter:
    """One for each length: windows of two lengths have numbers that mean different times."""
    return MemoryCounter()


_redis_counter = cache(RedisCounter)
