"""Verifying access tokens with nothing but the address of the public keys.

For services that hold no secret of the accounts service:

    verifier = Verifier("http://accounts/.well-known/jwks.json", issuer="…", audience="…")
    claims = verifier.verify(token)
"""

from accounts.tokens import Claims, verified_payload
from backend_practice.services.public_keys import PublicKeys


class Verifier:
    """Knows the keys as `PublicKeys` does: fresh ones where they can be had, else the last.

    A new key is published for longer than `cooldown` before it signs.
    """

    def __init__(
        self, jwks_url: str, *, issuer: str, audience: str, leeway: int = 10, cooldown: float = 30
    ) -> None:
        self.issuer, self.audience, self.leeway = issuer, audience, leeway
        self.keys = PublicKeys(jwks_url, cooldown=cooldown)

    def verify(self, token: str) -> Claims:
        """What the token says of its bearer.

        Raises ValueError for one that does not hold, `KeysAway` where no key was ever had.
        """
        payload = verified_payload(
            token,
            self.keys.find,
            issuer=self.issuer,
            audience=self.audience,
            leeway=self.leeway,
        )
        return Claims.of(payload)
