"""Threads in which the event loop has the database asked; their connections last."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar, TypeVar

from django.db import close_old_connections

Found = TypeVar("Found")


class DatabaseThreads:
    """`await threads(work)` is what `work()` returns, without holding up the event loop."""

    all: ClassVar[list["DatabaseThreads"]] = []

    def __init__(self, count: int, name: str) -> None:
        self.count = count
        self.pool = ThreadPoolExecutor(count, thread_name_prefix=name)
        self.all.append(self)

    async def __call__(self, work: Callable[[], Found]) -> Found:
        def asked() -> Found:
            close_old_connections()
            return work()

        return await asyncio.get_running_loop().run_in_executor(self.pool, asked)
