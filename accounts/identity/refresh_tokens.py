"""Refresh tokens: `session.generation.signature`, opaque to clients.

Nothing of a token is stored: it is signed with the site's secret, and its row
says which generation is the newest. So the successor of a token can be given
once more, to the letter, when two tabs ask at once or an answer is lost.
See docs/decisions/0003-refresh-tokens.md.
"""

import re
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "accounts.identity.refresh_token"
FORM = re.compile(r"([0-9a-f]{32})\.([1-9][0-9]{0,8})\.([0-9a-f]{64})")


@dataclass(frozen=True)
class RefreshToken:
    """A session and its generation, as a token names them."""

    session_id: uuid.UUID
    generation: int

    def __str__(self) -> str:
        return f"{self._body()}.{self._signature(settings.SECRET_KEY)}"

    def _body(self) -> str:
        return f"{self.session_id.hex}.{self.generation}"

    def _signature(self, secret: str) -> str:
        return salted_hmac(SALT, self._body(), secret=secret, algorithm="sha256").hexdigest()

    def is_signed_with(self, signature: str) -> bool:
        """Whether this is our signature, made with the present secret or an earlier one."""
        secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        return any(constant_time_compare(self._signature(secret), signature) for secret in secrets)


def read_refresh_token(text: str) -> RefreshToken | None:
    """The token of this text; None for one that is not ours."""
    match = FORM.fullmatch(text)
    if match is None:
        return None
    token = RefreshToken(uuid.UUID(hex=match[1]), int(match[2]))
    return token if token.is_signed_with(match[3]) else None
