#!/usr/bin/env python
"""Runs the site's commands: `python manage.py help` lists them."""

import os
import sys

from django.utils.autoreload import DJANGO_AUTORELOAD_ENV, run_with_reloader

from backend_practice.environment import load_dotenv_file


def main() -> None:
    load_dotenv_file()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend_practice.settings")
    if only_watches(sys.argv):
        run_with_reloader(main)
        return
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(str(error))


def only_watches(arguments: list[str]) -> bool:
    """Whether this process only starts the one that serves, again after each change of a file.

    It needs no apps then, and loading them would double the time to the first answer.
    """
    reloads = arguments[1:2] == ["runserver"] and "--noreload" not in arguments
    return reloads and os.environ.get(DJANGO_AUTORELOAD_ENV) != "true"


if __name__ == "__main__":
    main()
