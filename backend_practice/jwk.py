"""P-256 public keys as JWKs (RFC 7517), named by their thumbprints (RFC 7638)."""

import base64
import hashlib

import orjson
from cryptography.hazmat.primitives.asymmetric import ec

ALGORITHM = "ES256"  # RFC 7518, section 3.4


def public_jwk(private: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    """The public half of this key, with its id."""
    numbers = private.public_key().public_numbers()
    members = {
        "crv": "P-256",
        "kty": "EC",
        "x": _coordinate(numbers.x),
        "y": _coordinate(numbers.y),
    }
    return {**members, "kid": thumbprint(members), "use": "sig", "alg": ALGORITHM}


def thumbprint(members: dict[str, str]) -> str:
    """The RFC 7638 thumbprint of these required members of a JWK."""
    canonical = orjson.dumps(members, option=orjson.OPT_SORT_KEYS)
    return base64.urlsafe_b64encode(hashlib.sha256(canonical).digest()).decode().rstrip("=")


def _coordinate(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).decode().rstrip("=")
