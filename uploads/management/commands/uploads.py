"""`manage.py uploads reconcile`: a report first; `--delete` to act on it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from uploads import reconciliation


class Command(BaseCommand):
    """Find objects without a row, rows without an object, and usage that does not add up."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        reconcile = commands.add_parser("reconcile", help="Hold rows and objects together.")
        reconcile.add_argument(
            "--delete", action="store_true", help="Remove what stands alone. It cannot be undone."
        )

    def handle(self, *, delete: bool, **options: Any) -> None:
        count = 0
        for finding in reconciliation.findings():
            count += 1
            self.stdout.write(str(finding))
            if delete:
                reconciliation.mend(finding)
        self.stdout.write(summary(count, delete))


def summary(count: int, delete: bool) -> str:
    """What came of it, in a sentence."""
    if not count:
        return "Rows and objects agree."
    if delete:
        return f"{count:,} found and mended."
    return f"{count:,} found, nothing changed; --delete mends them."
