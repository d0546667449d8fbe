"""Verifying access tokens with nothing but the address of the public keys.

For services that hold no secret of the accounts service:

    verifier = Verifier("http://accounts/.well-known/jwks.json", issuer="…", audience="…")
    claims = verifier.verify(token)
"""

from typing import Any

import jwt

from accounts.tokens import Claims, verified_payload


class Verifier:
    """Keeps the key set for five minutes, and asks again for a key that it does not know.

    It asks for unknown keys no more often than every `cooldown` seconds, for
    anybody can write a kid. A new key is published for longer than that before
    it signs.
    """

    def __init__(
        self, jwks_url: str, *, issuer: str, audience: str, leeway: int = 10, cooldown: float = 30
    ) -> None:
        self.issuer, self.audience, self.leeway = issuer, audience, leeway
        self._client = jwt.PyJWKClient(jwks_url, timeout=2, cooldown_duration=cooldown)

    def verify(self, token: str) -> Claims:
        """What the token says of its bearer. Raises ValueError for one that does not hold."""
        payload = verified_payload(
            token,
            self._public_key,
            issuer=self.issuer,
            audience=self.audience,
            leeway=self.leeway,
        )
        return Claims.of(payload)

    def _public_key(self, kid: str) -> Any:
        try:
            return self._client.get_signing_key(kid).key
        except jwt.PyJWKClientError:
            return None
