"""Log records as lines: coloured and short for people, JSON for machines."""

import logging
import os
import sys
from datetime import UTC, datetime
from typing import Any

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.orjson import OrjsonFormatter

from backend_practice.http.context import current_request_id, current_trace_id

COLOURS = {"WARNING": "\033[33m", "ERROR": "\033[31m", "CRITICAL": "\033[31m"}
RESET, DIM = "\033[0m", "\033[2m"


class RequestIdFilter(logging.Filter):
    """Puts the id of the request at hand on every record.

    Django logs an error once more on the way out, after all middleware, and names the request.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if not hasattr(record, "request_id"):
            request = getattr(record, "request", None)
            record.request_id = current_request_id() or getattr(request, "request_id", "")
        return True


def wants_colours() -> bool:
    """Whether standard error is a terminal, and nobody asked for plain text (no-color.org)."""
    return sys.stderr.isatty() and not os.environ.get("NO_COLOR")


class TextFormatter(logging.Formatter):
    """`20:16:01 GET /api/v1/books/ 200, 3 ms, 1 queries`, the request id at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.has_colours = wants_colours()

    def format(self, record: logging.LogRecord) -> str:
        clock = self._painted(DIM, self.formatTime(record, "%H:%M:%S"))
        line = f"{clock} {self._painted(COLOURS.get(record.levelname, ''), record.getMessage())}"
        if request_id := getattr(record, "request_id", ""):
            line += f" {self._painted(DIM, request_id)}"
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line

    def _painted(self, colour: str, text: str) -> str:
        return f"{colour}{text}{RESET}" if colour and self.has_colours else text


class JsonFormatter(OrjsonFormatter):
    """One JSON object a record: `time` (RFC 3339, UTC), `level`, `logger`, `message`, its fields.

    Django hangs the request on its records, whose text form has the query string: not written.
    """

    def __init__(self) -> None:
        super().__init__(reserved_attrs=[*RESERVED_ATTRS, "request"])

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        moment = datetime.fromtimestamp(record.created, UTC)
        log_data["time"] = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        log_data["level"] = record.levelname
        log_data["logger"] = record.name
        if trace_id := current_trace_id():
            log_data["trace_id"] = trace_id
        super().add_fields(log_data, record, message_dict)
