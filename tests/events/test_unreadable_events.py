"""Whatever else comes is refused with a sentence, and never by accident."""

import orjson
import pytest

from events.envelope import UnreadableEvent, parse_event
from tests.events.test_cloudevents import ATTRIBUTES

pytestmark = pytest.mark.once


def deep(levels, innermost=b"1"):
    return b'{"a":' * levels + innermost + b"}" * levels


def event_with(**changes):
    return orjson.dumps({**ATTRIBUTES, **changes})


def event_with_data(data):
    return orjson.dumps({**ATTRIBUTES, "data": "DATA"}).replace(b'"DATA"', data)


@pytest.mark.parametrize(
    "text",
    [
        b"", b" ", b"\x00", b"\xff\xfe", b"hello", b"{", b'{"a": 1}}', b"\xef\xbb\xbf{}",
        b"NaN", b"1e999", b'"\\ud800"', b"'single'", b"[" * 100_000, deep(100_000),
        event_with_data(b"1e999"), event_with_data(b'{"a": NaN}'), event_with_data(b'"\xff"'),
    ],
)  # fmt: skip
def test_what_is_no_json_is_refused(text):
    with pytest.raises(UnreadableEvent, match="no JSON"):
        parse_event(text)


@pytest.mark.parametrize("text", [b"null", b"[]", b"1", b'"text"', b"{}", b"true", b"1e308"])
def test_json_that_is_no_cloudevent_is_refused(text):
    with pytest.raises(UnreadableEvent, match="no CloudEvent"):
        parse_event(text)


@pytest.mark.parametrize("levels", [300, 1000])
def test_what_is_nested_too_deeply_is_refused(levels):
    with pytest.raises(UnreadableEvent, match="nested too deeply"):
        parse_event(event_with_data(deep(levels)))


def test_what_is_nested_as_deeply_as_the_site_allows_is_read():
    assert parse_event(event_with_data(deep(200))).data


@pytest.mark.parametrize("version", [None, 1.0, 1, "0.3", "1.1", "", ["1.0"], {}])
def test_another_version_is_refused(version):
    with pytest.raises(UnreadableEvent, match=r"version 1\.0"):
        parse_event(event_with(specversion=version))


@pytest.mark.parametrize("name", ["id", "source", "type", "subject", "time"])
@pytest.mark.parametrize("value", [None, "", 7, 1.5, True, [], {}, ["1"], {"a": "b"}])
def test_what_must_be_a_text_and_is_none_is_named(name, value):
    with pytest.raises(UnreadableEvent, match=f"^{name} is missing, or no text"):
        parse_event(event_with(**{name: value}))


@pytest.mark.parametrize("name", ["id", "source", "type", "subject", "time"])
def test_what_is_missing_is_named(name):
    rest = {key: value for key, value in ATTRIBUTES.items() if key != name}

    with pytest.raises(UnreadableEvent, match=f"^{name} is missing"):
        parse_event(orjson.dumps(rest))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", "7"), ("id", "01890a5d-ac96-774b-bcce"), ("id", "é" * 36), ("id", "0" * 1000),
        ("time", "yesterday"), ("time", "2026-01-02"), ("time", "2026-01-02T03:04:05"),
        ("time", "2026-02-30T00:00:00Z"), ("time", "99999-01-01T00:00:00Z"),
        ("time", "2026-01-02T03:04:05+99:99"), ("time", "1767322800"),
        ("type", "a" * 101), ("type", "bücher.book.created"),
        ("subject", "7" * 201),
        ("requestid", "r" * 129), ("requestid", 7), ("requestid", ["r"]), ("requestid", {"a": 1}),
        ("data", []), ("data", [1]), ("data", "text"), ("data", 7), ("data", True), ("data", 0),
        ("data", ""), ("data_base64", "AAAA"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(name, value):
    with pytest.raises(UnreadableEvent, match=f"^{name.removesuffix('_base64')} "):
        parse_event(event_with(**{name: value}))


@pytest.mark.parametrize(
    "place", [{"subject": "a\x00b"}, {"data": {"a": "\x00"}}, {"data": {"\x00": 1}}, {"x": "\x00"}]
)
def test_a_nul_is_refused_wherever_it_stands(place):
    with pytest.raises(UnreadableEvent, match="NUL"):
        parse_event(event_with(**place))


@pytest.mark.parametrize("text", ["\\u0000", "\\\\u0000", "u0000", "\\"])
def test_what_only_looks_like_a_nul_is_read(text):
    assert parse_event(event_with(data={"text": text})).data == {"text": text}
