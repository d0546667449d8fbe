"""A server of a few lines, for what is about the suite and not about a server."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GREETING = b"Hello, World!"


METRICS_TOKEN = "let-me-see"


class Hello(BaseHTTPRequestHandler):
    """Keeps stage 1 at the level core, tells who bears a token how it is, and nothing else."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/hello/":
            self.answer(200, GREETING)
        elif self.path.startswith("/healthz/"):
            is_known = self.headers["Authorization"] == f"Bearer {METRICS_TOKEN}"
            self.answer(200, b"database: ok" if is_known else b"ok")
        else:
            self.answer(404)

    do_HEAD = do_GET  # noqa: N815

    def do_POST(self):
        if self.path == "/hello/":
            self.answer(405, Allow="GET, HEAD")
        else:
            self.rfile.read(int(self.headers["Content-Length"] or 0))
            self.answer(404)

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *arguments):
        """Says nothing."""


@contextmanager
def serving(handler=Hello):
    """Its address, until the end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
