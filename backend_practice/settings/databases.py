"""One database, from `DATABASE_URL`."""

from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

SQLITE_OPTIONS = {
    # Writers queue at BEGIN instead of failing half way; readers never wait (WAL).
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}
POSTGRESQL_OPTIONS = {"connect_timeout": 2}


def database(url: str, password: str = "") -> dict[str, Any]:
    """Django's settings for the database at this URL.

    `password` stands in for the URL's own, so that it can come from a file.
    Connections last as long as the threads that hold them.
    """
    try:
        configuration: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=None))
    except ValueError as error:
        raise ImproperlyConfigured(f"DATABASE_URL: {error}.") from error
    if password:
        configuration["PASSWORD"] = password
    sqlite = configuration["ENGINE"].endswith("sqlite3")
    defaults = SQLITE_OPTIONS if sqlite else POSTGRESQL_OPTIONS
    configuration["OPTIONS"] = {**defaults, **configuration.get("OPTIONS", {})}
    if configuration["ENGINE"] == "django.db.backends.postgresql":
        configuration["ENGINE"] = "backend_practice.postgresql"
        configuration["CONN_HEALTH_CHECKS"] = True
    return configuration
