"""Check a server against the contract: `manage.py practice check --url http://localhost:3000`.

Without anything more it shows how far one is. The checks are those of `tests/contract`,
which runs without Django as well; its exit codes are this command's.
"""

import sys
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from backend_practice.practice import progress_file

SUITE = "tests.contract.command"


class Command(BaseCommand):
    """Hand the arguments on to the suite."""

    help = __doc__

    def run_from_argv(self, argv: list[str]) -> None:
        sys.exit(self.practise(argv[2:]))

    def handle(self, *arguments: str, **options: Any) -> None:
        raise CommandError("Only from the command line: manage.py practice check --url …")

    def practise(self, arguments: list[str]) -> int:
        """The suite's exit code: 0 all kept, 1 a check failed, 2 it could not begin."""
        if not (settings.BASE_DIR / "tests" / "contract").is_dir():
            print("The checks are not here: tests/contract/ has been left out.", file=sys.stderr)  # noqa: T201
            return 2
        suite = import_module(SUITE)
        code: int = suite.main(
            arguments, program="manage.py practice", progress_file=progress_file()
        )
        return code
