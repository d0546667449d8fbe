"""Reading JSON bodies, strictly."""

import codecs
from collections.abc import Iterable, Mapping
from typing import IO, Any

import orjson
from rest_framework.parsers import BaseParser

from backend_practice.http.conf import setting
from backend_practice.http.problems import MalformedRequest


class StrictJSONParser(BaseParser):
    """JSON in UTF-8 (RFC 8259): no NaN, no lone surrogates, bounded in depth."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = stream.read()
        try:
            value = orjson.loads(body.removeprefix(codecs.BOM_UTF8))
        except orjson.JSONDecodeError as error:
            raise MalformedRequest(f"The body is not JSON: {error}.") from error
        limit: int = setting("MAX_JSON_DEPTH")
        if is_deeper_than(limit, value):
            raise MalformedRequest(f"The body is nested deeper than {limit} levels.")
        return value


def is_deeper_than(limit: int, value: Any) -> bool:
    """Whether lists and objects nest deeper than `limit`; level by level, without recursion."""
    level = _containers([value])
    for _ in range(limit):
        if not level:
            return False
        level = [inner for outer in level for inner in _containers(_children(outer))]
    return bool(level)


def _containers(values: Iterable[Any]) -> list[Any]:
    return [value for value in values if isinstance(value, dict | list)]


def _children(container: Any) -> Iterable[Any]:
    return container.values() if isinstance(container, dict) else container
