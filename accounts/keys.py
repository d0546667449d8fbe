"""The keys that access tokens are signed with: ES256 (RFC 7518, section 3.4).

A key's id is its RFC 7638 thumbprint. Keys lie in a directory, a file each, or
come from the environment. A new key is published for a while before anything is
signed with it, because verifiers keep the key set for some seconds.
"""

import fcntl
import os
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from backend_practice.jwk import public_jwk

PUBLISHED_BEFORE_USE = timedelta(seconds=60)
SECONDS_BETWEEN_LOOKS = 1.0
TIME_FORMAT = "%Y%m%dT%H%M%SZ"
PEM_END = "-----END PRIVATE KEY-----"


@dataclass(frozen=True)
class SigningKey:
    """A P-256 key pair, and the moment from which tokens may be signed with it."""

    private: ec.EllipticCurvePrivateKey
    active_from: datetime
    path: Path | None = None

    @cached_property
    def public_jwk(self) -> dict[str, str]:
        """The public half as a JWK (RFC 7517)."""
        return public_jwk(self.private)

    @property
    def kid(self) -> str:
        return self.public_jwk["kid"]


class KeyRing:
    """The keys of this site: the newest active one signs, all of them verify."""

    def all(self) -> list[SigningKey]:
        """Every key, the oldest first."""
        raise NotImplementedError

    def signing_key(self) -> SigningKey:
        """The newest key that is active; before any is, the oldest."""
        keys = self.all()
        active = [key for key in keys if key.active_from <= datetime.now(UTC)]
        return active[-1] if active else keys[0]

    def find(self, kid: str) -> SigningKey | None:
        """The key of this id."""
        return next((key for key in self.all() if key.kid == kid), None)

    def jwks(self) -> dict[str, Any]:
        """The JWK Set (RFC 7517, section 5) for `/.well-known/jwks.json`."""
        return {"keys": [key.public_jwk for key in self.all()]}


class EnvironmentKeyRing(KeyRing):
    """Keys from `SIGNING_KEYS`: PEM blocks one after the other, of which the first signs."""

    def __init__(self, pem: str) -> None:
        blocks = [block + PEM_END for block in pem.split(PEM_END)[:-1]]
        if not blocks:
            raise ImproperlyConfigured("SIGNING_KEYS: expected private keys in PEM (PKCS #8).")
        moment = datetime.fromtimestamp(0, UTC)
        # The last of those that are active signs, so the first goes to the end.
        self._keys = [SigningKey(_private_key(block), moment) for block in reversed(blocks)]

    def all(self) -> list[SigningKey]:
        return self._keys


class DirectoryKeyRing(KeyRing):
    """Keys in a directory, `TIME-KID.pem` each, readable by their owner alone.

    The first key is made when one is needed. Processes see each other's
    changes within a second.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._lock = threading.Lock()
        self._looked_at = 0.0
        self._names: list[str] = []
        self._keys: list[SigningKey] = []

    def all(self) -> list[SigningKey]:
        with self._lock:
            if time.monotonic() - self._looked_at > SECONDS_BETWEEN_LOOKS or not self._keys:
                self._look()
            return self._keys

    def add(self, active_from: datetime) -> SigningKey:
        """A new key, published from now on and signing from `active_from`."""
        key = SigningKey(ec.generate_private_key(ec.SECP256R1()), active_from)
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.directory / f"{active_from.strftime(TIME_FORMAT)}-{key.kid}.pem"
        draft = path.with_suffix(f".{os.getpid()}.draft")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(as_pem(key.private))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)  # others see a whole key or none
        self._looked_at = 0.0
        return key

    def remove(self, key: SigningKey) -> None:
        """Forget a key: what it signed is refused from now on."""
        if key.path is not None:
            key.path.unlink(missing_ok=True)
        self._looked_at = 0.0

    def _look(self) -> None:
        names = self._list() or self._make_first()
        if names != self._names:
            self._keys = [_read(self.directory / name) for name in names]
            self._names = names
        self._looked_at = time.monotonic()

    def _make_first(self) -> list[str]:
        """One process of those that start at once makes the first key."""
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.directory / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self._list():
                self.add(datetime.now(UTC))
        return self._list()

    def _list(self) -> list[str]:
        return sorted(path.name for path in self.directory.glob("*.pem"))


def as_pem(private: ec.EllipticCurvePrivateKey) -> bytes:
    """The private key in PEM (PKCS #8), as `SIGNING_KEYS` takes it."""
    return private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _read(path: Path) -> SigningKey:
    moment = datetime.strptime(path.name.partition("-")[0], TIME_FORMAT).replace(tzinfo=UTC)
    return SigningKey(_private_key(path.read_text()), moment, path)


def _private_key(pem: str) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(pem.strip().encode(), password=None)
    except ValueError as error:
        raise ImproperlyConfigured(f"A signing key cannot be read: {error}.") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise ImproperlyConfigured("A signing key is no P-256 key.")
    return key


_rings: dict[tuple[str, str], KeyRing] = {}


def key_ring() -> KeyRing:
    """The ring that the settings name, the same one for every caller."""
    chosen = (settings.SIGNING_KEYS, str(settings.SIGNING_KEYS_DIR))
    if chosen not in _rings:
        pem, directory = chosen
        _rings[chosen] = EnvironmentKeyRing(pem) if pem else DirectoryKeyRing(Path(directory))
    return _rings[chosen]
