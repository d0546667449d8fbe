"""Writing answers: JSON, and the browsable API for a browser."""

import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson
from django.utils.functional import Promise
from rest_framework import renderers

# datetime → RFC 3339 with Z for UTC.
OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


class JSONRenderer(renderers.BaseRenderer):
    """JSON in UTF-8; indented for a client that says so: `Accept: application/json; indent=2`."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        if data is None:
            return b""
        indent = orjson.OPT_INDENT_2 if "indent=" in (accepted_media_type or "") else 0
        return orjson.dumps(data, default=as_json, option=OPTIONS | indent)


def as_json(value: Any) -> Any:
    """What orjson does not know by itself."""
    if isinstance(value, Promise | Decimal | uuid.UUID):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


class BrowsableAPIRenderer(renderers.BrowsableAPIRenderer):
    """DRF's pages; the raw form alone, because bodies are JSON and nothing else."""

    def get_default_renderer(self, view: Any) -> renderers.BaseRenderer:
        return IndentedJSONRenderer()

    def show_form_for_method(self, view: Any, method: str, request: Any, obj: Any) -> bool:
        return method != "OPTIONS" and bool(
            super().show_form_for_method(view, method, request, obj)
        )

    def get_rendered_html_form(self, data: Any, view: Any, method: str, request: Any) -> Any:
        if method in ("DELETE", "OPTIONS") and self.show_form_for_method(
            view, method, request, None
        ):
            return True
        return ""

    def get_filter_form(self, data: Any, view: Any, request: Any) -> str | None:
        return None


class IndentedJSONRenderer(JSONRenderer):
    """JSON to be read by a person."""

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return super().render(data, "application/json; indent=2", renderer_context)
