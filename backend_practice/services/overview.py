"""How each service is: asked all at once, for a moment, and not for every request anew."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from backend_practice.http.views import ApiView
from backend_practice.inside import may_see_inside
from backend_practice.registry import PARTS
from backend_practice.services import internal
from backend_practice.services.addresses import is_split
from backend_practice.services.circuit import CLOSED
from backend_practice.services.client import ServiceAway, ask, circuits

SECONDS_TO_ANSWER = 1.0
SECONDS_KEPT = 2.0
UP, DEGRADED, DOWN = "up", "degraded", "down"

_lock = threading.Lock()
_last: list[dict[str, Any]] = []
_asked_at = 0.0


class ServiceSerializer(serializers.Serializer[Any]):
    """One service."""

    name = serializers.CharField()
    status = serializers.ChoiceField(
        [UP, DEGRADED, DOWN],
        help_text="`degraded`: it answers, and something that it needs does not.",
    )
    version = serializers.CharField(allow_null=True, help_text="null while it is down.")
    milliseconds = serializers.FloatField(help_text="How long it took to answer.")
    circuit = serializers.CharField(
        help_text="`open`: it has failed so often that it is left alone for some seconds."
    )
    circuits = serializers.DictField(
        child=serializers.CharField(), help_text="Those from it to services that it asks."
    )
    checks = serializers.DictField(
        required=False, help_text="What it needs, one by one; for this machine alone."
    )


class ServiceListSerializer(serializers.Serializer[Any]):
    """All of them on one page."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = ServiceSerializer(many=True)


class Services(ApiView):
    """Each service, its health and its version. One process that is all of them says so of each."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(operation_id="services_list", responses=ServiceListSerializer)
    def get(self, request: Request) -> Response:
        shown = [dict(service) for service in services()]
        if not may_see_inside(request._request):
            for service in shown:
                service.pop("checks", None)
        page = {"next": None, "previous": None, "results": shown}
        return Response(page, headers={"Cache-Control": "no-store"})


def services() -> list[dict[str, Any]]:
    """How each is, no older than `SECONDS_KEPT`: whoever asks often causes no more questions."""
    global _last, _asked_at
    with _lock:
        if time.monotonic() - _asked_at > SECONDS_KEPT or not _last:
            _last = ask_all() if is_split() else all_are(internal.report())
            _asked_at = time.monotonic()
        return _last


def all_are(report: dict[str, Any]) -> list[dict[str, Any]]:
    """In one process each is as that is."""
    return [{**report, "name": name, "milliseconds": 0.0, "circuit": CLOSED} for name in PARTS]


def ask_all() -> list[dict[str, Any]]:
    with ThreadPoolExecutor(len(PARTS)) as pool:
        return list(pool.map(how_is, PARTS))


def how_is(name: str) -> dict[str, Any]:
    """What this service says of itself, or that it says nothing."""
    start = time.perf_counter()
    try:
        told = said_by(name)
    except (ServiceAway, ValueError):
        told = {"status": DOWN, "version": None, "circuits": {}}
    milliseconds = round((time.perf_counter() - start) * 1000, 1)
    circuit = circuits[name].state if name in circuits else CLOSED
    return {**told, "name": name, "milliseconds": milliseconds, "circuit": circuit}


def said_by(name: str) -> dict[str, Any]:
    """Raises `ServiceAway`, and `ValueError` for an answer that is none."""
    if name == settings.SERVICE:
        return internal.report()
    response = ask(name, "GET", "/internal/health/", seconds=SECONDS_TO_ANSWER)
    if response.status_code != 200:
        raise ValueError(f"{name} answers with {response.status_code}.")
    told: dict[str, Any] = response.json()
    return {key: told[key] for key in ("status", "version", "circuits", "checks")}
