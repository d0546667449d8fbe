"""An event travels as a CloudEvent 1.0, which others can read and write."""

from datetime import UTC, datetime
from uuid import UUID

import orjson
import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from events.envelope import Event, parse_event

pytestmark = pytest.mark.once

EVENT = Event(
    id=UUID("01890a5d-ac96-774b-bcce-b302099a8057"),
    type="books.review.created",
    subject="7",
    time=datetime(2026, 1, 2, 3, 4, 5, 678901, UTC),
    data={"id": 12, "text": "Señor 𝄞", "rating": 4.5, "tags": [None, True]},
    request_id="0190-request",
)
ATTRIBUTES = {
    "specversion": "1.0",
    "id": "01890a5d-ac96-774b-bcce-b302099a8057",
    "source": "/back-end-practice/books",
    "type": "books.review.created",
    "subject": "7",
    "time": "2026-01-02T03:04:05.678901Z",
    "datacontenttype": "application/json",
    "requestid": "0190-request",
    "data": {"id": 12, "text": "Señor 𝄞", "rating": 4.5, "tags": [None, True]},
}


def test_every_attribute_has_its_place():
    assert orjson.loads(EVENT.to_json()) == ATTRIBUTES


def test_without_a_request_there_is_no_request_id():
    event = Event(EVENT.id, EVENT.type, EVENT.subject, EVENT.time)

    assert "requestid" not in event.to_cloudevent()
    assert parse_event(event.to_json()) == event


def test_what_is_written_is_read_back_as_it_was():
    assert parse_event(EVENT.to_json()) == EVENT


def test_the_public_library_reads_ours():
    theirs = JSONFormat().read(CloudEvent, EVENT.to_json())

    assert theirs.get_specversion() == "1.0"
    assert theirs.get_id() == str(EVENT.id)
    assert theirs.get_source() == "/back-end-practice/books"
    assert theirs.get_type() == EVENT.type
    assert theirs.get_subject() == "7"
    assert theirs.get_time() == EVENT.time
    assert theirs.get_datacontenttype() == "application/json"
    assert theirs.get_extension("requestid") == "0190-request"
    assert theirs.get_data() == EVENT.data


def test_we_read_what_the_public_library_writes():
    attributes = {**ATTRIBUTES, "time": EVENT.time}
    data = attributes.pop("data")

    written = JSONFormat().write(CloudEvent(attributes, data))

    assert parse_event(written) == EVENT


def test_an_event_of_another_site_has_its_own_source_and_extensions():
    others = {**ATTRIBUTES, "source": "https://example.com/shop", "traceparent": "00-ab-cd-01"}

    assert parse_event(orjson.dumps(others)) == EVENT


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("2026-01-02T03:04:05Z", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-01-02T04:04:05.5+01:00", datetime(2026, 1, 2, 3, 4, 5, 500_000, UTC)),
    ],
)
def test_every_time_of_rfc_3339_is_read(time, expected):
    event = parse_event(orjson.dumps({**ATTRIBUTES, "time": time}))

    assert event.time == expected


@pytest.mark.parametrize("name", ["requestid", "data", "datacontenttype"])
def test_an_attribute_that_is_null_counts_as_absent(name):
    absent = {key: value for key, value in ATTRIBUTES.items() if key != name}

    null = parse_event(orjson.dumps({**ATTRIBUTES, name: None}))

    assert null == parse_event(orjson.dumps(absent))
