"""Signing up, logging in, renewing, logging out; tickets; the public keys."""

import unicodedata
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ValidationError

from accounts.identity import people
from accounts.identity.cookies import forget_cookie, put_in_cookie, refresh_cookie
from accounts.identity.serializers import (
    LogInSerializer,
    MeSerializer,
    RefreshSerializer,
    SignUpSerializer,
    TicketSerializer,
    TokensSerializer,
)
from accounts.identity.sessions import TokenPair, end_session_of, refresh_session
from accounts.identity.tickets import issue_ticket
from accounts.keys import key_ring
from accounts.models import User
from accounts.tokens import AccessToken
from backend_practice.http.views import ApiView


def address_of(request: Request) -> str:
    """The client's address, as `TrustedProxyMiddleware` found it."""
    return str(request.META.get("REMOTE_ADDR", "")).partition("%")[0]  # no zone (RFC 4007)


def device_of(request: Request) -> str:
    """What the client calls itself, printable and short."""
    text = request.headers.get("User-Agent", "")
    return "".join(c for c in text if unicodedata.category(c)[0] != "C")[:200]


def session_id_of(request: Request) -> Any:
    """The session of the request's access token; None for a request by cookie."""
    return request.auth.claims.session_id if isinstance(request.auth, AccessToken) else None


def cookie_key_of(request: Request) -> str | None:
    """The key of the session whose cookie the request came with; None for one with a token."""
    return None if isinstance(request.auth, AccessToken) else request.session.session_key


def user_of(request: Request) -> User:
    """Who asks; only for views that let nobody else in."""
    return cast(User, request.user)


def tokens_response(tokens: TokenPair, *, in_cookie: bool) -> Response:
    """The tokens in the body, or the refresh token in its cookie; never cached (RFC 6749, 5.1)."""
    body = {"access": tokens.access, "refresh": tokens.refresh, "expires_in": tokens.expires_in}
    if in_cookie:
        del body["refresh"]
    response = Response(body, headers={"Cache-Control": "no-store"})
    if in_cookie:
        put_in_cookie(response, tokens.refresh)
    return response


def given_refresh_token(request: Request) -> tuple[str, bool]:
    """The refresh token of the body or of the cookie, and whether it was the cookie."""
    serializer = RefreshSerializer(data=request.data or {})
    serializer.is_valid(raise_exception=True)
    token = serializer.validated_data.get("refresh", "")
    if token:
        return token, False
    token = refresh_cookie(request)
    if not token:
        raise ValidationError({"refresh": ["This field is required."]}, code="required")
    return token, True


class Open(ApiView):
    """For those who cannot have logged in yet: credentials they send are not looked at."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    # Those in the body or the cookie. Nothing of such a request is kept for a repeat.
    checks_credentials = True

    def get_authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class SignUp(Open):
    """A new account. A code to confirm the address goes out by mail."""

    @extend_schema(request=SignUpSerializer, responses={201: MeSerializer})
    def post(self, request: Request) -> Response:
        serializer = SignUpSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        user = people.sign_up(**serializer.validated_data, address=address_of(request))
        return Response(MeSerializer(user).data, status=status.HTTP_201_CREATED)


class LogIn(Open):
    """Tokens for an address and its password."""

    @extend_schema(request=LogInSerializer, responses=TokensSerializer)
    def post(self, request: Request) -> Response:
        serializer = LogInSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        credentials = serializer.validated_data
        in_cookie = credentials.pop("refresh_in") == "cookie"
        tokens = people.log_in(
            **credentials, device=device_of(request), address=address_of(request)
        )
        return tokens_response(tokens, in_cookie=in_cookie)


class Refresh(Open):
    """The next pair of tokens. A refresh token is used once; see the grace of ten seconds."""

    @extend_schema(request=RefreshSerializer, responses=TokensSerializer)
    def post(self, request: Request) -> Response:
        token, in_cookie = given_refresh_token(request)
        return tokens_response(refresh_session(token), in_cookie=in_cookie)


class LogOut(Open):
    """Ends the session of this refresh token, and with it its access tokens."""

    @extend_schema(request=RefreshSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        token, in_cookie = given_refresh_token(request)
        end_session_of(token)
        response = Response(status=status.HTTP_204_NO_CONTENT)
        if in_cookie:
            forget_cookie(response)
        return response


class SocketTicket(ApiView):
    """A ticket that opens one WebSocket within 30 seconds."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(request=None, responses=TicketSerializer)
    def post(self, request: Request) -> Response:
        ticket = issue_ticket(user_of(request), session_id_of(request), cookie_key_of(request))
        body = {"ticket": ticket, "expires_in": settings.TICKET_SECONDS}
        return Response(body, headers={"Cache-Control": "no-store"})


@require_safe
@cache_control(public=True, max_age=30)
def jwks(request: HttpRequest) -> JsonResponse:
    """The public keys (RFC 7517): all that is needed to verify an access token."""
    return JsonResponse(key_ring().jwks(), content_type="application/jwk-set+json")
