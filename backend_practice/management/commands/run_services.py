"""`manage.py run_services`, which is `make services`: the site as services, on one machine."""

import os
import shlex
import subprocess
import sys
import threading
import time
from argparse import ArgumentParser
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from honcho.manager import Manager

from backend_practice.management.commands.prepare import stop_if_taken
from backend_practice.registry import PARTS
from backend_practice.services import local
from backend_practice.services.local import Missing, Site

SECONDS_TO_START = 120


class Command(BaseCommand):
    """Runs gateway, services, workers, relays and consumers; Control-C stops them all."""

    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--listen", default="127.0.0.1:8000", metavar="ADDRESS:PORT")

    def handle(self, *, listen: str, **options: Any) -> None:
        host, _, port = listen.rpartition(":")
        try:
            servers = local.find_servers(dict(os.environ))
        except Missing as missing:
            raise CommandError(str(missing)) from missing
        for remark in servers.remarks:
            self.stdout.write(self.style.WARNING(remark))
        directory = settings.DATA_DIR / "services"
        first_port = settings.SERVICES_PORT
        site = Site(host, int(port), first_port, directory, settings.EVENTS_EXCHANGE, servers)
        stop_if_taken(listen, "make services PORT=8001")
        for name in PARTS:
            inside = f"127.0.0.1:{local.port_of(site, name)}"
            stop_if_taken(inside, f"SERVICES_PORT={first_port + 100} make services")
        self.prepare(site)
        self.run(site)

    def prepare(self, site: Site) -> None:
        """Databases, tables, static files, sample books and an account for the admin."""
        local.create_databases(site)
        with ThreadPoolExecutor(2) as pool:
            for name, printed in zip(
                PARTS, pool.map(lambda name: prepared(site, name), PARTS), strict=True
            ):
                self.stdout.write(self.style.SUCCESS(name))
                self.stdout.write(printed.rstrip())

    def run(self, site: Site) -> None:
        manager = Manager()
        for name in PARTS:
            local.stopped_file(site.directory, name).unlink(missing_ok=True)
        gateway = local.kept(site, "gateway", gateway_command(site))
        manager.add_process("gateway", in_shell(gateway))
        for name, command, environment in local.processes(site):
            manager.add_process(name, in_shell(command), env={**os.environ, **environment})
        threading.Thread(target=self.greet, args=(site,), daemon=True).start()
        manager.loop()
        sys.exit(0 if manager.returncode in (130, 143) else 1)  # it was told to end

    def greet(self, site: Site) -> None:
        """Say that the site is open once every service answers."""
        deadline = time.monotonic() + SECONDS_TO_START
        addresses = [f"http://127.0.0.1:{local.port_of(site, name)}" for name in PARTS]
        for address in (*addresses, site.url):
            while not answers(f"{address}/healthz/live"):
                if time.monotonic() > deadline:
                    self.stdout.write(self.style.ERROR(f"{address} does not answer."))
                    return
        lines = [f"  {what:<10} {site.url}{path}" for what, path in WAYS_IN]
        # Past the gateway: other people's mail is for nobody but who sits at this machine.
        inside = f"http://127.0.0.1:{local.port_of(site, 'accounts')}"
        lines.append(f"  {'Mailbox':<10} {inside}/mailbox/")
        title = self.style.SUCCESS("Back End Practice is open, as services.")
        self.stdout.write("\n".join(["", title, "", *lines, "", "Control-C stops them all.", ""]))


WAYS_IN = (
    ("Home page", "/"),
    ("API", "/api/v1/docs/"),
    ("Services", "/api/v1/services/"),
    ("Admin", "/admin/"),
)


def in_shell(command: list[str]) -> str:
    """Without a shell that stays in between, and would be told to end in the command's stead."""
    return f"exec {shlex.join(command)}"


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.TransportError:
        time.sleep(0.2)
        return False


def prepared(site: Site, service: str) -> str:
    """What preparing this service has printed."""
    environment = {**os.environ, **local.environment_of(site, service)}
    printed = ""
    for arguments in (("prepare",), ("collectstatic", "--no-input", "-v", "0")):
        done = subprocess.run(  # noqa: S603 - our own command
            local.manage(*arguments), env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise CommandError(f"{service} cannot be prepared: {done.stderr or done.stdout}")
        printed += done.stdout
    return printed


def gateway_command(site: Site) -> list[str]:
    """nginx, with a configuration made anew."""
    directory: Path = site.directory / "gateway"
    directory.mkdir(parents=True, exist_ok=True)
    made = local.manage(
        *("gateway_config", "--listen", f"{site.host}:{site.port}"),
        *("--directory", str(directory), "--user", local.nginx_user()),
        *("--uploads", str(site.directory / "uploads" / "uploads")),
    )
    environment = {**os.environ, **local.environment_of(site, "web")}
    done = subprocess.run(  # noqa: S603 - our own command
        made, env=environment, capture_output=True, text=True, check=True
    )
    (directory / "nginx.conf").write_text(done.stdout)
    errors = str(directory / "error.log")
    return [site.servers.nginx, "-e", errors, "-c", str(directory / "nginx.conf")]
