"""What one request has caused: its events, and who has heard them. For whoever sits here."""

from typing import Any

from django.apps import apps
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from backend_practice.inside import may_see_inside

NEWEST = 5_000  # events that are looked through: a request id has no index of its own
MOST = 50


@require_safe
@never_cache
def trail(request: HttpRequest, request_id: str) -> JsonResponse:
    """The events that bear this request id, oldest first, each with its deliveries.

    404 where this process keeps no events: split into services, each keeps its own.
    """
    if not apps.is_installed("events"):
        raise Http404("Each service keeps the events of its own.")
    if not may_see_inside(request):
        return JsonResponse({"detail": "Events are shown on this machine alone."}, status=403)
    return JsonResponse({"events": events_of(request_id)})


def events_of(request_id: str) -> list[dict[str, Any]]:
    """Three queries, however many events there are."""
    from events.models import Delivery, OutboxEvent  # where the app is installed

    newest = OutboxEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    found = OutboxEvent.objects.filter(pk__gt=newest - NEWEST, request_id=request_id)
    events = list(found.order_by("pk")[:MOST])
    heard: dict[Any, list[dict[str, Any]]] = {event.event_id: [] for event in events}
    for delivery in Delivery.objects.filter(event_id__in=heard).order_by("pk"):
        heard[delivery.event_id].append(_as_heard(delivery))
    return [
        {
            "event": event.as_event().to_cloudevent(),
            "sent_at": event.sent_at,
            "deliveries": heard[event.event_id],
        }
        for event in events
    ]


def _as_heard(delivery: Any) -> dict[str, Any]:
    return {
        "handler": delivery.handler,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "handled_at": delivery.handled_at,
    }
