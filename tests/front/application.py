"""A small application behind the front door, whose answers a test can steer.

Served by a process of its own: `uvicorn tests.front.application:application`.
"""

import hashlib
import json
import time
from itertools import count
from pathlib import Path

from backend_practice.front import Front, no_such_socket

THREADS, MAX_BODY = 2, 300_000
PART, PARTS = b"0123456789abcdef" * 4096, 1_024  # 64 MiB altogether
SECONDS_TO_WAIT = 20

calls = {"echo": 0, "big": 0}


def wsgi(environ, start_response):
    answer = ANSWERS[environ["PATH_INFO"]](environ)
    start_response("200 OK", [("Content-Type", "application/octet-stream")])
    return answer


def echo(environ):
    """What came: how long the body said that it was, and was."""
    calls["echo"] += 1
    body = environ["wsgi.input"].read()
    said = {
        "declared": environ.get("CONTENT_LENGTH"),
        "bytes": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
        "names": sorted(name for name in environ if name.startswith("HTTP_X")),
        "query": environ["QUERY_STRING"],
    }
    return [json.dumps(said).encode()]


def counted(environ):
    """How often `/echo` was called, and how many parts of `/big` were made."""
    return [json.dumps(calls).encode()]


def big(environ):
    """More than any buffer on the way holds."""
    for _ in range(PARTS):
        calls["big"] += 1
        yield PART


def until(environ):
    """`first`, then `last` as soon as the file exists that the query names."""
    yield b"first "
    for tick in count():
        if Path(environ["QUERY_STRING"]).exists() or tick > SECONDS_TO_WAIT * 100:
            break
        time.sleep(0.01)
    yield b"last"


def breaks(environ):
    """Begins well."""
    yield PART
    raise RuntimeError("This answer breaks on purpose.")


ANSWERS = {"/echo": echo, "/counted": counted, "/big": big, "/until": until, "/breaks": breaks}


async def asgi(scope, receive, send):
    """Says from the event loop how long the body was, and what came after it."""
    length, more_body = 0, True
    while more_body:
        message = await receive()
        length += len(message.get("body", b""))
        more_body = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": f"{length} bytes".encode()})


application = Front(
    wsgi=wsgi,
    asgi=asgi,
    websocket=no_such_socket,
    async_paths=["/async/"],
    threads=THREADS,
    max_body=MAX_BODY,
)
