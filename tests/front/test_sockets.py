"""WebSockets come through the same door."""

import pytest
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import connect

NO_SUCH_SOCKET = 4404


def end_of_socket(site, path):
    """The close frame that the site sends on a new connection."""
    address = f"ws://127.0.0.1:{site.port}{path}"
    with connect(address) as socket, pytest.raises(ConnectionClosedError) as closed:
        socket.recv(timeout=10)
    return closed.value.rcvd


@pytest.mark.parametrize("path", ["/ws/nowhere/", "/", "/hello/", "/api/v1/books/"])
def test_a_socket_that_nothing_answers_is_opened_and_closed_with_4404(site, path):
    assert end_of_socket(site, path).code == NO_SUCH_SOCKET


def test_a_socket_that_is_left_at_once_harms_nobody(site):
    for _ in range(5):
        with connect(f"ws://127.0.0.1:{site.port}/ws/nowhere/"):
            pass

    assert end_of_socket(site, "/ws/nowhere/").code == NO_SUCH_SOCKET
