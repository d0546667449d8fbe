"""What benchmarks of servers have in common: a load, and what it costs the server.

The load comes from this process over connections that stay open. CPU is user and
system time of the server's processes, from /proc, so this needs Linux.
"""

import asyncio
import os
import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Asked:
    """One request, as it is sent again and again; a `%d` in its body is a new number each time."""

    path: str
    method: str = "GET"
    headers: tuple[str, ...] = ()
    body: str = ""
    status: int = 200

    def text(self, number: int) -> bytes:
        body = (self.body % number if "%d" in self.body else self.body).encode()
        length = [f"Content-Length: {len(body)}"] if body else []
        lines = [
            f"{self.method} {self.path} HTTP/1.1",
            *("Host: 127.0.0.1", "Accept: */*", *self.headers, *length),
        ]
        return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass
class Server:
    """One running server, with what each round of each work has cost."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    cpu: dict[str, list[float]] = field(default_factory=dict)
    rate: dict[str, list[float]] = field(default_factory=dict)

    def cpu_seconds(self) -> float:
        """User and system time so far, of the process and those it has started."""
        return sum(cpu_seconds_of(pid) for pid in family_of(self.process.pid))

    def peak_memory(self) -> int:
        """Bytes, of the largest of its processes."""
        return max(peak_memory_of(pid) for pid in family_of(self.process.pid))

    def measure(self, work: str, asked: Asked, requests: int, connections: int) -> None:
        """One round, remembered as CPU µs a request and requests a second."""
        cpu, start = self.cpu_seconds(), time.perf_counter()
        asyncio.run(load(self.port, asked, requests, connections))
        seconds = time.perf_counter() - start
        cost = (self.cpu_seconds() - cpu) / requests * 1_000_000
        self.cpu.setdefault(work, []).append(cost)
        self.rate.setdefault(work, []).append(requests / seconds)


def family_of(pid: int) -> list[int]:
    """The process and its children, and theirs."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in family_of(int(child)))]


def cpu_seconds_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND


def peak_memory_of(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1024


async def load(port: int, asked: Asked, requests: int, connections: int) -> None:
    """Ask so many times over so many connections, each of which waits for its answer."""
    share = requests // connections
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(ask(port, asked, share))


async def ask(port: int, asked: Asked, times: int = 1) -> bytes:
    """Ask again and again over one connection; the last answer's body.

    Raises `RuntimeError` for an answer of another status than is asked for.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    expected = f"http/1.1 {asked.status} ".encode()
    body = b""
    for _ in range(times):
        writer.write(asked.text(time.perf_counter_ns()))
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        if not head.startswith(expected):
            raise RuntimeError(f"{asked.path}: {head.decode()}")
        body = await body_after(head, reader)
    writer.close()
    await writer.wait_closed()
    return body


async def body_after(head: bytes, reader: asyncio.StreamReader) -> bytes:
    """The body that this head announces."""
    if b"content-length: " in head:
        length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        return await reader.readexactly(length)
    if b"transfer-encoding: chunked" not in head:
        return b""
    body = b""
    while size := int(await reader.readline(), 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return body


def middle_and_spread(values: Sequence[float]) -> str:
    """The median, with the least and the most."""
    return f"{statistics.median(values):,.0f} ({min(values):,.0f}–{max(values):,.0f})"
