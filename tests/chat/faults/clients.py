"""Clients as we would write them: they come back by themselves, and send until it is acked."""

import asyncio
import json
import random
import uuid

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

MOST_ON_THE_WAY = 10


class Listener:
    """Somebody in the room, at one of the sites, through all that happens."""

    def __init__(self, people, slug):
        self.people, self.slug = people, slug
        self.seqs, self.texts = [], []
        self.connection = None
        self.cuts = self.visits = 0
        self.faults = []

    @property
    def seq(self):
        return self.seqs[-1] if self.seqs else 0

    async def stay(self):
        """Listen until cancelled; each time at another site."""
        turn = random.randrange(len(self.people))  # noqa: S311
        while True:
            turn += 1
            person = self.people[turn % len(self.people)]
            try:
                await self._listen(person)
            except (ConnectionClosed, InvalidHandshake, OSError, TimeoutError, EOFError):
                await asyncio.sleep(random.uniform(0.05, 0.3))  # noqa: S311

    async def _listen(self, person):
        address = f"{person.url}/ws/chat/{self.slug}/?after={self.seq}"
        headers = {"Authorization": person.headers["Authorization"]}
        async with connect(address, additional_headers=headers, open_timeout=20) as connection:
            self.connection = connection
            self.visits += 1
            try:
                async for text in connection:
                    await self.hear(json.loads(text))
            finally:
                self.connection = None

    async def hear(self, frame):
        if frame["type"] == "message":
            if frame["seq"] != self.seq + 1:
                self.faults.append((self.seq, frame["seq"]))
            self.seqs.append(frame["seq"])
            self.texts.append(frame["text"])

    def cut(self):
        """Take the connection away without a word."""
        if self.connection is not None:
            self.connection.transport.abort()
            self.cuts += 1
            return True
        return False


class Speaker(Listener):
    """Somebody who has something to say as well, in order, and makes sure that it is stored."""

    def __init__(self, people, slug, name, count):
        super().__init__(people, slug)
        self.left = [(uuid.uuid4().hex, f"{name} {number}") for number in range(count)]
        self.acked = {}

    async def hear(self, frame):
        await super().hear(frame)
        if frame["type"] == "ready":
            for client_id, text in self.left[:MOST_ON_THE_WAY]:
                await self._say(client_id, text)
        elif frame["type"] == "ack":
            await self._go_on(frame)
        elif frame["type"] == "error":
            await asyncio.sleep(0.1)
            await self._say_again(frame.get("client_id"))

    async def _go_on(self, ack):
        client_id = ack["client_id"]
        assert self.acked.setdefault(client_id, ack["seq"]) == ack["seq"]
        before = len(self.left)
        self.left = [each for each in self.left if each[0] != client_id]
        if len(self.left) < before and len(self.left) >= MOST_ON_THE_WAY:
            await self._say(*self.left[MOST_ON_THE_WAY - 1])

    async def _say_again(self, client_id):
        for each in self.left:
            if each[0] == client_id:
                await self._say(*each)

    async def _say(self, client_id, text):
        frame = {"type": "send", "client_id": client_id, "text": text}
        await self.connection.send(json.dumps(frame))
