"""Somebody else's public keys (RFC 7517), fetched from an address and kept while it is silent."""

import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import jwt
import orjson

from backend_practice.http.problems import Unavailable

logger = logging.getLogger(__name__)

KEPT_SECONDS = 300.0
COOLDOWN_SECONDS = 30.0
SECONDS_AFTER_A_FAILURE = 1.0
SECONDS_TO_ANSWER = 2.0


class KeysAway(Unavailable):
    """Whose keys these are does not answer, and has never been heard: nothing can be verified."""

    def __init__(self) -> None:
        super().__init__("The keys that this is verified with cannot be had just now.")


class PublicKeys:
    """The keys at this address by their ids.

    They are fetched again after five minutes, and for an id that is unknown, the
    latter no more often than every `cooldown` seconds: anybody can write one.
    While nobody answers the last set stays good. With a `path` it also outlives
    the process, so that a restart needs nobody.
    """

    def __init__(
        self, url: str, *, cooldown: float = COOLDOWN_SECONDS, path: Path | None = None
    ) -> None:
        self.url, self.cooldown, self.path = url, cooldown, path
        self._clock: Callable[[], float] = time.monotonic
        self._lock = threading.Lock()
        self._keys: dict[str, Any] = {}
        self._fresh_until = self._ask_again_at = 0.0
        if path is not None and path.exists():
            self._keys = read_key_set(path.read_bytes())

    def find(self, kid: str) -> Any:
        """The key, or None. Raises `KeysAway` where no set was ever had."""
        # Who knows the key need not wait for whoever fetches a fresh set.
        if self._is_due(kid) and self._lock.acquire(blocking=kid not in self._keys):
            try:
                if self._is_due(kid):
                    self._fetch()
            finally:
                self._lock.release()
        if not self._keys:
            raise KeysAway
        return self._keys.get(kid)

    def _is_due(self, kid: str) -> bool:
        now = self._clock()
        return now >= self._ask_again_at and (kid not in self._keys or now >= self._fresh_until)

    def _fetch(self) -> None:
        try:
            answer = httpx.get(self.url, timeout=SECONDS_TO_ANSWER)
            keys = read_key_set(answer.raise_for_status().content)
            if not keys:
                raise ValueError("no key in it can be used")
        except (httpx.HTTPError, ValueError) as error:
            logger.warning("No keys from %s, the last ones stay good: %s", self.url, error)
            self._ask_again_at = self._clock() + SECONDS_AFTER_A_FAILURE
            return
        self._keys = keys
        self._fresh_until = self._clock() + KEPT_SECONDS
        self._ask_again_at = self._clock() + self.cooldown
        self._keep(answer.content)

    def _keep(self, content: bytes) -> None:
        if self.path is not None and (not self.path.exists() or self.path.read_bytes() != content):
            draft = self.path.with_name(f"{self.path.name}.{os.getpid()}")
            draft.write_bytes(content)
            draft.replace(self.path)


def read_key_set(text: bytes) -> dict[str, Any]:
    """The keys of this JWK set by their ids, without those that cannot be used.

    Raises `ValueError` for what is no key set.
    """
    members = orjson.loads(text)
    if not isinstance(members, dict) or not isinstance(members.get("keys"), list):
        raise ValueError("This is no JWK set.")
    keys: dict[str, Any] = {}
    for member in members["keys"]:
        try:
            key = jwt.PyJWK(member)
        except (jwt.PyJWTError, TypeError, AttributeError):
            continue
        if key.key_id:
            keys[key.key_id] = key.key
    return keys
