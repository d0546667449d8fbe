"""`python -m backend_practice.services.keep PID FILE COMMAND…`: starts it again whenever it ends.

What a machine's own supervisor, or a cluster, does in production. While FILE is there the
command is stopped and stays so: `manage.py service stop` makes it. It ends with the process
PID, however that ends, and leaves none of the command's children behind.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType

# Long enough to see what the others do meanwhile.
SECONDS_UNTIL_AGAIN = 5.0
# Shorter than the five seconds after which honcho kills this process itself.
SECONDS_TO_END = 4.0
SECONDS_BETWEEN_LOOKS = 0.2


class Keeper:
    """Keeps one command running until SIGTERM."""

    def __init__(self, master: int, stopped: Path, command: list[str]) -> None:
        self.master, self.stopped, self.command = master, stopped, command
        self.is_told_to_end = False

    def run(self) -> None:
        signal.signal(signal.SIGTERM, self._end)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        while not self.is_over():
            if self.stopped.exists():
                time.sleep(SECONDS_BETWEEN_LOOKS)
            else:
                self._run_once()

    def is_over(self) -> bool:
        return self.is_told_to_end or not lives(self.master)

    def _run_once(self) -> None:
        process = subprocess.Popen(self.command, process_group=0)  # noqa: S603 - the caller's own
        while process.poll() is None and not (self.is_over() or self.stopped.exists()):
            time.sleep(SECONDS_BETWEEN_LOOKS)
        ended_with = process.returncode
        end(process)
        if ended_with is not None:
            pause = SECONDS_UNTIL_AGAIN
            print(f"ended with {ended_with}, starts again in {pause:g} s", flush=True)  # noqa: T201
            self._pause(pause)

    def _pause(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self.is_over():
            time.sleep(SECONDS_BETWEEN_LOOKS)

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.is_told_to_end = True


def end(process: subprocess.Popen[bytes]) -> None:
    """Have it end, and kill what is left of it and of its children after some seconds."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(SECONDS_TO_END)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    Keeper(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]).run()
