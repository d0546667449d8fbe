"""One OpenAPI document of all services: each describes its own routes, `web` puts them together."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings

from backend_practice.http import schema_view
from backend_practice.registry import PARTS
from backend_practice.services.client import ServiceAway, ask

logger = logging.getLogger(__name__)

SECONDS_KEPT = 60.0
SECONDS_TO_ANSWER = 5.0  # the first who asks has it made

_parts: dict[str, dict[str, Any]] = {}
_asked_at: dict[str, float] = {}


class WholeSchemaView(schema_view.SchemaView):
    """`GET /api/v1/schema/` of a site that is split."""

    def document(self) -> dict[str, Any]:
        return whole_schema()


def whole_schema() -> dict[str, Any]:
    """Every route of every service; of one that is away, those that it had before."""
    others = [name for name in PARTS if name != settings.SERVICE]
    with ThreadPoolExecutor(len(others)) as pool:
        return merged([schema_view.schema(), *pool.map(part_of, others)])


def part_of(service: str) -> dict[str, Any]:
    """What this service describes: fetched, or as it was known before, even by another process."""
    if time.monotonic() - _asked_at.get(service, -SECONDS_KEPT) >= SECONDS_KEPT:
        try:
            response = ask(service, "GET", "/internal/schema/", seconds=SECONDS_TO_ANSWER)
            _parts[service] = response.raise_for_status().json()
            _asked_at[service] = time.monotonic()
            _path_of(service).write_bytes(orjson.dumps(_parts[service]))
        except (ServiceAway, ValueError, OSError) as error:
            logger.warning("The schema of %s is as it was: %s", service, error)
    if service not in _parts and _path_of(service).exists():
        _parts[service] = orjson.loads(_path_of(service).read_bytes())
    return _parts.get(service, {})


def merged(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """One document of several: the first one's head, everybody's paths and components, sorted."""
    whole: dict[str, Any] = {**parts[0], "paths": {}, "components": {}}
    for part in parts:
        whole["paths"].update(part.get("paths", {}))
        for group, components in part.get("components", {}).items():
            whole["components"].setdefault(group, {}).update(components)
    whole["paths"] = dict(sorted(whole["paths"].items()))
    return whole


def _path_of(service: str) -> Path:
    directory: Path = settings.DATA_DIR
    return directory / f"schema-of-{service}.json"
