"""The settings that this package reads, each with its value in a project that does not name it."""

from typing import Any

from django.conf import settings

DEFAULTS: dict[str, Any] = {
    "API_PREFIX": "/api/v1/",
    "BROKER_URL": "",
    "CELERY_BROKER_URL": "",
    "IDEMPOTENCY_HOURS": 24,
    "MAX_BODY_BYTES": 1024 * 1024,
    "MAX_JSON_DEPTH": 64,
    "MAX_UPLOAD_BYTES": 100 * 1024 * 1024,
    "METRICS_TOKEN": "",
    "MULTIPART_OVERHEAD": 64 * 1024,
    "REDIS_URL": "",
    "REQUESTS_PER_MINUTE_ADDRESS": 600,
    "REQUESTS_PER_MINUTE_USER": 1200,
    "STREAMED_PATHS": (),
    "TRUSTED_PROXIES": (),
}


def setting(name: str) -> Any:
    """The project's value, or the default."""
    return getattr(settings, name, DEFAULTS[name])
