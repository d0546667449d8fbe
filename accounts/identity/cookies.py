"""The refresh token of a page: in a cookie that no script reads and no other site sends."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

COOKIE = "refresh"


def put_in_cookie(response: Response, refresh: str) -> None:
    """HttpOnly, SameSite=Strict, and sent to the routes of authentication alone."""
    response.set_cookie(
        COOKIE,
        refresh,
        max_age=settings.REFRESH_TOKEN_SECONDS,
        path=_path(),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def forget_cookie(response: Response) -> None:
    """Tell the browser to drop it."""
    response.delete_cookie(COOKIE, path=_path(), samesite="Strict")


def refresh_cookie(request: Request) -> str:
    """The token in the cookie, or an empty text.

    Raises `PermissionDenied` without a valid CSRF token: a browser sends the
    cookie by itself.
    """
    token: str = request.COOKIES.get(COOKIE, "")
    if token:
        authentication: Any = SessionAuthentication()
        authentication.enforce_csrf(request)
    return token


def _path() -> str:
    return reverse("log-in").removesuffix("login/")
