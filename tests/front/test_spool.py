"""A body is put aside whole, within a limit, and given again."""

import asyncio
import tempfile

import pytest

from backend_practice.front import CHUNK, IN_MEMORY, replay, spool_body
from tests.front.calls import parts, receive_from


@pytest.fixture
def spool():
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as spool:
        yield spool


def spooled(spool, *messages, limit=IN_MEMORY * 4):
    return asyncio.run(spool_body(receive_from(*messages), spool, limit))


def replayed(spool, length):
    """The messages of the body, and those that come after it."""

    async def messages():
        receive = replay(spool, length, receive_from())
        return [await receive() for _ in range(length // CHUNK + 3)]

    received = asyncio.run(messages())
    body = [message for message in received if message["type"] == "http.request"]
    return body, received[len(body) :]


@pytest.mark.parametrize("chunks", [(b"",), (b"abc",), (b"ab", b"", b"c"), (b"abc", b"")])
def test_a_body_is_put_aside_whole(spool, chunks):
    length = spooled(spool, *parts(*chunks))

    assert length == len(b"".join(chunks))
    assert spool.read() == b"".join(chunks)


def test_half_a_body_is_none(spool):
    first, *_ = parts(b"half of ", b"it")

    assert spooled(spool, first) is None


def test_reading_ends_above_the_limit(spool):
    length = spooled(spool, *parts(b"12345", b"67", b"never read"), limit=6)

    assert length == 7
    assert spool.read() == b"12345"


def test_a_body_of_exactly_the_limit_is_taken(spool):
    assert spooled(spool, *parts(b"123", b"456"), limit=6) == 6


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, IN_MEMORY + CHUNK])
def test_a_body_comes_out_as_it_went_in(spool, size):
    body = bytes(range(256)) * (size // 256 + 1)
    length = spooled(spool, *parts(body[:size]))

    messages, after = replayed(spool, length)

    assert b"".join(message["body"] for message in messages) == body[:size]
    assert [message["more_body"] for message in messages] == [True] * (len(messages) - 1) + [False]
    assert after[0] == {"type": "http.disconnect"}


def test_a_large_body_lies_on_disk(spool):
    spooled(spool, *parts(b"x" * (IN_MEMORY + 1)))

    assert spool._rolled


def test_a_body_that_was_cut_off_at_the_limit_ends(spool):
    length = spooled(spool, *parts(b"12345", b"67"), limit=6)

    messages, _ = replayed(spool, length)

    assert messages[0]["body"] == b"12345"
    assert messages[-1]["more_body"] is False
