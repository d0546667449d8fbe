"""Where each service listens, for the other services and for the gateway."""

from django.conf import settings

from backend_practice.registry import PARTS, SERVICES


def port_of(name: str) -> int:
    """The port of this service, where all of them are on one machine."""
    return int(settings.SERVICES_PORT) + SERVICES[name].number


def address_of(name: str) -> str:
    """The base URL of this service, without a slash at its end; inside, not through the gateway."""
    url: str = settings.SERVICE_URL
    return url.replace("{name}", name).replace("{port}", str(port_of(name))).rstrip("/")


def is_split() -> bool:
    """Whether this process is one of several services, and not all of the site."""
    return settings.SERVICE in PARTS
