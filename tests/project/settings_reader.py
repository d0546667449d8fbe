"""Reads the site's settings afresh, as a process that starts would."""

import os
import runpy
from pathlib import Path
from typing import Any
from unittest.mock import patch

import backend_practice.settings

SETTINGS_FILE = Path(backend_practice.settings.__file__)
PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "a-secret-key-that-is-long-enough-for-production-0123456789",
    "ALLOWED_HOSTS": "books.example.com",
    "SITE_URL": "https://books.example.com",
    "DATABASE_URL": "postgresql://reader@database.example.com:5432/books",
    "SIGNING_KEYS_DIR": "/run/secrets/signing-keys",
    "EMAIL_URL": "smtp+tls://mail.example.com",
}


def settings_with(**variables: str) -> dict[str, Any]:
    """The settings by name, in an environment of these variables and `DATA_DIR` alone."""
    alone = {"DATA_DIR": os.environ["DATA_DIR"], **variables}
    with patch.dict(os.environ, alone, clear=True):
        return runpy.run_path(str(SETTINGS_FILE), run_name="settings_read_afresh")
