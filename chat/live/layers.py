"""Channels' layer in memory, for senders in any thread.

The stock one puts a message into an `asyncio.Queue` from whichever thread sends,
and the receiver's loop finds it when it next wakes for another reason.
"""

import asyncio
from typing import Any

from channels.exceptions import ChannelFull
from channels.layers import InMemoryChannelLayer

CAPACITY = 10_000
NEVER = 10**9  # seconds


class ThreadSafeInMemoryLayer(InMemoryChannelLayer):
    """Wakes the loop that made the channel; a channel that is full loses what comes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"capacity": CAPACITY, "group_expiry": NEVER, **options})
        self.loops: dict[str, asyncio.AbstractEventLoop] = {}

    async def new_channel(self, prefix: str = "specific.") -> str:
        channel: str = await super().new_channel(prefix)
        self.loops[channel] = asyncio.get_running_loop()
        return channel

    async def send(self, channel: str, message: dict[str, Any]) -> None:
        loop = self.loops.get(channel)
        if loop is None or loop is asyncio.get_running_loop():
            await super().send(channel, message)
        elif not loop.is_closed():
            asyncio.run_coroutine_threadsafe(self._send_here(channel, message), loop)

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        self.require_valid_group_name(group)
        for channel in list(self.groups.get(group, ())):
            await self._send_or_lose(channel, message)

    def forget(self, channel: str) -> None:
        """Nobody receives from this channel any more."""
        self.loops.pop(channel, None)
        self.channels.pop(channel, None)
        for members in self.groups.values():
            members.pop(channel, None)

    async def _send_here(self, channel: str, message: dict[str, Any]) -> None:
        if channel in self.loops:
            await self._send_or_lose(channel, message)

    async def _send_or_lose(self, channel: str, message: dict[str, Any]) -> None:
        try:
            await self.send(channel, message)
        except ChannelFull:
            return
