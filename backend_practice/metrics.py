"""Prometheus metrics, at `/metrics` for this machine or for the bearer of a token."""

import ipaddress
import secrets

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram
from prometheus_client import generate_latest as as_text
from prometheus_client.multiprocess import MultiProcessCollector

from backend_practice.environment import Environment
from backend_practice.http.conf import setting
from backend_practice.http.context import Cost
from backend_practice.http.middleware.trusted_proxy import came_directly, is_address

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

REQUESTS = Counter("http_requests_total", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram(
    "http_request_duration_seconds",
    "From the first middleware to the answer.",
    ["method", "route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
QUERIES = Counter("database_queries_total", "Queries made by requests.", ["route"])


def observe_request(method: str, route: str, status: int, seconds: float, cost: Cost) -> None:
    """Count one request. Labels come from closed sets: a client cannot make new ones."""
    method = method if method in METHODS else "other"
    REQUESTS.labels(method, route, status).inc()
    SECONDS.labels(method, route).observe(seconds)
    if cost.queries:
        QUERIES.labels(route).inc(cost.queries)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures of all processes that share `PROMETHEUS_MULTIPROC_DIR`, or of this one."""
    if not may_see_inside(request):
        return HttpResponse("Only for this machine, or with METRICS_TOKEN.\n", status=403)
    registry: CollectorRegistry = REGISTRY
    if Environment().text("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return HttpResponse(as_text(registry), content_type=CONTENT_TYPE_LATEST)


def may_see_inside(request: HttpRequest) -> bool:
    """Whether the client is this very machine, through no proxy, or bears `METRICS_TOKEN`."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    expected: str = setting("METRICS_TOKEN")
    if expected and scheme.lower() == "bearer":
        return secrets.compare_digest(token.strip().encode(), expected.encode())
    address = request.META.get("REMOTE_ADDR", "")
    is_local = is_address(address) and ipaddress.ip_address(address).is_loopback
    return is_local and came_directly(request)
