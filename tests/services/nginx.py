"""A real nginx with the gateway's own configuration, before servers that say what reached them."""

import json
import secrets
import socket
import subprocess
import threading
from contextlib import ExitStack, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
from django.test import override_settings

from backend_practice.registry import PARTS, SERVICES
from backend_practice.services import local
from backend_practice.services.gateway import configuration
from tests.patience import eventually
from tests.processes import free_port
from tests.servers import missing_server


class Echo(BaseHTTPRequestHandler):
    """Answers with what reached it; some paths have it behave otherwise."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        if "cut-off" in self.path:
            self.server.asked.append(self.command)
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if "events" in self.path:
            self.stream()
            return
        if "own-error" in self.path:
            self.reply(503, b"my own words")
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        told = {
            "service": self.server.name,
            "method": self.command,
            "path": self.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "length": len(body),
        }
        self.server.asked.append(told)
        self.reply(200, json.dumps(told).encode())

    def reply(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def stream(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"data: first\n\n")
        self.wfile.flush()
        self.server.go_on.wait(10)
        self.wfile.write(b"data: second\n\n")
        self.close_connection = True

    def log_message(self, *arguments):
        pass


for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
    setattr(Echo, f"do_{method}", Echo.answer)


class EchoServer(ThreadingHTTPServer):
    """Stands in for one service at its port."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, name, port):
        super().__init__(("127.0.0.1", port), Echo)
        self.name, self.asked, self.go_on = name, [], threading.Event()
        self.connections = []

    def handle_error(self, *arguments):
        pass

    def serve(self):
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def process_request(self, request, client_address):
        self.connections.append(request)
        super().process_request(request, client_address)

    def stop(self):
        """With its open connections, as when a process ends."""
        self.shutdown()
        self.server_close()
        for connection in self.connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class Gateway:
    """nginx at `url`, with an `EchoServer` for each service behind it."""

    def __init__(self, url, echoes, directory):
        self.url, self.echoes, self.directory = url, echoes, directory

    def log(self):
        return (self.directory / "access.log").read_text()


@contextmanager
def running_gateway(directory):
    nginx = local.nginx_program()
    if nginx is None:
        missing_server("nginx is not on the path")
    first, port = free_range(), free_port()
    with ExitStack() as stack, override_settings(SERVICES_PORT=first):
        echoes = {}
        for name in PARTS:
            echoes[name] = EchoServer(name, first + SERVICES[name].number)
            echoes[name].serve()
            stack.callback(echoes[name].stop)
        text = configuration(
            listen=f"127.0.0.1:{port}", directory=str(directory), user=local.nginx_user()
        )
        (directory / "nginx.conf").write_text(text)
        command = [nginx, "-e", directory / "error.log", "-c", directory / "nginx.conf"]
        process = stack.enter_context(subprocess.Popen(command))
        stack.callback(process.terminate)
        url = f"http://127.0.0.1:{port}"
        eventually(lambda: answers(url, process))
        yield Gateway(url, echoes, directory)


def answers(url, process):
    assert process.poll() is None, "nginx did not start"
    try:
        return httpx.get(url, timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def free_range():
    """A port after which those of all services are free.

    Below those that the system gives to whoever connects to somebody: a server that
    is started again some seconds later would find its port in use.
    """
    while True:
        first = secrets.randbelow(20_000) + 10_000
        try:
            for name in PARTS:
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", first + SERVICES[name].number))
        except OSError:
            continue
        return first


def syntax_of(text, directory: Path):
    """What `nginx -t` says of this configuration, and whether it takes it."""
    (directory / "nginx.conf").write_text(text)
    files = ("-e", directory / "error.log", "-c", directory / "nginx.conf")
    command = [local.nginx_program(), "-t", *files]
    return subprocess.run(command, capture_output=True, text=True, check=False)
