"""What services ask each other below `/internal/`, which the gateway lets nobody through to."""

from importlib.util import find_spec

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_safe

from backend_practice import __version__
from backend_practice.health import run_checks
from backend_practice.http.schema_view import schema
from backend_practice.services.client import circuits
from backend_practice.services.tokens import Caller, for_services, own_key_set


@require_safe
def keys(request: HttpRequest) -> JsonResponse:
    """The public key that this service's tokens are verified with; no secret, so for anybody."""
    return JsonResponse(own_key_set(), content_type="application/jwk-set+json")


@require_safe
@for_services
def health(request: HttpRequest, caller: Caller) -> HttpResponseBase:
    """How this service is, and how it finds those that it asks."""
    return JsonResponse(report())


@require_safe
@for_services
def own_schema(request: HttpRequest, caller: Caller) -> HttpResponseBase:
    """This service's part of the OpenAPI document."""
    return JsonResponse(schema())


def report() -> dict[str, object]:
    """Name, version, whether all that it needs answers, and its circuits."""
    checks = run_checks()
    is_ready = all(check["status"] == "ok" for check in checks.values())
    return {
        "name": settings.SERVICE,
        "version": __version__,
        "status": "up" if is_ready else "degraded",
        "checks": checks,
        "circuits": {name: circuit.state for name, circuit in circuits.items()},
    }


def routes() -> list[URLPattern | URLResolver]:
    """Those above, and what each installed app has in its `internal_urls`."""
    names = [f"{app.name}.internal_urls" for app in apps.get_app_configs()]
    ours = [name for name in names if name.partition(".")[0] in OURS and find_spec(name)]
    return [
        path("keys/", keys),
        path("health/", health),
        path("schema/", own_schema),
        *(path("", include(name)) for name in ours),
    ]


OURS = frozenset({"accounts", "books", "chat", "events", "jobs", "uploads"})
