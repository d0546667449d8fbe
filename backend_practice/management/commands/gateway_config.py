"""`manage.py gateway_config`: prints nginx's configuration for the gateway."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from backend_practice.services.gateway import configuration


class Command(BaseCommand):
    """Prints the configuration of nginx as the gateway before the services."""

    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--listen", default="127.0.0.1:8000", metavar="ADDRESS:PORT")
        parser.add_argument(
            "--directory", default="/var/lib/nginx", help="where nginx writes what it writes"
        )
        parser.add_argument(
            "--resolver", default="", help="a DNS server that is asked again while nginx runs"
        )
        parser.add_argument("--user", default="", help="whom a master that is root becomes")
        parser.add_argument(
            "--uploads", default="", help="the directory of files that nginx sends by itself"
        )
        parser.add_argument("--access-log", default="", help="default: access.log in --directory")
        parser.add_argument("--output", default="", help="a file, instead of printing it")

    def handle(self, **options: Any) -> None:
        names = ("listen", "directory", "resolver", "user", "uploads", "access_log")
        text = configuration(**{name: options[name] for name in names})
        if options["output"]:
            Path(options["output"]).write_text(text)
        else:
            self.stdout.write(text)
