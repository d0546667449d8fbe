"""`manage.py collectstatic`: the static files of all apps, and their public ones."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.management.commands import collectstatic
from django.core.management.base import CommandParser

from backend_practice.static_files import (
    fingerprint,
    is_collected,
    marker,
    public_files,
    publish,
)

NOT_SERVED = ("redoc",)  # comes with Swagger UI, is as large, and no page of ours asks for it


class Command(collectstatic.Command):
    """Django's own, which also publishes each app's `public/`, and rests when nothing changed."""

    help = (
        "Collects static files into STATIC_ROOT and every app's public/ into WHITENOISE_ROOT,"
        " with compressed copies. Does nothing where nothing has changed since the last time."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "-f", "--force", action="store_true", help="Collect though nothing has changed."
        )

    def set_options(self, **options: Any) -> None:
        self.is_whole = options["post_process"] and not options["ignore_patterns"]
        super().set_options(**options)
        self.ignore_patterns = [*self.ignore_patterns, *NOT_SERVED]

    def handle(self, **options: Any) -> str | None:
        self.fingerprint = fingerprint()
        wanted = options["force"] or options["clear"] or options["dry_run"]
        if not wanted and is_collected(self.fingerprint):
            return "The static files are up to date." if options["verbosity"] else None
        return super().handle(**options)

    def collect(self) -> dict[str, list[str]]:
        if self.dry_run:
            return super().collect()
        # No marker: the first time, or a run that was cut short and may have left half a file.
        self.clear = self.clear or not marker().exists()
        marker().unlink(missing_ok=True)
        collected = super().collect()
        publish(public_files(), Path(settings.WHITENOISE_ROOT))
        if self.is_whole:
            marker().write_text(self.fingerprint)
        return collected

    def delete_file(self, path: str, prefixed_path: str, source_storage: Any) -> bool:
        """Make room always: an installer may give a newer file an older time."""
        if not self.dry_run:
            self.storage.delete(prefixed_path)
        return True
