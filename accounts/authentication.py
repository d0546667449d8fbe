"""How a request says whose it is."""

from rest_framework import authentication
from rest_framework.request import Request


class SessionAuthentication(authentication.SessionAuthentication):
    """Django's session cookie, with CSRF protection.

    The stock class names no scheme, so that DRF answers 403 to a request
    without any credentials; with one it is 401 and `WWW-Authenticate`.
    """

    def authenticate_header(self, request: Request) -> str:
        return 'Session realm="api"'
