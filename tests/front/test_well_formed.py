"""A request as Django can read it: the query in ASCII, no header that stands for another."""

import pytest

from backend_practice.front import ascii_query, body_length, unambiguous, with_length


def test_an_ascii_query_stays_as_it_is():
    query = b"q=a%20b+c&x=[]'\"|"

    assert ascii_query(query) is query


@pytest.mark.parametrize(
    ("raw", "encoded"),
    [
        ("q=é".encode(), b"q=%C3%A9"),
        (b"q=\xe9", b"q=%E9"),
        (b"q=\xff%41&x=1;2", b"q=%FF%41&x=1;2"),
        (b"\x00 \x7f\xe9", b"%00%20%7F%E9"),
    ],
)
def test_a_query_beyond_ascii_is_percent_encoded_and_nothing_else_in_it(raw, encoded):
    assert ascii_query(raw) == encoded


def test_a_header_with_an_underscore_is_dropped():
    headers = [(b"x_user", b"admin"), (b"x-user", b"alice"), (b"_", b"")]

    assert unambiguous(headers) == [(b"x-user", b"alice")]


def test_a_header_that_comes_twice_comes_twice():
    headers = [(b"accept", b"text/html"), (b"accept", b"*/*")]

    assert unambiguous(headers) == headers


@pytest.mark.parametrize(
    ("headers", "length"),
    [
        ([], 0),
        ([(b"content-length", b"0")], 0),
        ([(b"content-length", b"12")], 12),
        ([(b"transfer-encoding", b"chunked")], None),
        ([(b"transfer-encoding", b"chunked"), (b"content-length", b"12")], None),
    ],
)
def test_the_length_of_a_body_is_what_its_headers_say(headers, length):
    assert body_length(headers) == length


@pytest.mark.parametrize("declared", [b"-1", b"+1", b"1,2", b"0x10", b"\xb2", b"", b"9" * 5_000])
def test_a_length_that_is_no_sensible_number_counts_as_none(declared):
    assert body_length([(b"content-length", declared)]) == 0


def test_a_body_in_chunks_gets_its_length_declared():
    headers = [(b"transfer-encoding", b"chunked"), (b"accept", b"*/*")]

    assert with_length(headers, 7) == [(b"accept", b"*/*"), (b"content-length", b"7")]


def test_a_declared_length_is_declared_once():
    assert with_length([(b"content-length", b"7")], 7) == [(b"content-length", b"7")]
