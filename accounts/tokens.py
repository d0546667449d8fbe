"""Access tokens: JWTs (RFC 9068) that any service can verify with the public keys alone."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, cast

import jwt
from django.apps import apps
from django.conf import settings
from rest_framework_simplejwt import tokens
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError, TokenError

from accounts.keys import key_ring
from backend_practice.jwk import ALGORITHM
from backend_practice.services.addresses import address_of
from backend_practice.services.public_keys import KeysAway, PublicKeys

HEADER_TYPE = "at+jwt"
REQUIRED = ["iss", "aud", "sub", "jti", "sid", "iat", "exp"]

# Given a key id, the public key, or None for an unknown one.
FindKey = Callable[[str], Any]


@dataclass(frozen=True)
class Claims:
    """What a token says of its bearer, each of its type."""

    user_id: uuid.UUID
    session_id: uuid.UUID
    name: str
    is_staff: bool = False
    version: int = 0  # of what the token says of the user

    @classmethod
    def of(cls, payload: dict[str, Any]) -> "Claims":
        """The claims of a verified payload; raises ValueError for one that is malformed."""
        name, is_staff = payload.get("name", ""), payload.get("staff", False)
        version = payload.get("ver", 0)
        if (
            not isinstance(payload["jti"], str)
            or not isinstance(name, str)
            or not isinstance(is_staff, bool)
            or not isinstance(version, int)
            or not 0 <= version < 2**31
        ):
            raise ValueError("A claim is not of its type.")
        return cls(_uuid(payload["sub"]), _uuid(payload["sid"]), name, is_staff, int(version))


def verified_payload(
    token: str | bytes, find_key: FindKey, *, issuer: str, audience: str, leeway: int
) -> dict[str, Any]:
    """The payload of a token that holds in every respect.

    Only ES256, only our own keys by their id, only the header type of access
    tokens; times within `leeway` seconds. Raises ValueError for any other, and
    what `find_key` raises where no keys can be had.
    """
    try:
        header = jwt.get_unverified_header(token)
        key = find_key(header["kid"]) if isinstance(header.get("kid"), str) else None
        if key is None or header.get("typ") != HEADER_TYPE:
            raise ValueError("Unknown key, or no access token.")
        payload: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            issuer=issuer,
            audience=audience,
            leeway=leeway,
            options={"require": REQUIRED, "strict_aud": True},
        )
        Claims.of(payload)
    except (ValueError, KeysAway):
        raise
    except Exception as error:  # whatever a forger thinks of, the answer is the same
        raise ValueError("The token does not hold.") from error
    return payload


class KeyRingBackend(TokenBackend):
    """SimpleJWT's backend, with key ids: it writes `kid`, and verifies with the key it names."""

    def encode(self, payload: dict[str, Any]) -> str:
        key = key_ring().signing_key()
        return jwt.encode(
            {**payload, "iss": settings.TOKEN_ISSUER, "aud": settings.TOKEN_AUDIENCE},
            key.private,
            algorithm=ALGORITHM,
            headers={"kid": key.kid, "typ": HEADER_TYPE},
        )

    def decode(self, token: Any, verify: bool = True) -> dict[str, Any]:
        try:
            return verified_payload(
                token,
                find_public_key,
                issuer=settings.TOKEN_ISSUER,
                audience=settings.TOKEN_AUDIENCE,
                leeway=settings.CLOCK_LEEWAY_SECONDS,
            )
        except ValueError as error:
            raise TokenBackendError(str(error)) from error


class AccessToken(tokens.AccessToken):
    """A token for five minutes; `sub` is the user, `sid` the session."""

    lifetime = timedelta(seconds=settings.ACCESS_TOKEN_SECONDS)

    @property
    def token_backend(self) -> KeyRingBackend:
        return KeyRingBackend(ALGORITHM)

    def verify(self) -> None:
        """The backend has verified everything but the type."""
        self.verify_token_type()

    @property
    def claims(self) -> Claims:
        """What the token says of its bearer."""
        return Claims.of(self.payload)

    @classmethod
    def for_session(cls, session_id: uuid.UUID, user: Any) -> "AccessToken":
        """A token for the user of this session."""
        token: AccessToken = cls()
        token["sub"], token["sid"], token["name"] = str(user.pk), str(session_id), user.name
        token["staff"], token["ver"] = user.is_staff, user.version
        return token


def read_access_token(raw: str | bytes) -> AccessToken | None:
    """The token, verified; None for one that does not hold."""
    try:
        return AccessToken(cast(Any, raw))
    except TokenError:
        return None


def find_public_key(kid: str) -> Any:
    """The key of this id: of this process's own ring, or of the accounts service's.

    Raises `KeysAway` where that has never answered.
    """
    if not apps.is_installed("accounts.identity"):
        return _keys_of_accounts().find(kid)
    key = key_ring().find(kid)
    return key.private.public_key() if key else None


@cache
def _keys_of_accounts() -> PublicKeys:
    url = f"{address_of('accounts')}/.well-known/jwks.json"
    return PublicKeys(url, path=settings.DATA_DIR / "jwks.json")


def _uuid(value: Any) -> uuid.UUID:
    if not isinstance(value, str):
        raise ValueError("A claim is not of its type.")
    return uuid.UUID(value)
