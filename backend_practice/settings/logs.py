"""Logs: readable lines in a terminal, one JSON object a line in production."""

from typing import Any


def logging_configuration(*, form: str, level: str) -> dict[str, Any]:
    """The `LOGGING` setting for the form `text` or `json`, from this level up."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": "backend_practice.http.logs.RequestIdFilter"}},
        "formatters": {
            "text": {"()": "backend_practice.http.logs.TextFormatter"},
            "json": {"()": "backend_practice.http.logs.JsonFormatter"},
        },
        "handlers": {
            "none": {"class": "logging.NullHandler"},
            "console": {
                "class": "logging.StreamHandler",
                "formatter": form,
                "filters": ["request_id"],
            },
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"handlers": [], "propagate": True, "level": level},
            # AccessLogMiddleware writes a line for every request, with more in it.
            "django.server": {"handlers": ["none"], "propagate": False},
            "django.channels.server": {"handlers": ["none"], "propagate": False},
            "uvicorn.access": {"handlers": ["none"], "propagate": False},
            "daphne": {"level": "WARNING"},
            "httpx": {"level": "WARNING"},
            # What becomes of jobs is said by `jobs`, a line each.
            "celery": {"level": "WARNING"},
            # Anybody can send a wrong Host; the 400 stands in the access log.
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            # Answers of 400 and above stand in the access log; here only crashes.
            "django.request": {"level": "ERROR"},
        },
    }
