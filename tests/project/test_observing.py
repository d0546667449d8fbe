"""Traces and crashes go where an address is set, and without one what sends them is not loaded."""

import subprocess
import sys
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import brotli
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.environment import ROOT
from tests.jobs import site
from tests.patience import eventually
from tests.processes import running_site, site_environment

pytestmark = pytest.mark.once

LOADED = """
import sys
from backend_practice.asgi import application
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
assert Client().get("/hello/", headers={"Host": "localhost"}).status_code == 200
assert Client().get("/healthz/ready", headers={"Host": "localhost"}).status_code == 200
import redis, redis.asyncio, channels_redis.pubsub
print([name for name in sys.modules if name.partition(".")[0] in ("opentelemetry", "sentry_sdk")])
"""
ASKED = """
import django
django.setup()
from backend_practice import observing
observing.start()
from django.test import Client
Client().get("/hello/?code=s3cr3t", headers={"Host": "localhost"})
import logging, sentry_sdk
from opentelemetry import trace
def crash(password):
    raise RuntimeError("crash")
try:
    crash("s3cr3t")
except RuntimeError:
    logging.getLogger("site").exception("It has crashed")
sentry_sdk.flush(10)
trace.get_tracer_provider().force_flush()
"""


@pytest.fixture
def collector():
    """A server that takes whatever is sent: its address, and (path, body) of each."""
    taken = []

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            encoding = self.headers.get("Content-Encoding")
            if encoding == "gzip":
                body = zlib.decompress(body, wbits=31)
            elif encoding == "br":
                body = brotli.decompress(body)
            taken.append((self.path, body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taker)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}", taken
    server.shutdown()
    server.server_close()


def python(source, **variables):
    return subprocess.run(
        [sys.executable, "-c", source],
        cwd=ROOT, env=site_environment(variables), check=True, capture_output=True, text=True,
        timeout=120,
    ).stdout.strip()  # fmt: skip


def test_nothing_of_either_is_loaded_unless_it_is_set(tmp_path, redis_url):
    """By a process that has answered, and has asked Redis."""
    loaded = python(LOADED, DATA_DIR=str(tmp_path), REDIS_URL=redis_url)

    assert loaded.splitlines()[-1] == "[]"


def test_both_are_sent_where_they_are_wanted_and_nothing_secret_with_them(tmp_path, collector):
    address, taken = collector
    variables = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{address}",
        "SENTRY_DSN": f"http://key@{address}/1",
        "DATA_DIR": str(tmp_path),
    }

    python(ASKED, **variables)

    traces = b"".join(body for path, body in taken if path == "/v1/traces")
    crashes = b"".join(body for path, body in taken if path == "/api/1/envelope/")
    request = ExportTraceServiceRequest.FromString(traces)
    resource = request.resource_spans[0]
    names = [span.name for scope in resource.scope_spans for span in scope.spans]
    service = {each.key: each.value.string_value for each in resource.resource.attributes}
    assert names == ["GET hello/"]
    assert service["service.name"] == "back-end-practice"
    assert b"It has crashed" in crashes
    assert b"s3cr3t" not in traces + crashes


def spans_in(taken):
    """Every span that has arrived, by its name."""
    requests = [ExportTraceServiceRequest.FromString(body) for path, body in list(taken)]
    return {
        span.name: span
        for request in requests
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    }


def test_a_trace_leads_from_the_request_over_its_job_to_the_event(tmp_path, collector):
    address, taken = collector
    variables = {
        "DATA_DIR": str(tmp_path),
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{address}",
        "OTEL_BSP_SCHEDULE_DELAY": "100",
    }
    site.prepare({"DATA_DIR": str(tmp_path)})
    wanted = ("POST api/v1/jobs/", "job jobs.sleep", "event jobs.job.succeeded")

    with (
        running_site(tmp_path / "log", **variables) as url,
        site.client_at(url) as client,
    ):
        site.ended(client, site.ask(client, seconds=0))
        eventually(lambda: set(wanted) <= set(spans_in(taken)), seconds=30)

    request, job, event = (spans_in(taken)[name] for name in wanted)
    assert request.trace_id == job.trace_id == event.trace_id
    assert job.parent_span_id == request.span_id
    assert event.parent_span_id == job.span_id
