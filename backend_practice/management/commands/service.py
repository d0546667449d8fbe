"""`manage.py service stop|start|restart NAME…`: parts of a site that `make services` runs."""

import socket
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from backend_practice.registry import PARTS
from backend_practice.services.addresses import port_of
from backend_practice.services.local import stopped_file

SECONDS_TO_STOP = 30
SECONDS_TO_START = 120
SECONDS_BETWEEN_LOOKS = 0.2


class Command(BaseCommand):
    """Stops a service (its server, its worker, its carrier of events) until it is started again.

    Returns once the server has let go of its port, or answers.
    """

    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=("stop", "start", "restart"))
        parser.add_argument("names", nargs="*", metavar="name", help="every one unless told")

    def handle(self, *, verb: str, names: Sequence[str], **options: Any) -> None:
        files = {name: stopped_file_of(name) for name in names or PARTS}
        if verb in ("stop", "restart"):
            for file in files.values():
                file.touch()
            wait_for_all(files, is_silent, SECONDS_TO_STOP, "still listens on its port")
        if verb in ("start", "restart"):
            for file in files.values():
                file.unlink(missing_ok=True)
            wait_for_all(files, is_live, SECONDS_TO_START, "does not answer; is it running at all?")
        for name in files:
            self.stdout.write(f"{name} {'stopped' if verb == 'stop' else 'started'}")


def stopped_file_of(name: str) -> Path:
    """Raises `CommandError` for what is no service, or was never started here."""
    if name not in PARTS:
        raise CommandError(f"{name} is no service: {', '.join(PARTS)}.")
    file = stopped_file(settings.DATA_DIR / "services", name)
    if not file.parent.is_dir():
        raise CommandError(f"{file.parent} is not there: `make services` starts the services.")
    return file


def wait_for_all(
    names: Iterable[str], holds: Callable[[str], bool], seconds: float, else_: str
) -> None:
    deadline = time.monotonic() + seconds
    for name in names:
        while not holds(name):
            if time.monotonic() > deadline:
                raise CommandError(f"{name} {else_}")
            time.sleep(SECONDS_BETWEEN_LOOKS)


def is_silent(name: str) -> bool:
    """Whether nothing listens on the service's port."""
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex(("127.0.0.1", port_of(name))) != 0


def is_live(name: str) -> bool:
    try:
        answer = httpx.get(f"http://127.0.0.1:{port_of(name)}/healthz/live", timeout=2)
    except httpx.TransportError:
        return False
    return answer.status_code == 200
