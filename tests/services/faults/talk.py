"""Saying something in a room so that it is said once, whatever is killed meanwhile."""

import json
import time
import uuid
from contextlib import suppress

from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import connect

SECONDS_FOR_AN_ANSWER = 5


def say_once(person, slug, text, *, patience, pause):
    """Send it with one `client_id` until it is acknowledged."""
    frame = {"type": "send", "client_id": str(uuid.uuid4()), "text": text}
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        with suppress(ConnectionClosed, InvalidHandshake, OSError, EOFError):
            if _is_acknowledged(person, slug, frame):
                return
        person.refresh()
        time.sleep(pause)
    raise AssertionError(f"what was said in {slug} was not acknowledged for too long")


def _is_acknowledged(person, slug, frame):
    address = f"{person.url.replace('http', 'ws', 1)}/ws/chat/{slug}/"
    headers = {"Authorization": person.client.headers["Authorization"]}
    options = {"open_timeout": SECONDS_FOR_AN_ANSWER, "close_timeout": 1}
    with connect(address, additional_headers=headers, **options) as connection:
        connection.send(json.dumps(frame))
        until = time.monotonic() + SECONDS_FOR_AN_ANSWER
        while (left := until - time.monotonic()) > 0:
            told = json.loads(connection.recv(timeout=left))
            if told["type"] == "ack" and told["client_id"] == frame["client_id"]:
                return True
    return False
