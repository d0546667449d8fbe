"""What `make run` does before the server starts. Running it again changes nothing."""

import errno
import fcntl
import secrets
import socket
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Q

ADMIN_EMAIL = "admin@example.com"
POSTGRESQL_LOCK = 0x5072657061726564  # any number, as long as nothing else takes it


class Command(BaseCommand):
    """Bring the database up to date; embedded, also fill it and make an account to log in with."""

    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--listen",
            metavar="HOST:PORT",
            help="Where the server is about to listen: stop if the port is taken.",
        )

    def handle(self, *, listen: str | None, **options: Any) -> None:
        if listen:
            stop_if_taken(listen)
        try:
            self.prepare()
        except OperationalError as error:
            raise CommandError(f"The database cannot be used: {error}") from error

    def prepare(self) -> None:
        with one_process_at_a_time():
            self.say("Database", migrate())
            if not settings.PRODUCTION:
                self.say("Books", load_sample_books())
                if apps.is_installed("accounts.identity"):
                    self.say("Admin", make_admin())

    def say(self, subject: str, what: str) -> None:
        self.stdout.write(f"{subject:<9} {what}")


def stop_if_taken(listen: str, otherwise: str = "make run PORT=8001") -> None:
    """Raise `CommandError` where something else listens on this `HOST:PORT` already.

    `otherwise` is the command that would listen somewhere else.
    """
    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65_535:
        raise CommandError(f"{listen} is no address: HOST:PORT, like 127.0.0.1:8000.")
    family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), int(port)))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            reason = "something else listens there already" if taken else error.strerror
            raise CommandError(
                f"Cannot listen on {listen}: {reason}. Choose another port: {otherwise}"
            ) from error


@contextmanager
def one_process_at_a_time() -> Iterator[None]:
    """Let one process prepare at a time: on this machine, and in this PostgreSQL database."""
    with (settings.DATA_DIR / "prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [POSTGRESQL_LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [POSTGRESQL_LOCK])


def migrate() -> str:
    """Apply the migrations that are missing; what was done, in a few words."""
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not missing:
        return f"{connection.display_name}, up to date"
    call_command("migrate", verbosity=0, interactive=False)
    return f"{connection.display_name}, {len(missing)} migrations applied"


def load_sample_books() -> str:
    """Load the sample catalogue where there are no books yet; how many there are now."""
    if "seed_books" not in get_commands():
        return "not part of this process"
    books = apps.get_model("books.Book")._default_manager
    if books.exists():
        return f"{books.count():,}"
    call_command("seed_books", stdout=StringIO())  # what it did is said here
    return f"{books.count():,}, the sample catalogue"


def make_admin() -> str:
    """Make an account for the admin where there is none; its e-mail, and a new one's password."""
    users = get_user_model()._default_manager
    admin = users.filter(Q(is_superuser=True) | Q(email=ADMIN_EMAIL)).order_by("created_at").first()
    if admin:
        return f"{admin.email}, with the password it was given"
    password = secrets.token_urlsafe(12)
    get_user_model().objects.create_superuser(ADMIN_EMAIL, password)
    return (
        f"{ADMIN_EMAIL} with the password {password}\n"
        "          shown this once; to set another: "
        f".venv/bin/python manage.py changepassword {ADMIN_EMAIL}"
    )
