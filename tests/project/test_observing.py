"""Traces and crashes go where an address is set, and without one what sends them is not loaded.

redis-py loads the metrics of OpenTelemetry by itself, where they are installed.
"""

import subprocess
import sys
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import brotli
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.environment import ROOT
from tests.processes import site_environment

pytestmark = pytest.mark.once

IMPORTED = """
import sys
import backend_practice.asgi
heavy = ("opentelemetry.exporter", "opentelemetry.instrumentation", "sentry_sdk")
print([name for name in heavy if name in sys.modules])
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


def test_neither_is_imported_unless_it_is_set(tmp_path):
    assert python(IMPORTED, DATA_DIR=str(tmp_path)).splitlines()[-1] == "[]"


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
