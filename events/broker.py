"""Events over RabbitMQ: one topic exchange, a durable queue a service, one for dead letters.

The broker keeps what it has confirmed through a crash of its own (quorum queues,
persistent messages). Nothing here waits without end: a broker that is silent is
given up after a few seconds, and tried again by whoever called.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from kombu.connection import Connection
from kombu.entity import Exchange, Queue
from kombu.messaging import Producer

from backend_practice.broker import connection_to
from backend_practice.registry import SERVICES
from events.envelope import MEDIA_TYPE, Event

SECONDS_TO_ANSWER = 10
HEARTBEAT = 20
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
    made = connection_to(settings.BROKER_URL, seconds=SECONDS_TO_ANSWER, confirm_publish=True)
    with made.clone(heartbeat=HEARTBEAT) as connection:
        connection.ensure_connection(max_retries=0)  # whoever called tries again
        channel = connection.default_channel
        for service in services():
            dead_letter_queue_of(service)(channel).declare()
            queue_of(service)(channel).declare()
        yield connection


def send(producer: Producer, event: Event) -> None:
    """Hand the event to the broker; returns once the broker has it on disk.

    Raises what kombu raises, and after `SECONDS_TO_ANSWER` without a word a time-out.
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
        confirm_timeout=SECONDS_TO_ANSWER,
    )
