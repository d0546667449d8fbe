"""A bad line between a client and a server: it cuts connections, or falls silent, as told."""

import contextlib
import socket
import threading

PIECE = 16 * 1024


class BadLine:
    """Listens on `port`. The first `cuts` connections break after so many `bytes_before` it.

    With `is_stalling` set, what a client sends beyond them waits for ever instead.
    """

    def __init__(self, target_port, *, cuts=0, bytes_before=300_000, is_stalling=False):
        self.target_port, self.cuts_left = target_port, cuts
        self.bytes_before, self.is_stalling = bytes_before, is_stalling
        self.cuts_made = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.open = set()

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for connection in list(self.open):
            close(connection)

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client):
        try:
            server = socket.create_connection(("127.0.0.1", self.target_port))
        except OSError:
            close(client)
            return
        self.open |= {client, server}
        threading.Thread(target=self._back, args=(server, client), daemon=True).start()
        with contextlib.suppress(OSError):
            self._forth(client, server)
        close(server)
        close(client)

    def _back(self, server, client):
        with contextlib.suppress(OSError):
            while piece := server.recv(PIECE):
                client.sendall(piece)
        close(client)
        close(server)

    def _forth(self, client, server):
        sent = 0
        while piece := client.recv(PIECE):
            server.sendall(piece)
            sent += len(piece)
            if sent > self.bytes_before and self.is_stalling:
                threading.Event().wait(30)
            if sent > self.bytes_before and self._may_cut():
                return

    def _may_cut(self):
        with self.lock:
            if self.cuts_left <= 0:
                return False
            self.cuts_left -= 1
            self.cuts_made += 1
            return True


def close(connection):
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
