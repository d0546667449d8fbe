"""`manage.py backup DIRECTORY`: the database, and the uploads on disk."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend_practice.backups import BackupError, back_up, uploads_directory


class Command(BaseCommand):
    """Copy the database and the uploads on disk into a new directory, while the site runs.

    Secrets and keys are not in it, nor what lies in a bucket: keep those by other means.
    """

    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, help="It must not exist yet.")

    def handle(self, *, directory: Path, **options: Any) -> None:
        try:
            made = back_up(directory)
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{made.path}: {made.size:,} bytes")
        if not uploads_directory():
            self.stdout.write("Uploads lie in a bucket, and are not in it.")
