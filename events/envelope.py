"""An event as it travels: CloudEvents 1.0 in its JSON form."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.utils.dateparse import parse_datetime

from backend_practice.http.context import TRACEPARENT

SPECVERSION = "1.0"
MEDIA_TYPE = "application/cloudevents+json"
SOURCE = "/back-end-practice"
NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")  # which PostgreSQL stores in no text
REQUIRED = ("id", "source", "type", "subject", "time")
LONGEST_TYPE, LONGEST_SUBJECT, LONGEST_REQUEST_ID, LONGEST_TRACEPARENT = 100, 200, 128, 55


class UnreadableEvent(ValueError):
    """What came is no event of this site: a sentence says why."""


@dataclass(frozen=True)
class Event:
    """Something that has happened, told by the app whose name the type begins with.

    `subject` is the id of what it happened to; events of one subject keep their order.
    """

    id: UUID
    type: str
    subject: str
    time: datetime
    data: dict[str, Any] = field(default_factory=dict)
    request_id: str = ""
    traceparent: str = ""

    def to_cloudevent(self) -> dict[str, Any]:
        """The attributes and data as the JSON format of CloudEvents has them."""
        event = {
            "specversion": SPECVERSION,
            "id": str(self.id),
            "source": f"{SOURCE}/{self.type.partition('.')[0]}",
            "type": self.type,
            "subject": self.subject,
            "time": self.time.isoformat().replace("+00:00", "Z"),
            "datacontenttype": "application/json",
            "data": self.data,
        }
        # Extension attributes, whose names may have lower-case letters and digits only.
        extensions = {"requestid": self.request_id, "traceparent": self.traceparent}
        return event | {name: value for name, value in extensions.items() if value}

    def to_json(self) -> bytes:
        return orjson.dumps(self.to_cloudevent())


def read_event(attributes: Any) -> Event:
    """The event of this JSON object. Raises `UnreadableEvent`, naming what is wrong."""
    if not isinstance(attributes, dict) or attributes.get("specversion") != SPECVERSION:
        raise UnreadableEvent("This is no CloudEvent of version 1.0.")
    for name in REQUIRED:
        if not isinstance(attributes.get(name), str) or not attributes[name]:
            raise UnreadableEvent(f"{name} is missing, or no text.")
    return Event(
        id=_id_of(attributes["id"]),
        type=_type_of(attributes["type"]),
        subject=_short("subject", attributes["subject"], LONGEST_SUBJECT),
        time=_time_of(attributes["time"]),
        data=_data_of(attributes),
        request_id=_short("requestid", attributes.get("requestid") or "", LONGEST_REQUEST_ID),
        traceparent=_trace_of(attributes.get("traceparent")),
    )


def parse_event(text: bytes) -> Event:
    """The event that this JSON text holds. Raises `UnreadableEvent`, saying why."""
    if NUL.search(text):
        raise UnreadableEvent("A text in it holds a NUL.")
    try:
        attributes = orjson.loads(text)
        orjson.dumps(attributes)  # which refuses, earlier than others, what is nested too deeply
    except orjson.JSONDecodeError as error:
        raise UnreadableEvent(f"This is no JSON: {error}.") from error
    except orjson.JSONEncodeError as error:
        raise UnreadableEvent("It is nested too deeply.") from error
    return read_event(attributes)


def _trace_of(text: Any) -> str:
    """One that is malformed is ignored (W3C Trace Context, 2.2)."""
    return text if isinstance(text, str) and TRACEPARENT.fullmatch(text) else ""


def _id_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise UnreadableEvent("id is no UUID.") from error


def _type_of(text: str) -> str:
    if not text.isascii():
        raise UnreadableEvent("type has letters beyond ASCII.")
    return _short("type", text, LONGEST_TYPE)


def _short(name: str, text: Any, longest: int) -> str:
    if not isinstance(text, str) or len(text) > longest:
        raise UnreadableEvent(f"{name} is no text of up to {longest} characters.")
    return text


def _data_of(attributes: dict[str, Any]) -> dict[str, Any]:
    """An attribute that is null counts as absent."""
    data = attributes.get("data_base64", attributes.get("data"))
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise UnreadableEvent("data is no object.")
    return data


def _time_of(text: str) -> datetime:
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise UnreadableEvent("time is no time of RFC 3339.")
    return moment
