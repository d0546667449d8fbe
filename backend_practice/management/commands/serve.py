"""`manage.py serve`: the site in production, in one command."""

import os
import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

ADDRESS = re.compile(r"(?:(?P<host>\[[0-9a-fA-F:.]+\]|[^\s:\[\]]+):)?(?P<port>\d{1,5})")


class Command(BaseCommand):
    """Serve the site with a worker for each core, until SIGTERM; nothing under way is lost.

    Refuses to start where the deployment check finds anything, where migrations
    are missing, and where the static files have not been collected.
    """

    help = __doc__
    requires_system_checks = ()  # they import what must not be there before the metrics' directory

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", nargs="?", default="127.0.0.1:8000", metavar="[HOST:]PORT")
        parser.add_argument(
            "--workers", type=int, default=settings.WEB_CONCURRENCY,
            help="Processes that answer; WEB_CONCURRENCY or one for each core unless told.",
        )  # fmt: skip

    def handle(self, *, address: str, workers: int, **options: Any) -> None:
        if not os.environ.get("WEB_CONCURRENCY"):
            os.environ.pop("WEB_CONCURRENCY", None)  # gunicorn reads it too, and takes no empty one
        from backend_practice.serving import serve, shared_metrics

        where = full_address(address)
        if workers < 1:
            raise CommandError("--workers: at least one has to answer.")
        with shared_metrics():
            self.check(include_deployment_checks=settings.PRODUCTION, fail_level=checks.WARNING)
            stop_unless_migrated()
            stop_unless_collected()
            serve(where, workers)


def full_address(address: str) -> str:
    """`HOST:PORT`. Raises `CommandError` for what is no address."""
    match = ADDRESS.fullmatch(address)
    if not match or int(match["port"]) > 65_535:
        raise CommandError(f"{address} is no address: [HOST:]PORT, like 0.0.0.0:8000.")
    return f"{match['host'] or '127.0.0.1'}:{match['port']}"


def stop_unless_migrated() -> None:
    """Raise `CommandError` where the database lacks migrations that this code has."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise CommandError(f"The database cannot be used: {error}") from error
    if missing:
        names = ", ".join(f"{migration.app_label}.{migration.name}" for migration, _ in missing[:5])
        more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
        raise CommandError(f"The database lacks {names}{more}: run manage.py prepare first.")


def stop_unless_collected() -> None:
    """Raise `CommandError` where there are no static files to serve."""
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        raise CommandError(
            f"No static files in {settings.STATIC_ROOT}: run manage.py collectstatic --no-input."
        )
