"""People with sockets to a site in a process of its own."""

import json
import time
import uuid
from contextlib import contextmanager

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.jobs.site import code
from tests.processes import PASSWORD, site_environment  # noqa: F401

SECONDS = 30
PEOPLE = ("alice", "bob", "charlie")
PREPARE = f"""
from django.core.management import call_command
from accounts.models import User
call_command("migrate", verbosity=0)
for name in {PEOPLE}:
    User.objects.create_user(name + "@example.com", "{PASSWORD}", name=name.title())
"""


def prepare(variables):
    """Make the tables and the people of the site."""
    code(PREPARE, variables)


class Person(httpx.Client):
    """Somebody who has logged in."""

    def __init__(self, url, name):
        super().__init__(base_url=f"{url}/api/v1", timeout=SECONDS)
        self.url = url.replace("http://", "ws://")
        body = {"email": f"{name}@example.com", "password": PASSWORD}
        self.tokens = self.post("/auth/login/", json=body).json()
        self.headers["Authorization"] = f"Bearer {self.tokens['access']}"
        self.id = self.get("/auth/me/").json()["id"]
        self.name = name.title()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    @property
    def shown(self):
        return {"id": self.id, "name": self.name}

    def log_out(self):
        answer = self.post("/auth/logout/", json={"refresh": self.tokens["refresh"]})
        assert answer.status_code == 204, answer.text

    def new_room(self, **fields):
        """The slug of a room of this person's own."""
        slug = f"room-{uuid.uuid4().hex[:12]}"
        answer = self.post("/chat/rooms/", json={"slug": slug, **fields})
        assert answer.status_code == 201, answer.text
        return slug

    def opened(self, path, **options):
        """A socket with this person's token; see `opened`."""
        headers = {"Authorization": self.headers["Authorization"], **options.pop("headers", {})}
        return opened(self.url + path, headers=headers, **options)

    def in_room(self, slug, query=""):
        """A socket in the room."""
        return self.opened(f"/ws/chat/{slug}/{query}")

    def notified(self, query=""):
        """The socket of notifications."""
        return self.opened(f"/ws/notifications/{query}")


class Socket:
    """A WebSocket that speaks in frames of JSON."""

    def __init__(self, connection):
        self.connection = connection

    def send(self, type, **members):  # noqa: A002
        self.raw(json.dumps({"type": type, **members}))

    def say(self, text, client_id=None):
        self.send("send", client_id=client_id or uuid.uuid4().hex, text=text)

    def raw(self, data):
        self.connection.send(data)

    def next(self, *types, seconds=SECONDS):
        """The next frame, or the next of these types."""
        deadline = time.monotonic() + seconds
        while True:
            frame = json.loads(self.connection.recv(timeout=deadline - time.monotonic()))
            if not types or frame["type"] in types:
                return frame

    def until(self, *types):
        """Every frame up to the first of these types, that one with them."""
        frames = [self.next()]
        while frames[-1]["type"] not in types:
            frames.append(self.next())
        return frames

    def silent(self):
        """Whether nothing comes before the answer to a ping."""
        self.send("ping")
        return self.next()["type"] == "pong"

    def code(self, seconds=SECONDS):
        """The code with which the server closes it."""
        try:
            while True:
                self.next(seconds=seconds)
        except ConnectionClosed as closed:
            return closed.rcvd.code

    def close(self):
        self.connection.close()


@contextmanager
def opened(address, headers=None, **options):
    """A socket, closed at the end."""
    with connect(
        address, additional_headers=headers or {}, max_size=2**20, **options
    ) as connection:
        yield Socket(connection)
