"""How a service proves to another who asks: a JWT of half a minute, signed with its own key.

Nobody shares a secret. Whoever is asked fetches the public key from the service
that the token says it comes from, at the address that the registry knows.
"""

import time
import uuid
from dataclasses import dataclass
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from backend_practice.http.problems import NOT_AUTHENTICATED, Problem
from backend_practice.jwk import ALGORITHM, public_jwk
from backend_practice.registry import PARTS
from backend_practice.services.addresses import address_of
from backend_practice.services.public_keys import KeysAway, PublicKeys
from backend_practice.settings.storage import kept_secret

HEADER_TYPE = "service+jwt"
LIFETIME_SECONDS = 30
REQUIRED = ["iss", "aud", "iat", "exp", "jti"]


class NotAService(Problem):
    """The request bears no token of a service, or none that holds."""

    kind = NOT_AUTHENTICATED


@dataclass(frozen=True)
class Caller:
    """Which service asks, and for which user, if for any."""

    service: str
    user_id: uuid.UUID | None


def sign(audience: str, *, user_id: Any = None) -> str:
    """A token with which this service asks that one, for this user."""
    now = int(time.time())
    claims: dict[str, Any] = {
        "iss": settings.SERVICE,
        "aud": audience,
        "iat": now,
        "exp": now + LIFETIME_SECONDS,
        "jti": uuid.uuid4().hex,
    }
    if user_id:
        claims["sub"] = str(user_id)
    headers = {"kid": public_jwk(own_key())["kid"], "typ": HEADER_TYPE}
    return jwt.encode(claims, own_key(), algorithm=ALGORITHM, headers=headers)


def caller_of(token: str) -> Caller:
    """Who signed this for us. Raises `NotAService`, `KeysAway` where that cannot be told now."""
    try:
        claimed = jwt.decode(token, options={"verify_signature": False}).get("iss")
        header = jwt.get_unverified_header(token)
        if claimed not in PARTS or header.get("typ") != HEADER_TYPE:
            raise NotAService("This is no token of a service.")
        claims = jwt.decode(
            token,
            keys_of(claimed).find(str(header.get("kid"))),
            algorithms=[ALGORITHM],
            issuer=claimed,
            audience=settings.SERVICE,
            leeway=settings.CLOCK_LEEWAY_SECONDS,
            options={"require": REQUIRED, "strict_aud": True},
        )
        if claims["exp"] - claims["iat"] > LIFETIME_SECONDS:
            raise NotAService("This token lasts too long.")
        subject = claims.get("sub")
        return Caller(claimed, uuid.UUID(subject) if subject else None)
    except (NotAService, KeysAway):
        raise
    except Exception as error:  # whatever a forger thinks of, the answer is the same
        raise NotAService("This token does not hold.") from error


def own_key_set() -> dict[str, Any]:
    """The public half of this service's key, as a JWK set."""
    return {"keys": [public_jwk(own_key())]}


@cache
def own_key() -> ec.EllipticCurvePrivateKey:
    """From `SERVICE_KEY`, or made on first use and kept."""
    pem = settings.SERVICE_KEY or kept_secret(settings.DATA_DIR / "service_key.pem", _new_key)
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except ValueError as error:
        raise ImproperlyConfigured(f"SERVICE_KEY: {error}.") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise ImproperlyConfigured("SERVICE_KEY: this is no P-256 key.")
    return key


@cache
def keys_of(service: str) -> PublicKeys:
    """The public keys of this service; the last ones stay good while it is away."""
    url = f"{address_of(service)}/internal/keys/"
    return PublicKeys(url, cooldown=1, path=settings.DATA_DIR / f"keys-of-{service}.json")


def _new_key() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
