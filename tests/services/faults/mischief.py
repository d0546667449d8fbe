"""A network that delivers each event again, in another order: what a topic exchange may see."""

import random
import threading
from contextlib import suppress

from kombu import Connection, Exchange, Queue

BATCH, PATIENCE = 30, 1.0
EXCHANGE = "tests.events"
POISON = (b"\xff\x00", b'{"specversion": "1.0"}', b"[" * 100_000)


class Mischief:
    """Takes note of all that is told, and tells each of it twice more, some of it much later."""

    def __init__(self, url, seed=1):
        self.url, self.random = url, random.Random(seed)  # noqa: S311
        self.seen, self.again = set(), 0
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.stopping.set()
        self.thread.join(30)

    def _run(self):
        while not self.stopping.is_set():
            # A broker that was killed: it begins anew, and misses what was told meanwhile.
            with suppress(Exception), Connection(self.url, connect_timeout=3) as connection:
                self._repeat(connection)
            self.stopping.wait(0.5)

    def _repeat(self, connection):
        exchange = Exchange(EXCHANGE, type="topic", durable=True, passive=True)
        everything = Queue("", exchange, routing_key="#", exclusive=True, auto_delete=True)
        batch, producer = [], connection.Producer()

        def take(message):
            message.ack()
            if (name := message.properties.get("message_id")) not in self.seen:
                self.seen.add(name)
                batch.extend([message, message])

        with connection.Consumer(everything, on_message=take, accept=None):
            while not self.stopping.is_set():
                with suppress(TimeoutError):
                    while len(batch) < BATCH:
                        connection.drain_events(timeout=PATIENCE)
                self._tell(producer, batch)
                batch.clear()
            self._tell(producer, batch)

    def _tell(self, producer, batch):
        self.random.shuffle(batch)
        for message in batch:
            producer.publish(
                message.body, exchange=EXCHANGE, routing_key=message.delivery_info["routing_key"],
                content_type=message.content_type, content_encoding=message.content_encoding,
                headers=message.headers, delivery_mode=2,
                message_id=message.properties["message_id"],
            )  # fmt: skip
            self.again += 1


def poison(url):
    """Tell every service what none can make sense of; how many such events there are."""
    with Connection(url) as connection:
        producer = connection.Producer()
        for text in POISON:
            producer.publish(
                text, exchange=EXCHANGE, routing_key="accounts.user.updated",
                content_type="application/cloudevents+json", content_encoding="utf-8",
            )  # fmt: skip
    return len(POISON)
