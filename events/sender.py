"""Many messages on their way at once, and which of them the broker has confirmed.

Publisher confirms are RabbitMQ's extension of AMQP 0-9-1: the broker numbers what
comes over a channel and says, one by one or up to a number, what it has on disk.
"""

import time
from contextlib import suppress
from itertools import count

from amqp.exceptions import MessageNacked
from kombu.connection import Connection
from kombu.messaging import Producer

from events import broker
from events.envelope import Event

SECONDS_TO_LISTEN = 1.0


class Sender:
    """Sends events over a channel of its own, and remembers the keys of those that arrived.

    Events of one subject are never on their way together: were the first refused
    and the second not, they would change places.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._numbers = count(1)
        self._on_their_way: dict[int, tuple[int, str]] = {}
        self._subjects: set[str] = set()
        self._arrived: list[int] = []
        self._is_refused = False
        channel = connection.channel()
        channel.confirm_select()
        channel.events["basic_ack"].add(self._note_arrival)
        channel.events["basic_nack"].add(self._note_refusal)
        self._producer = Producer(channel)

    def send(self, key: int, event: Event) -> None:
        """Hand it to the network, and do not wait for the broker. Raises what `wait` raises."""
        if event.subject in self._subjects:
            self.wait()
        self._on_their_way[next(self._numbers)] = key, event.subject
        self._subjects.add(event.subject)
        broker.send(self._producer, event)

    def wait(self) -> None:
        """Return once the broker has everything on disk.

        Raises `MessageNacked` for what it refuses, `TimeoutError` where it has not said
        so after `SECONDS_TO_ANSWER`, and what kombu raises.
        """
        deadline = time.monotonic() + broker.SECONDS_TO_ANSWER
        while self._on_their_way:
            with suppress(TimeoutError):  # a heartbeat starts its time anew, so ours counts
                self._connection.drain_events(timeout=SECONDS_TO_LISTEN)
            if self._is_refused:
                raise MessageNacked("The broker could not keep an event.")
            if time.monotonic() > deadline and self._on_their_way:
                raise TimeoutError("The broker has not confirmed what was sent.")

    def take_arrived(self) -> list[int]:
        """The keys of what has arrived since this was asked last."""
        arrived, self._arrived = self._arrived, []
        return arrived

    def _note_arrival(self, number: int, is_up_to: bool) -> None:
        numbers = [each for each in self._on_their_way if each <= number] if is_up_to else [number]
        for each in numbers:
            key, subject = self._on_their_way.pop(each)
            self._subjects.discard(subject)
            self._arrived.append(key)

    def _note_refusal(self, number: int, is_up_to: bool) -> None:
        self._is_refused = True
