"""Traces for OpenTelemetry and crashes for Sentry, where an address for them is set.

Without one nothing of Sentry or OpenTelemetry is loaded. Neither is given what people
send: no body, no query string (it may hold a code), no value of a variable.
"""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings

from backend_practice import __version__
from backend_practice.http.context import Spans, collect_spans

logger = logging.getLogger(__name__)

NAME = "back-end-practice"
WITH_QUERY = ("http.url", "http.target", "url.full", "url.query")

# What redis-py tries to load.
OF_REDIS = ("opentelemetry.sdk", "opentelemetry.metrics")

_started_in = 0


def keep_out_of_redis() -> None:
    """Unless traces are wanted, have redis-py loaded as where OpenTelemetry is not installed.

    It loads the metrics of the SDK wherever it finds them, some sixty modules, and sends none.
    """
    if settings.OTEL_EXPORTER_OTLP_ENDPOINT or "redis" in sys.modules:
        return
    no_such_module: Any = None
    hidden = {name: no_such_module for name in OF_REDIS if name not in sys.modules}
    sys.modules.update(hidden)
    try:
        import redis.asyncio  # noqa: F401
    finally:
        for name in hidden:
            del sys.modules[name]


def start() -> None:
    """Start what is set, once in each process; before the middleware is loaded."""
    global _started_in
    if _started_in == os.getpid():
        return
    _started_in = os.getpid()
    if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        _start_traces(settings.OTEL_EXPORTER_OTLP_ENDPOINT)
    if settings.SENTRY_DSN:
        _start_sentry(settings.SENTRY_DSN)


def _start_traces(endpoint: str) -> None:
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.instrumentation.celery import CeleryInstrumentor
    from opentelemetry.instrumentation.django import DjangoInstrumentor
    from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    name = NAME if settings.SERVICE == "all" else f"{NAME}-{settings.SERVICE}"
    resource = Resource.create({"service.name": name, "service.version": __version__})
    provider = TracerProvider(resource=resource)
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=5)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    DjangoInstrumentor().instrument(request_hook=without_query)
    PsycopgInstrumentor().instrument()
    CeleryInstrumentor().instrument()  # type: ignore[no-untyped-call]
    collect_spans(spans_of(provider.get_tracer(NAME)))


def spans_of(tracer: Any) -> Spans:
    """Spans of jobs and of handlers of events, below what caused them, maybe in another process."""
    from opentelemetry import trace
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    propagator = TraceContextTextMapPropagator()

    def its_own() -> str:
        carrier: dict[str, str] = {}
        propagator.inject(carrier)
        return carrier.get("traceparent", "")

    @contextmanager
    def spans(name: str, parent: str) -> Iterator[str]:
        if not name and trace.get_current_span().get_span_context().is_valid:
            yield its_own()  # Django's instrumentation has begun it
            return
        cause = propagator.extract({"traceparent": parent})
        with tracer.start_as_current_span(name or "request", context=cause):
            yield its_own()

    return spans


def without_query(span: Any, request: Any) -> None:
    """The span of a request with its path alone, and with the id that stands in the logs."""
    if not span.is_recording():
        return
    for name in WITH_QUERY:
        if name in (span.attributes or {}):
            span.set_attribute(name, request.path)


def _start_sentry(dsn: str) -> None:
    import sentry_sdk

    sentry_sdk.init(
        dsn=dsn,
        release=f"{NAME}@{__version__}",
        environment="production" if settings.PRODUCTION else "embedded",
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        before_send=without_what_was_sent,
    )


def without_what_was_sent(event: Any, hint: Any) -> Any:
    """The event without query string and cookies."""
    request = event.get("request", {})
    for name in ("query_string", "cookies", "data"):
        request.pop(name, None)
    return event
