"""WebSockets as a check sees them: frames in order, each waited for with a bound."""

import contextlib
import json
import socket
import time
from collections.abc import Iterator
from typing import Any

from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import ClientConnection, connect

from .answers import Failure
from .exchanges import WEBSOCKET, Asked, Exchange, short
from .line import Line

SECONDS = 10
NO_CLOSE_CODE = 1006


class Socket:
    """One connection. `seen` is everything that has come, for failures to show."""

    def __init__(self, connection: ClientConnection, exchange: Exchange) -> None:
        self.connection, self.exchange = connection, exchange
        self.seen: list[dict[str, Any]] = []

    def send(self, frame: Any) -> None:
        """A frame: a string as it is, all else as JSON."""
        with contextlib.suppress(ConnectionClosed):
            self.connection.send(frame if isinstance(frame, str | bytes) else json.dumps(frame))

    def frame(self, seconds: float = SECONDS) -> dict[str, Any]:
        """The next frame, a JSON object with a `type`."""
        try:
            raw = self.connection.recv(timeout=max(seconds, 0.01))
        except TimeoutError as error:
            raise self.failure(f"a frame within {seconds:g} s") from error
        except ConnectionClosed as error:
            raise self.failure(
                "a frame", f"the connection was closed with {code_of(error)}"
            ) from error
        try:
            frame = json.loads(raw)
        except ValueError as error:
            raise self.failure("frames in JSON", short(str(raw))) from error
        if not isinstance(frame, dict) or not isinstance(frame.get("type"), str):
            raise self.failure("frames that are objects with a `type`", short(frame))
        self.seen.append(frame)
        return frame

    def wait_for(self, kind: str, seconds: float = SECONDS, **members: Any) -> dict[str, Any]:
        """The next frame of this type with these members; others are passed over."""
        deadline = time.monotonic() + seconds
        wanted = short({"type": kind, **members})
        while True:
            try:
                frame = self.frame(deadline - time.monotonic())
            except Failure as failure:
                raise self.failure(
                    f"a frame {wanted} within {seconds:g} s", failure.came
                ) from failure
            if frame["type"] == kind and all(frame.get(n) == value for n, value in members.items()):
                return frame

    def frames_until(
        self, kind: str, seconds: float = SECONDS, **members: Any
    ) -> list[dict[str, Any]]:
        """Every frame up to the next of this type, with that one."""
        start = len(self.seen)
        self.wait_for(kind, seconds, **members)
        return self.seen[start:]

    def close_code(self, seconds: float = SECONDS) -> int:
        """The code with which the server closes the connection, whatever it sends before."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                self.connection.recv(timeout=max(deadline - time.monotonic(), 0.01))
            except TimeoutError as error:
                raise self.failure(f"the connection to be closed within {seconds:g} s") from error
            except ConnectionClosed as error:
                return code_of(error)

    def expect_close(self, code: int, seconds: float = SECONDS) -> None:
        """That the server closes the connection with this code."""
        came = self.close_code(seconds)
        if came != code:
            raise self.failure(f"the close code {code}", str(came))

    def failure(self, expected: str, came: str = "") -> Failure:
        frames = "\n".join(short(frame) for frame in self.seen[-5:]) or "no frame at all"
        self.exchange.came = f"the last frames:\n{frames}"
        return Failure(expected, came, self.exchange)


@contextlib.contextmanager
def open_socket(line: Line, path: str, headers: dict[str, str], who: str) -> Iterator[Socket]:
    """A connection to this path. One that is refused as HTTP counts as closed with its status."""
    url = line.url_of(path).replace("http", "ws", 1)
    tls = line.settings.tls() if url.startswith("wss") else None
    exchange = Exchange(Asked(WEBSOCKET, url, headers, who=who), 101)
    line.exchanges.append(exchange)
    given = {**line.settings.headers, **headers}
    origin = given.pop("Origin", None)
    with contextlib.ExitStack() as stack:
        try:
            # With a connection of our own no redirect is followed, to another host above all.
            sock = socket.create_connection(line.origin.host_and_port, timeout=SECONDS)
            stack.callback(sock.close)
            opening = connect(
                url, sock=sock, ssl=tls, origin=origin, proxy=None,  # type: ignore[arg-type]
                additional_headers=given,
                open_timeout=SECONDS, close_timeout=2, max_size=2**22, compression=None,
            )  # fmt: skip
            connection = stack.enter_context(opening)
        except (WebSocketException, OSError, EOFError, ValueError) as error:
            exchange.status, exchange.came = 0, str(error)
            raise Failure("a WebSocket", str(error), exchange) from error
        yield Socket(connection, exchange)


def code_of(error: ConnectionClosed) -> int:
    return error.rcvd.code if error.rcvd else NO_CLOSE_CODE
