"""The site with one thing broken: an ASGI application around the real one.

`POST /__mutants__/{name}` breaks it in that way, `POST /__mutants__/none` mends it,
and `POST /__mutants__/restart` stands for a restart.
"""

import importlib
import json
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from asgiref.sync import sync_to_async

from backend_practice.asgi import application as site

from . import BY_NAME
from .kinds import CONTROL, Mutant

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Breaker:
    """At most one mutant at a time is active."""

    def __init__(self) -> None:
        self.active: Mutant | None = None
        self.undo: Callable[[], None] = lambda: None
        self.lock = threading.Lock()

    def switch_to(self, name: str) -> None:
        with self.lock:
            self.undo()
            self.active, self.undo = None, lambda: None
            if name != "none":
                self.active = mutant = BY_NAME[name]
                if mutant.code:
                    self.undo = replace(mutant)

    def restart(self) -> None:
        if self.active and self.active.at_restart:
            self.active.at_restart()


breaker = Breaker()


def replace(mutant: Mutant) -> Callable[[], None]:
    """Put something else in the code's place; what puts the original back."""
    module, _, path = mutant.code.partition(":")
    owner: Any = importlib.import_module(module)
    *owners, name = path.split(".")
    for each in owners:
        owner = getattr(owner, each)
    original = getattr(owner, name)
    assert mutant.instead is not None
    setattr(owner, name, mutant.instead(original))
    return lambda: setattr(owner, name, original)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http" and scope["path"].startswith(CONTROL):
        await control(scope["path"].removeprefix(CONTROL), send)
    elif scope["type"] == "http":
        await http(scope, receive, send)
    elif scope["type"] == "websocket":
        await websocket(scope, receive, send)
    else:
        await site(scope, receive, send)


async def control(name: str, send: Send) -> None:
    if name == "restart":
        await sync_to_async(breaker.restart)()
    else:
        breaker.switch_to(name)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def mutant_at(scope: Scope, method: str) -> Mutant | None:
    query = scope["query_string"].decode("latin-1")
    request = f"{method} {scope['path']}" + (f"?{query}" if query else "")
    mutant = breaker.active
    return mutant if mutant and mutant.is_at(request) else None


# ---- HTTP -------------------------------------------------------------------------


async def http(scope: Scope, receive: Receive, send: Send) -> None:
    mutant = mutant_at(scope, scope["method"])
    if mutant is None:
        await site(scope, receive, send)
        return
    if mutant.sent or mutant.raw:
        scope, receive = await with_body(mutant, scope, receive)
    await site(with_head(mutant, scope), receive, Answer(mutant, send))


def with_head(mutant: Mutant, scope: Scope) -> Scope:
    """The request with another method, address or headers."""
    dropped = {name.lower().encode() for name in (*mutant.drop, *mutant.give)}
    headers = [header for header in scope["headers"] if header[0] not in dropped]
    headers += [(name.lower().encode(), value.encode()) for name, value in mutant.give.items()]
    path = mutant.path(scope["path"]) if mutant.path else scope["path"]
    query = scope["query_string"]
    if mutant.query:
        query = mutant.query(query.decode("latin-1")).encode("latin-1")
    return {
        **scope, "headers": headers, "method": mutant.method or scope["method"],
        "path": path, "raw_path": path.encode(), "query_string": query,
    }  # fmt: skip


async def with_body(mutant: Mutant, scope: Scope, receive: Receive) -> tuple[Scope, Receive]:
    """The request with another body."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    if mutant.raw:
        body = mutant.raw(body)
    with suppress(ValueError):
        if mutant.sent:
            body = json.dumps(mutant.sent(json.loads(body))).encode()
    headers = [header for header in scope["headers"] if header[0] != b"content-length"]
    headers.append((b"content-length", str(len(body)).encode()))
    given = False

    async def receive_changed() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return {**scope, "headers": headers}, receive_changed


class Answer:
    """Holds the answer back until it is complete, changes it, and sends it."""

    def __init__(self, mutant: Mutant, send: Send) -> None:
        self.mutant, self.send = mutant, send
        self.status, self.headers, self.body = 0, list[tuple[bytes, bytes]](), b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message["headers"])
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")
            if not message.get("more_body", False):
                await self.go()

    async def go(self) -> None:
        self.change()
        kept = [header for header in self.headers if header[0].lower() != b"content-length"]
        kept.append((b"content-length", str(len(self.body)).encode()))
        await self.send({"type": "http.response.start", "status": self.status, "headers": kept})
        await self.send({"type": "http.response.body", "body": self.body})

    def change(self) -> None:
        mutant = self.mutant
        gone = {name.lower().encode() for name in (*mutant.without, *mutant.headers)}
        self.headers = [each for each in self.headers if each[0].lower() not in gone]
        self.headers += [(name.encode(), value.encode()) for name, value in mutant.headers.items()]
        with suppress(ValueError, KeyError, TypeError, IndexError, AttributeError):
            if mutant.told:
                self.body = json.dumps(mutant.told(json.loads(self.body))).encode()
        if mutant.body is not None:
            self.body = mutant.body if isinstance(mutant.body, bytes) else mutant.body(self.body)
        if mutant.status is not None:
            status = mutant.status
            self.status = status if isinstance(status, int) else status(self.status)


# ---- WebSockets -----------------------------------------------------------------------


async def websocket(scope: Scope, receive: Receive, send: Send) -> None:
    mutant = mutant_at(scope, "WS")
    if mutant is None:
        await site(scope, receive, send)
        return
    waiting: list[Message] = []

    async def receive_changed() -> Message:
        while not waiting:
            message = await receive()
            waiting.extend(changed(mutant.hears, message, "websocket.receive"))
        return waiting.pop(0)

    async def send_changed(message: Message) -> None:
        if message["type"] == "websocket.close" and mutant.closes:
            code = mutant.closes(message.get("code", 1000))
            if code:
                await send({**message, "code": code})
            return
        for each in changed(mutant.tells, message, "websocket.send"):
            await send(each)

    await site(with_head_of_socket(mutant, scope), receive_changed, send_changed)


def with_head_of_socket(mutant: Mutant, scope: Scope) -> Scope:
    return {**with_head(mutant, {**scope, "method": "GET"}), "type": "websocket"}


def changed(change: Any, message: Message, kind: str) -> list[Message]:
    """What becomes of a frame: none, itself, another, or several."""
    if change is None or message["type"] != kind or not message.get("text"):
        return [message]
    try:
        frame = json.loads(message["text"])
    except ValueError:
        return [message]
    if not isinstance(frame, dict):
        return [message]
    return [{"type": kind, "text": json.dumps(each)} for each in change(frame)]
