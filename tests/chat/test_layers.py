"""Frames within one process, from whichever thread: none waits for something else to happen."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from chat.live.layers import CAPACITY, ThreadSafeInMemoryLayer

SECONDS = 10
THREADS, EACH = 8, 100
pytestmark = pytest.mark.once


@pytest.fixture
def layer():
    return ThreadSafeInMemoryLayer()


def send(layer, number):
    """From a thread with an event loop of its own."""
    asyncio.run(layer.group_send("room", {"number": number}))


async def subscribed(layer):
    channel = await layer.new_channel()
    await layer.group_add("room", channel)
    return channel


async def heard(layer, channel, count):
    async with asyncio.timeout(SECONDS):
        return [(await layer.receive(channel))["number"] for _ in range(count)]


def test_a_thread_wakes_a_loop_that_sleeps(layer):
    async def main():
        channel = await subscribed(layer)
        hearing = asyncio.create_task(heard(layer, channel, 1))
        await asyncio.sleep(0)  # it waits now, and nothing else is due in this loop
        threading.Thread(target=send, args=(layer, 7)).start()
        return await hearing

    assert asyncio.run(main()) == [7]


def test_what_one_thread_sends_comes_in_its_order_and_all_of_it(layer):
    def send_all(first):
        for number in range(first, first + EACH):
            send(layer, number)

    async def main():
        channel = await subscribed(layer)
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(THREADS) as pool:
            sending = [loop.run_in_executor(pool, send_all, n * EACH) for n in range(THREADS)]
            numbers = await heard(layer, channel, THREADS * EACH)
            await asyncio.gather(*sending)
        return numbers

    numbers = asyncio.run(main())

    assert sorted(numbers) == list(range(THREADS * EACH))
    for thread in range(THREADS):
        own = [number for number in numbers if number // EACH == thread]
        assert own == sorted(own)


def test_a_channel_that_nobody_reads_loses_what_comes_and_holds_up_nobody(layer):
    async def main():
        channel = await subscribed(layer)
        for number in range(CAPACITY + 10):
            await layer.group_send("room", {"number": number})
        return await heard(layer, channel, CAPACITY)

    assert asyncio.run(main()) == list(range(CAPACITY))


def test_one_that_is_forgotten_gets_nothing(layer):
    async def main():
        channel = await subscribed(layer)
        layer.forget(channel)
        await asyncio.to_thread(send, layer, 1)
        await asyncio.sleep(0)
        return layer.channels

    assert asyncio.run(main()) == {}
