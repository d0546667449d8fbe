"""Whether the site on this machine answers: `python -m backend_practice.probe [PORT]`.

For a container's health check: nothing is loaded but what one request needs.
"""

import http.client
import sys

SECONDS = 2.0
PORT = 8000


def is_alive(port: int, seconds: float = SECONDS) -> bool:
    """Whether `/healthz/live` is 200 on this port, within so many seconds."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        connection.request("GET", "/healthz/live")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if is_alive(int(sys.argv[1]) if sys.argv[1:] else PORT) else 1)
