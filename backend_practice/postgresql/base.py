"""The database backend that `DATABASES["default"]["ENGINE"]` names for PostgreSQL."""

import select
import time
from typing import Any

from django.db.backends.postgresql import base

SECONDS_TRUSTED = 30.0  # firewalls forget connections that are quiet for minutes


class DatabaseWrapper(base.DatabaseWrapper):
    """Connections last, and each request looks first whether its own still stands.

    Django asks the server (`SELECT 1`), one more round trip for every request. A server
    that ends says so, or its kernel does: the socket is readable then. So a look at the
    socket is enough, and only a connection that was not asked for `SECONDS_TRUSTED` is
    asked again, for a network may break without a word.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.last_asked = 0.0

    def is_usable(self) -> bool:
        """Whether the next query can go over this connection."""
        if self.connection is None or self.connection.closed or is_readable(self.connection):
            return False
        now = time.monotonic()
        was_quiet, self.last_asked = now - self.last_asked > SECONDS_TRUSTED, now
        return not was_quiet or bool(super().is_usable())


def is_readable(connection: Any) -> bool:
    """Whether something has come that nobody asked for: the end of the connection, as a rule."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
    return bool(poll.poll(0))
