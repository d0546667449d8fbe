"""ClamAV, where CLAMAV_URL names one: a small server that speaks its protocol."""

import socketserver
import struct
import threading
from contextlib import contextmanager

import pytest

from tests.processes import free_port
from tests.uploads.api import codes_of, post_file
from uploads.models import Upload

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd(socketserver.StreamRequestHandler):
    """Knows one virus."""

    def handle(self):
        assert self.rfile.read(10) == b"zINSTREAM\0"
        seen = b""
        while length := struct.unpack("!I", self.rfile.read(4))[0]:
            seen += self.rfile.read(length)
        self.server.seen.append(seen)
        self.wfile.write(self.server.answer or verdict(seen))


def verdict(seen):
    return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in seen else b"stream: OK\0"


@contextmanager
def listening(answer=b""):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd) as server:
        server.seen, server.answer = [], answer
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def url_of(server):
    return f"tcp://127.0.0.1:{server.server_address[1]}"


def test_without_one_nothing_is_scanned(as_alice):
    assert post_file(as_alice, EICAR).status_code == 201


def test_every_file_is_looked_at_whole(as_alice, settings):
    content = b"some text\n" * 100_000
    with listening() as server:
        settings.CLAMAV_URL = url_of(server)

        response = post_file(as_alice, content)

    assert response.status_code == 201
    assert server.seen == [content]


def test_what_is_infected_is_refused_and_not_kept(as_alice, settings, files_left):
    with listening() as server:
        settings.CLAMAV_URL = url_of(server)

        response = post_file(as_alice, EICAR)

    assert response.status_code == 415
    assert codes_of(response) == [("/file", "infected")]
    assert files_left() == []


def test_a_scanner_that_is_away_keeps_everything_out(as_alice, settings, files_left):
    settings.CLAMAV_URL = f"tcp://127.0.0.1:{free_port()}"

    response = post_file(as_alice)

    assert response.status_code == 503
    assert "Retry-After" in response
    assert files_left() == []
    assert not Upload.objects.exists()


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"\0"])
def test_a_scanner_that_cannot_tell_keeps_everything_out(as_alice, settings, answer):
    with listening(answer) as server:
        settings.CLAMAV_URL = url_of(server)

        assert post_file(as_alice).status_code == 503
