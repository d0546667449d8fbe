"""Events over RabbitMQ: one topic exchange, a durable queue a service, one for dead letters.

The broker keeps what it has confirmed through a crash of its own (quorum queues,
persistent messages). Nothing here waits without end: a broker that is silent is
given up after a few seconds, and tried again by whoever called.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from amqp.exceptions import NotFound
from django.conf import settings
from kombu.connection import Connection
from kombu.entity import Exchange, Queue
from kombu.messaging import Producer

from backend_practice.broker import connection_to
from backend_practice.registry import SERVICES
from events.envelope import MEDIA_TYPE, Event

SECONDS_TO_ANSWER = 10
HEARTBEAT = 20
LONGEST_PAUSE = 3  # between two calls at a broker that is away
# RabbitMQ notes a new quorum queue on disk with a delay: killed in the first half second,
# it forgets what it has confirmed by then, and the queue never answers again.
SECONDS_UNTIL_A_QUEUE_LASTS = 2
# A message that ends its consumer this often is no use to any of them.
MOST_DELIVERIES = 20


def exchange() -> Exchange:
    """Where every event goes; its type is the routing key."""
    return Exchange(settings.EVENTS_EXCHANGE, type="topic", durable=True)


def dead_letter_exchange() -> Exchange:
    """Where a queue's messages go that its consumer refuses."""
    return Exchange(f"{settings.EVENTS_EXCHANGE}.dead", type="direct", durable=True)


def queue_of(service: str) -> Queue:
    """The events that this service has not yet taken into its inbox.

    One consumer is active at a time, so that events of one subject keep their order.
    """
    arguments = {
        "x-queue-type": "quorum",
        "x-single-active-consumer": True,
        "x-delivery-limit": MOST_DELIVERIES,
        "x-dead-letter-exchange": dead_letter_exchange().name,
        "x-dead-letter-routing-key": service,
        # A dead letter leaves the queue when it has arrived, not when it is sent.
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
    name = f"{settings.EVENTS_EXCHANGE}.{service}"
    return Queue(name, exchange(), routing_key="#", durable=True, queue_arguments=arguments)


def dead_letter_queue_of(service: str) -> Queue:
    """What this service's consumer could not read, until it has been noted in the database."""
    return Queue(
        f"{settings.EVENTS_EXCHANGE}.{service}.dead",
        dead_letter_exchange(),
        routing_key=service,
        durable=True,
        queue_arguments={"x-queue-type": "quorum"},
    )


def services() -> list[str]:
    """Those that have a queue: this site as one, or each of the services it is split into."""
    if settings.SERVICE == "all":
        return ["all"]
    return [
        name
        for name, service in SERVICES.items()
        if "events" in service.installed and name != "all"
    ]


@contextmanager
def connected() -> Iterator[Connection]:
    """A connection on which every queue has been declared.

    All of them, for the broker confirms what no queue wants, and forgets it.
    """
    made = connection_to(settings.BROKER_URL, seconds=SECONDS_TO_ANSWER)
    connection = made.clone(heartbeat=HEARTBEAT)
    try:
        connection.ensure_connection(max_retries=0)  # whoever called tries again
        declare_all(connection)
        yield connection
    except BaseException:
        connection.collect()  # a broker in trouble would not answer a good-bye either
        raise
    finally:
        connection.release()


def declare_all(connection: Connection) -> None:
    """Make the queues of every service that are not there yet, and wait until they last."""
    queues = [make(each) for each in services() for make in (dead_letter_queue_of, queue_of)]
    are_new = not all(_exists(queue, connection) for queue in queues)
    for queue in queues:
        queue(connection.default_channel).declare()
    if are_new:
        time.sleep(SECONDS_UNTIL_A_QUEUE_LASTS)


def _exists(queue: Queue, connection: Connection) -> bool:
    try:
        with connection.channel() as channel:
            queue(channel).queue_declare(passive=True)
    except NotFound:
        return False
    return True


def send(producer: Producer, event: Event) -> None:
    """Hand the event to the network. Whether it has arrived, the broker says later.

    Raises what kombu raises, and after `SECONDS_TO_ANSWER` a time-out.
    """
    producer.publish(
        event.to_json(),
        exchange=exchange(),
        routing_key=event.type,
        content_type=MEDIA_TYPE,
        content_encoding="utf-8",
        delivery_mode="persistent",
        message_id=str(event.id),
        retry=False,
        timeout=SECONDS_TO_ANSWER,
    )
