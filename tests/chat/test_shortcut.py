"""Frames past uvicorn's `send`: whole, in order, and only where nothing is in the way."""

import threading
from contextlib import contextmanager

import pytest
import uvicorn
from websockets.frames import Frame, Opcode
from websockets.protocol import OPEN
from websockets.sync.client import connect

from backend_practice import shortcut
from backend_practice.shortcut import LARGEST_WRITE, packed, shortcut_of
from tests.processes import free_port

MANY = 2_000
pytestmark = pytest.mark.once


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65_535, 65_536])
def test_a_packed_text_is_the_frame_that_the_server_would_send(length):
    text = "x" * length

    frame = Frame(Opcode.TEXT, text.encode())

    assert packed([text]) == frame.serialize(mask=False)


def test_several_stand_one_after_the_other():
    assert packed(["ä", "b"]) == packed(["ä"]) + packed(["b"])


def test_the_state_by_which_it_goes_is_that_of_the_server():
    assert shortcut.OPEN == OPEN


@contextmanager
def serving(talk, **options):
    """The address of a real uvicorn whose sockets are accepted and then given to `talk`."""

    async def application(scope, receive, send):
        await receive()
        await send({"type": "websocket.accept"})
        await talk(send, receive)

    port = free_port()
    config = uvicorn.Config(application, port=port, lifespan="off", log_level="error", **options)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
        yield f"ws://127.0.0.1:{port}/"
    finally:
        server.should_exit = True
        thread.join()


def test_it_is_in_line_with_what_is_sent_the_long_way():
    async def talk(send, receive):
        for number in range(0, 30, 3):
            assert shortcut_of(send).write(packed([str(number), str(number + 1)]))
            await send({"type": "websocket.send", "text": str(number + 2)})
        await receive()

    with serving(talk, ws_per_message_deflate=False) as address, connect(address) as client:
        heard = [client.recv(timeout=10) for _ in range(30)]

    assert heard == [str(number) for number in range(30)]


def test_a_client_that_is_behind_is_waited_for_on_the_long_way():
    refused = []

    async def talk(send, receive):
        short = shortcut_of(send)
        for number in range(MANY):
            text = f"{number:04}" + "x" * 20_000
            if not short.write(packed([text])):
                refused.append(number)
                await send({"type": "websocket.send", "text": text})
        await receive()

    with serving(talk, ws_per_message_deflate=False) as address, connect(address) as client:
        heard = [client.recv(timeout=30)[:4] for _ in range(MANY)]

    assert heard == [f"{number:04}" for number in range(MANY)]
    assert refused


def test_much_at_once_goes_the_long_way():
    taken = []

    async def talk(send, receive):
        taken.append(shortcut_of(send).write(bytes(LARGEST_WRITE + 1)))

    with serving(talk, ws_per_message_deflate=False) as address, connect(address):
        pass

    assert taken == [False]


def test_nothing_is_written_after_the_close():
    taken = []

    async def talk(send, receive):
        await send({"type": "websocket.close", "code": 1000})
        taken.append(shortcut_of(send).write(packed(["late"])))

    with serving(talk, ws_per_message_deflate=False) as address, connect(address) as client:
        assert list(client) == []

    assert taken == [False]


def test_a_client_whose_frames_are_compressed_has_none():
    found = []

    async def talk(send, receive):
        found.append(shortcut_of(send))

    with serving(talk, ws_per_message_deflate=True) as address, connect(address):
        pass

    assert found == [None]


def test_another_servers_sockets_have_none():
    async def send(message):
        """Nothing."""

    assert shortcut_of(send) is None
