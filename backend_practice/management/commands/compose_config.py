"""`manage.py compose_config > deploy/services/compose.yaml`: the services as containers."""

from typing import Any

from django.core.management.base import BaseCommand

from backend_practice.services.compose import compose_file


class Command(BaseCommand):
    """Prints a Compose file of all services, made from the registry."""

    help = __doc__
    requires_system_checks = ()

    def handle(self, **options: Any) -> None:
        self.stdout.write(compose_file(), ending="")
