"""`python -m backend_practice.services.keep SECONDS COMMAND…`: starts it again whenever it ends.

What a machine's own supervisor, or a cluster, does in production. The pause is
long enough to see what the others do meanwhile.
"""

import signal
import subprocess
import sys
import time
from types import FrameType


def main(pause: float, command: list[str]) -> int:
    """Keep the command running until SIGTERM, which its whole process group gets."""
    is_over = False

    def end(number: int, frame: FrameType | None) -> None:
        nonlocal is_over
        is_over = True

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        code = subprocess.Popen(command).wait()  # noqa: S603 - it is the caller's own
        if is_over:
            return 0
        print(f"ended with {code}, starts again in {pause:g} s", flush=True)  # noqa: T201
        until = time.monotonic() + pause
        while time.monotonic() < until:
            time.sleep(0.1)
            if is_over:
                return 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), sys.argv[2:]))
