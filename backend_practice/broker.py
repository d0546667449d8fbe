"""Whether a message broker answers."""

from typing import Any

from kombu.connection import Connection


def connection_to(url: str, *, seconds: float, **options: Any) -> Connection:
    """A connection, not yet made, that gives up on a broker that is silent for so long."""
    names = (
        ("socket_timeout", "socket_connect_timeout")
        if url.startswith("redis")
        else ("read_timeout", "write_timeout")
    )
    patience = dict.fromkeys(names, seconds)
    return Connection(url, connect_timeout=seconds, transport_options={**patience, **options})


def ask(url: str, seconds: float) -> None:
    """Raise where no broker answers at this address in time."""
    with connection_to(url, seconds=seconds) as connection:
        connection.ensure_connection(max_retries=0)  # else it is asked twice
