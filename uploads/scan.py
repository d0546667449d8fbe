"""A look at every file by ClamAV, where `CLAMAV_URL` names one (the INSTREAM command of clamd)."""

import socket
import struct
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings

from backend_practice.http.problems import Unavailable, UnsupportedContent

SECONDS = 30
INFECTED, CLEAN = b"FOUND", b"OK"


def scan(chunks: Iterable[bytes], *, pointer: str = "/file") -> None:
    """Raise `UnsupportedContent` for what the scanner knows.

    Raises `Unavailable` where it does not answer: what was not looked at is not kept.
    """
    if not settings.CLAMAV_URL:
        return
    try:
        answer = ask_clamd(settings.CLAMAV_URL, chunks)
    except OSError as error:
        raise Unavailable("The virus scanner does not answer.") from error
    if answer.endswith(INFECTED):
        raise UnsupportedContent("This file is infected.", pointer=pointer, code="infected")
    if not answer.endswith(CLEAN):
        raise Unavailable("The virus scanner could not look at this file.")


def ask_clamd(url: str, chunks: Iterable[bytes]) -> bytes:
    """What clamd says of these bytes: `stream: OK`, or `stream: <name> FOUND`."""
    parts = urlsplit(url)
    address = (parts.hostname or "", parts.port or 3310)
    with socket.create_connection(address, timeout=SECONDS) as connection:
        connection.sendall(b"zINSTREAM\0")
        for chunk in chunks:
            connection.sendall(struct.pack("!I", len(chunk)) + chunk)
        connection.sendall(struct.pack("!I", 0))
        answer = b""
        while not answer.endswith(b"\0") and (received := connection.recv(1024)):
            answer += received
    return answer.strip(b"\0\r\n ")
