"""Django's way in, for which no `Content-Type` is too odd.

Django reads that header while it builds the request, before any middleware:
`charset=hex`, a codec of Python that reads no text, would be a bare 500.
"""

from typing import Any

import django
from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http.request import HttpRequest
from django.utils.http import parse_header_parameters


class SteadyContentType(HttpRequest):
    """Queries and bodies are UTF-8, whatever charset is declared; an unreadable type is none."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            parsed = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except (ValueError, LookupError):
            parsed = ("", {})
            meta["CONTENT_TYPE"] = ""
        self.content_type, self.content_params = parsed


class SteadyWSGIRequest(SteadyContentType, WSGIRequest):
    """The request of a `SteadyWSGIHandler`."""


class SteadyASGIRequest(SteadyContentType, ASGIRequest):
    """The request of a `SteadyASGIHandler`."""


class SteadyWSGIHandler(WSGIHandler):
    """Django's WSGI application."""

    request_class = SteadyWSGIRequest


class SteadyASGIHandler(ASGIHandler):
    """Django's ASGI application."""

    request_class = SteadyASGIRequest


def wsgi_application() -> SteadyWSGIHandler:
    """As Django's `get_wsgi_application`."""
    django.setup(set_prefix=False)
    return SteadyWSGIHandler()


def asgi_application() -> SteadyASGIHandler:
    """As Django's `get_asgi_application`."""
    django.setup(set_prefix=False)
    return SteadyASGIHandler()
