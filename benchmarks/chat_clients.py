"""A thousand clients of a chat in one process, as cheap as they can be made.

Each is a protocol of asyncio that reads WebSocket frames (RFC 6455) itself and
looks for the mark that the messages of the measurement carry: `#sender:number:time#`.
"""

import asyncio
import base64
import os
import re
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

MARK = re.compile(rb"#(\d+):(\d+):(\d+)#")
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


@dataclass
class Tally:
    """What all clients of a round have heard."""

    delivered: int = 0
    out_of_order: int = 0
    late: list[int] = field(default_factory=list)  # nanoseconds from sending to hearing
    keeps_times: bool = False


class Client(asyncio.Protocol):
    """One socket. `is_welcome` says when the server has let it in."""

    def __init__(self, number: int, request: bytes, speech: "Speech", tally: Tally) -> None:
        self.number, self.request, self.speech, self.tally = number, request, speech, tally
        self.buffer = bytearray()
        self.is_open = False
        self.end = "without a word"
        self.welcome: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.last_of: dict[int, int] = {}
        self.heard_own: Callable[[], None] | None = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(self.request)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.welcome.done():
            self.welcome.set_exception(ConnectionError(f"The server closed it: {self.end}"))

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.is_open:
            head, end, rest = bytes(self.buffer).partition(b"\r\n\r\n")
            if not end:
                return
            if b" 101 " not in head:
                raise ConnectionError(head.decode(errors="replace"))
            self.is_open, self.buffer = True, bytearray(rest)
            if self.speech.is_silent:
                self.welcome.set_result(None)
        self._read_frames()

    def _read_frames(self) -> None:
        buffer, at = self.buffer, 0
        end = len(buffer)
        while end - at >= 2:
            opcode, length, head = buffer[at] & 15, buffer[at + 1] & 127, 2
            if length == 126:
                if end - at < 4:
                    break
                length, head = (buffer[at + 2] << 8) | buffer[at + 3], 4
            elif length == 127:
                if end - at < 10:
                    break
                length, head = struct.unpack_from("!Q", buffer, at + 2)[0], 10
            if end - at < head + length:
                break
            if opcode == TEXT:
                self._hear(bytes(buffer[at + head : at + head + length]))
            elif opcode == CLOSE:
                self.end = str(bytes(buffer[at + head : at + head + length]))
            elif opcode == PING:
                self._write(PONG, bytes(buffer[at + head : at + head + length]))
            at += head + length
        del buffer[:at]

    def _hear(self, payload: bytes) -> None:
        found = MARK.search(payload)
        if found is None:
            answer = self.speech.answer(payload)
            if answer:
                self.say(answer)
            if not self.welcome.done() and self.speech.is_welcome(payload):
                self.welcome.set_result(None)
            return
        if not self.speech.is_message(payload):
            return
        sender, number, sent = int(found[1]), int(found[2]), int(found[3])
        tally = self.tally
        tally.delivered += 1
        if number != self.last_of.get(sender, 0) + 1:
            tally.out_of_order += 1
        self.last_of[sender] = number
        if tally.keeps_times:
            tally.late.append(time.monotonic_ns() - sent)
        if sender == self.number and self.heard_own is not None:
            self.heard_own()

    def send_message(self, number: int) -> None:
        mark = f"#{self.number}:{number}:{time.monotonic_ns()}#"
        self.say(self.speech.message(f"{mark} The quick brown fox jumps over the lazy dog.", mark))

    def say(self, text: str) -> None:
        self._write(TEXT, text.encode())

    def _write(self, opcode: int, payload: bytes) -> None:
        """Masked with zeros: what a browser's mask hides from proxies is nothing here."""
        length = len(payload)
        head = bytes((128 | opcode, 128 | length)) if length < 126 else None
        head = head or bytes((128 | opcode, 254)) + length.to_bytes(2, "big")
        self.transport.write(head + bytes(4) + payload)


class Speech:
    """How clients and a server talk: the site's frames."""

    is_silent = False  # a server that says nothing when it lets somebody in

    def message(self, text: str, client_id: str) -> str:
        return f'{{"type":"send","client_id":"{client_id}","text":"{text}"}}'

    def is_message(self, payload: bytes) -> bool:
        return payload.startswith(b'{"type":"message"')

    def is_welcome(self, payload: bytes) -> bool:
        return payload.startswith(b'{"type":"ready"')

    def answer(self, payload: bytes) -> str:
        """What has to be said to such a frame, if anything."""
        return ""


class SocketIO(Speech):
    """Socket.IO 5 over Engine.IO 4, by WebSocket from the start."""

    def message(self, text: str, client_id: str) -> str:
        return f'42["send",{{"client_id":"{client_id}","text":"{text}"}}]'

    def is_message(self, payload: bytes) -> bool:
        return payload.startswith(b'42["message"')

    def is_welcome(self, payload: bytes) -> bool:
        return payload.startswith(b"40")

    def answer(self, payload: bytes) -> str:
        return {b"0": "40", b"2": "3"}.get(payload[:1], "") if payload[:2] != b"40" else ""


class Stock(Speech):
    """Channels' tutorial: what one sends comes back to all; there is no welcome."""

    is_silent = True

    def is_message(self, payload: bytes) -> bool:
        return True


def handshake(port: int, path: str, token: str = "") -> bytes:
    """The request that opens a socket."""
    key = base64.b64encode(os.urandom(16)).decode()
    bearer = f"Authorization: Bearer {token}\r\n" if token else ""
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
        f"Sec-WebSocket-Version: 13\r\n{bearer}\r\n"
    ).encode()
