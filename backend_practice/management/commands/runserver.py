"""`manage.py runserver`: the whole site in one process, files included."""

import asyncio
import io
import logging
import os
import sys
from pathlib import Path
from typing import Any

from autobahn.exception import Disconnected
from daphne import http_protocol
from daphne.endpoints import build_endpoint_description_strings
from daphne.management.commands import runserver
from daphne.server import Server
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connections
from django.urls import is_valid_path
from django.utils.autoreload import BaseReloader, autoreload_started

from backend_practice.front import BODY_FILE

SECONDS_TO_CLOSE = 5  # for a client to answer that its socket is closed
WAYS_IN = (
    ("Home page", "/"),
    ("First answer", "/hello/"),
    ("API", "/api/v1/docs/"),
    ("Admin", "/admin/"),
)


class Pace:
    """Whether the client keeps up: what Twisted calls when it is slower than what is sent."""

    def __init__(self) -> None:
        self.has_room = asyncio.Event()
        self.has_room.set()

    def pauseProducing(self) -> None:  # noqa: N802
        self.has_room.clear()

    def resumeProducing(self) -> None:  # noqa: N802
        self.has_room.set()

    stopProducing = resumeProducing  # noqa: N815


class FrugalRequest(http_protocol.WebRequest):
    """Daphne's own, without Twisted's reading of forms: 13 GB of memory for one of 1 GB."""

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:  # noqa: N802
        self.content_types = self.requestHeaders.getRawHeaders(b"content-type", [])
        self.requestHeaders.removeHeader(b"content-type")
        super().requestReceived(command, path, version)

    def process(self) -> None:
        if self.content_types:
            self.requestHeaders.setRawHeaders(b"content-type", self.content_types)
        super().process()

    def await_client(self) -> None:
        """Begin to heed how fast the client reads."""
        self.pace = Pace()
        self.registerProducer(self.pace, True)


def close(protocol: Any, message: dict[str, Any]) -> None:
    """Say the code and the reason; autobahn's own `sendClose` knows only some of the codes."""
    reason = (message.get("reason") or "").encode()
    protocol.sendCloseFrame(code=message.get("code", 1000), reasonUtf8=reason)


class FrugalServer(Server):
    """Daphne's own, which otherwise puts whole bodies and answers into queues in memory.

    It has the body in a file already: the front door reads it from there.
    """

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        if message["type"].startswith("websocket."):
            await self._send_frame(protocol, message)
            return
        if not isinstance(protocol, FrugalRequest) or protocol.channel is None:  # it has gone
            await super().handle_reply(protocol, message)
            return
        is_last = message["type"] == "http.response.body" and not message.get("more_body")
        if message["type"] == "http.response.start":
            protocol.await_client()
        elif is_last:
            protocol.unregisterProducer()
        await super().handle_reply(protocol, message)
        if not is_last:
            await protocol.pace.has_room.wait()

    async def _send_frame(self, protocol: Any, message: dict[str, Any]) -> None:
        """As uvicorn does: wait for a client that is slow, `OSError` where it has gone.

        A close waits for nobody: a client that does not answer it is soon cut off.
        """
        if message["type"] == "websocket.send":
            await protocol.pace.has_room.wait()
        elif message["type"] == "websocket.close" and protocol.state == protocol.STATE_OPEN:
            close(protocol, message)
            return
        try:
            await super().handle_reply(protocol, message)
        except Disconnected as error:
            raise ConnectionResetError("The client has gone.") from error

    def run(self) -> None:
        http_protocol.WebRequest = FrugalRequest  # where its factory looks for it
        super().run()

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> asyncio.Queue[Any]:
        if scope["type"] == "http":
            scope = {**scope, BODY_FILE: protocol.content}
            protocol.content = io.BytesIO()
        elif scope["type"] == "websocket":
            protocol.pace = Pace()
            protocol.closeHandshakeTimeout = SECONDS_TO_CLOSE
            protocol.failByDrop = False  # say why: 1009 for a frame that is too large
            protocol.unregisterProducer()  # that of the request that the socket was
            protocol.registerProducer(protocol.pace, True)
        queue: asyncio.Queue[Any] = super().create_application(protocol, scope)
        return queue


class Command(runserver.Command):
    """Daphne's own, which collects the static files first and says what to open."""

    server_cls = FrugalServer

    def run(self, **options: Any) -> None:
        autoreload_started.connect(watch_served_files)
        super().run(**options)

    def inner_run(self, *args: Any, **options: Any) -> None:
        """What every start does, after each reload as well."""
        call_command("collectstatic", interactive=False, verbosity=0)
        if not options["use_asgi"]:
            super().inner_run(*args, **options)
            return
        self.check(display_num_errors=False)
        self.check_migrations()
        server = self.server_of(options)
        server.run()
        if server.abort_start:
            raise CommandError(
                f"Port {self.port} cannot be had. Another one: manage.py runserver 8001"
            )
        if not options["use_reloader"]:
            end_at_once()

    def server_of(self, options: dict[str, Any]) -> Any:
        """Daphne's server, which greets as soon as it listens."""
        return self.server_cls(
            application=self.get_application(options),
            endpoints=build_endpoint_description_strings(host=self.addr, port=self.port),
            signal_handlers=not options["use_reloader"],
            action_logger=None,  # the access log has a line for every request
            http_timeout=self.http_timeout,
            websocket_handshake_timeout=self.websocket_handshake_timeout,
            websocket_max_message_size=self.websocket_max_message_size,
            websocket_max_frame_size=self.websocket_max_frame_size,
            ready_callable=self.greet,
        )

    def greet(self) -> None:
        host = f"[{self.addr}]" if self._raw_ipv6 else self.addr
        site = f"{self.protocol}://{host}:{self.port}"
        lines = [f"  {name:<14}{site}{path}" for name, path in WAYS_IN if is_valid_path(path)]
        title = self.style.SUCCESS("Back End Practice is open.")
        self.stdout.write("\n".join(["", title, "", *lines, "", "Control-C stops it.", ""]))


def end_at_once() -> None:
    """Leave without waiting for threads: daphne has gone, and what they still send goes nowhere.

    Python would join them first, one whose client has left for a minute or for ever.
    """
    connections.close_all()
    logging.shutdown()
    sys.stdout.flush()
    os._exit(0)


def watch_served_files(sender: BaseReloader, **kwargs: Any) -> None:
    """Let an edited style sheet or public file cause a reload, as Python code does."""
    for app in apps.get_app_configs():
        for name in ("static", "public"):
            directory = Path(app.path) / name
            if directory.is_dir():
                sender.watch_dir(directory, "**/*")
