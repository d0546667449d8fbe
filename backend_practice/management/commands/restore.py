"""`manage.py restore DIRECTORY`: the site as it was when `manage.py backup` was run."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend_practice.backups import BackupError, restore


class Command(BaseCommand):
    """Put a backup in place: first its checksums are compared, then the site is as it was.

    Stop the site before. Afterwards run `manage.py prepare` where the code is newer.
    """

    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path)
        parser.add_argument(
            "--over", action="store_true", help="Though there are data, which are then gone."
        )

    def handle(self, *, directory: Path, over: bool, **options: Any) -> None:
        try:
            restore(directory, over=over)
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"The site is as in {directory}.")
