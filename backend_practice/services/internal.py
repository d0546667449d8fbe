"""What services ask each other below `/internal/`, which the gateway lets nobody through to."""

from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_safe
from rest_framework.request import Request
from rest_framework.response import Response

from backend_practice import __version__
from backend_practice.health import run_checks
from backend_practice.http.schema_view import schema
from backend_practice.http.views import ApiView
from backend_practice.services.client import circuits
from backend_practice.services.tokens import Caller, NotAService, caller_of, own_key_set


@require_safe
def keys(request: HttpRequest) -> JsonResponse:
    """The public key that this service's tokens are verified with; no secret, so for anybody."""
    return JsonResponse(own_key_set(), content_type="application/jwk-set+json")


class ServiceView(ApiView):
    """A view that only other services may ask; `caller` says which one does, and for whom."""

    schema = None
    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    caller: Caller

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise NotAService("Only services ask here, with a token of theirs.")
        self.caller = caller_of(token)


class Health(ServiceView):
    """How this service is, and how it finds those that it asks."""

    def get(self, request: Request) -> Response:
        return Response(report())


class OwnSchema(ServiceView):
    """This service's part of the OpenAPI document."""

    def get(self, request: Request) -> Response:
        return Response(schema())


def report() -> dict[str, Any]:
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
        path("health/", Health.as_view()),
        path("schema/", OwnSchema.as_view()),
        *(path("", include(name)) for name in ours),
    ]


OURS = frozenset({"accounts", "books", "chat", "events", "jobs", "uploads"})
