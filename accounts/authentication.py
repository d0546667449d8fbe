"""How a request says whose it is: an access token, or the session cookie of the pages."""

from typing import Any

from django.apps import apps
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication

from accounts.tokens import AccessToken, Claims, read_access_token


class BearerAuthentication(JWTAuthentication):
    """`Authorization: Bearer <access token>` (RFC 6750).

    The token's session is asked as well: one that has ended is refused at once,
    not when the token expires. `request.auth` is the token.
    """

    def authenticate_header(self, request: Request) -> str:
        given = "Authorization" in request.headers
        return 'Bearer realm="api"' + (', error="invalid_token"' if given else "")

    def get_validated_token(self, raw_token: bytes) -> AccessToken:
        token = read_access_token(raw_token)
        if token is None:
            raise AuthenticationFailed("This access token does not hold.", code="invalid_token")
        return token

    def get_user(self, validated_token: Any) -> Any:
        claims: Claims = validated_token.claims
        user = user_of_session(claims) if owns_identities() else known_user(claims)
        if user is None:
            raise AuthenticationFailed("The session of this token has ended.", code="session_ended")
        return user


def owns_identities() -> bool:
    """Whether this process has the sessions; others go by the token, until it expires."""
    return apps.is_installed("accounts.identity")


def user_of_session(claims: Claims) -> Any:
    """The user of the token's session, if it lives."""
    from accounts.identity.selectors import live_session  # installed with its app alone

    session = live_session(claims.session_id, user_id=claims.user_id)
    return session.user if session else None


def known_user(claims: Claims) -> Any:
    """This service's own copy of the user, made where this is the first that it hears of them."""
    from accounts.copies.people import user_of_claims  # installed with its app alone

    user = user_of_claims(claims)
    return user if user is not None and user.is_active else None


class SessionAuthentication(authentication.SessionAuthentication):
    """Django's session cookie, with CSRF protection, for the pages and the browsable API."""
