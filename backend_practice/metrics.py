"""Prometheus metrics, at `/metrics` for this machine or for the bearer of a token.

What a process counts (requests, queries, sockets) is added up over processes. What
stands in the database (jobs, events) is asked for when somebody scrapes: an app's
`figures.py` has a function `figures`, whose queries must not count a large table.
"""

import logging
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
)
from prometheus_client import generate_latest as as_text
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector

from backend_practice.environment import Environment
from backend_practice.http.context import Cost
from backend_practice.inside import may_see_inside

logger = logging.getLogger(__name__)

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

REQUESTS = Counter("http_requests_total", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram(
    "http_request_duration_seconds",
    "From the first middleware to the answer.",
    ["method", "route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
QUERIES = Counter("database_queries_total", "Queries made by requests.", ["route"])
SOCKETS = Gauge("websockets_open", "WebSockets open now.", multiprocess_mode="livesum")


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
    counted: CollectorRegistry = REGISTRY
    if Environment().text("PROMETHEUS_MULTIPROC_DIR"):
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    asked = CollectorRegistry()
    asked.register(Figures())
    return HttpResponse(as_text(counted) + as_text(asked), content_type=CONTENT_TYPE_LATEST)


class Figures:
    """What the apps know when they are asked; one that cannot answer hides no other."""

    def collect(self) -> Iterator[Metric]:
        answered = GaugeMetricFamily(
            "figures_answered", "Whether an app could give its figures.", labels=["app"]
        )
        for app, figures in sources():
            try:
                families = list(figures())
            except Exception:
                logger.exception("%s has no figures", app)
                families = []
                answered.add_metric([app], 0)
            else:
                answered.add_metric([app], 1)
            yield from families
        yield answered

    def describe(self) -> list[Metric]:
        """Nothing in advance: to be registered shall ask no database."""
        return []


def sources() -> Iterator[tuple[str, Callable[[], Iterator[Metric]]]]:
    """The function `figures` of each installed app that has one."""
    for app in apps.get_app_configs():
        module = f"{app.name}.figures"
        if find_spec(module):
            yield app.label, import_module(module).figures
