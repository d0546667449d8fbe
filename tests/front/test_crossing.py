"""An answer that cannot be given holds no thread."""

import asyncio
import io
import logging
import threading
from contextlib import suppress

import pytest

from backend_practice import crossing
from backend_practice.crossing import FILE_PART, Crossing, in_large_parts
from tests.front.calls import called, receive_from, scope_of

THREADS = 2
MANY = 100  # parts, more than wait anywhere on the way


def wsgi(environ, start_response):
    start_response("200 OK", [])
    return iter([b"part"] * MANY)


async def refuses(message):
    raise RuntimeError("The server refuses it.")


class NeverTakes:
    """A `send` whose client reads nothing."""

    def __init__(self):
        self.asked = asyncio.Event()

    async def __call__(self, message):
        self.asked.set()
        await asyncio.Event().wait()


async def answer_of(application):
    """All that the application says, which takes a free thread."""
    sent = []

    async def send(message):
        sent.append(message)

    async with asyncio.timeout(5):
        await application(scope_of(), receive_from(), send)
    return b"".join(message.get("body", b"") for message in sent)


async def refused(application):
    with suppress(RuntimeError):
        await application(scope_of(), receive_from(), refuses)


async def not_taken(application):
    async with asyncio.timeout(5):
        await application(scope_of(), receive_from(), NeverTakes())


async def cancelled(application):
    send = NeverTakes()
    task = asyncio.ensure_future(application(scope_of(), receive_from(), send))
    await send.asked.wait()
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=5)
    assert done
    assert task.cancelled()


async def answer_after(mishap):
    """The answer that comes after this has happened to every thread."""
    application = Crossing(wsgi, THREADS)
    for _ in range(THREADS):
        await mishap(application)
    return await answer_of(application)


@pytest.mark.parametrize("mishap", [refused, cancelled, not_taken])
def test_an_answer_that_cannot_be_given_holds_no_thread(mishap, monkeypatch):
    monkeypatch.setattr(crossing, "SECONDS_TO_TAKE", 0.2)

    assert asyncio.run(answer_after(mishap)) == b"part" * MANY


def test_a_cancelled_answer_is_waited_for_no_longer():
    application = Crossing(wsgi, 1)

    asyncio.run(cancelled(application))  # long before `SECONDS_TO_TAKE`


def test_a_second_cancellation_leaves_the_thread_its_way_out():
    application = Crossing(wsgi, 1)

    async def cancelled_twice():
        send = NeverTakes()
        task = asyncio.ensure_future(application(scope_of(), receive_from(), send))
        await send.asked.wait()
        task.cancel()
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task], timeout=5)
        return await answer_of(application)

    assert asyncio.run(cancelled_twice()) == b"part" * MANY


def test_that_nobody_took_an_answer_is_logged(monkeypatch, caplog):
    monkeypatch.setattr(crossing, "SECONDS_TO_TAKE", 0.05)

    with caplog.at_level(logging.WARNING, logger="backend_practice.crossing"):
        asyncio.run(answer_after(not_taken))

    assert [record.getMessage() for record in caplog.records] == [
        "A client took nothing of its answer for 0.05 s"
    ] * THREADS


def test_a_cancelled_answer_is_not_logged(caplog):
    with caplog.at_level(logging.WARNING, logger="backend_practice.crossing"):
        asyncio.run(answer_after(cancelled))

    assert caplog.records == []


def test_the_server_hears_of_the_answer_that_it_refused():
    async def call():
        await Crossing(wsgi, THREADS)(scope_of(), receive_from(), refuses)

    with pytest.raises(RuntimeError, match="The server refuses it"):
        asyncio.run(call())


def test_a_thread_is_used_again():
    names = []

    def named(environ, start_response):
        names.append(threading.current_thread().name)
        return wsgi(environ, start_response)

    application = Crossing(named, THREADS)

    async def call():
        for _ in range(10):
            await answer_of(application)

    asyncio.run(call())

    assert len(set(names)) <= THREADS


def test_a_file_crosses_in_large_parts_and_is_closed():
    file = io.BytesIO(b"x" * (FILE_PART + 1))

    def wsgi(environ, start_response):
        start_response("200 OK", [])
        return environ["wsgi.file_wrapper"](file, 4096)

    _, *bodies, end = called(Crossing(wsgi, 1), scope_of())

    assert [len(body["body"]) for body in bodies] == [FILE_PART, 1]
    assert end == {"type": "http.response.body", "body": b""}
    assert file.closed


def test_large_parts_change_nothing_else():
    application = in_large_parts(lambda environ, start_response: [environ["PATH_INFO"]])

    assert application({"PATH_INFO": "/x"}, None) == ["/x"]
