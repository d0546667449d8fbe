"""The settings that this package reads, each with its value in a project that does not name it."""

from typing import Any

from django.conf import settings

DEFAULTS: dict[str, Any] = {
    "API_PREFIX": "/api/v1/",
    "IDEMPOTENCY_HOURS": 24,
    "MAX_BODY_BYTES": 1024 * 1024,
    "MAX_JSON_DEPTH": 64,
    "METRICS_TOKEN": "",
    "REDIS_URL": "",
    "REQUESTS_PER_MINUTE_ADDRESS": 600,
    "REQUESTS_PER_MINUTE_USER": 1200,
    "TRUSTED_PROXIES": (),
}


def setting(name: str) -> Any:
    """The project's value, or the default."""
    return getattr(settings, name, DEFAULTS[name])
