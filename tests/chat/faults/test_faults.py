"""Connections are cut, one of two processes is killed, Redis goes away: nothing is lost.

`TEST_CHAT_MESSAGES` says how many messages; there is a cut for every fifty, and a
restart of each kind for every thousand. `make test-chat` has the full count.
"""

import asyncio
import os
import random
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.chat import site, sites
from tests.chat.conftest import SOCKETS
from tests.chat.faults.clients import Listener, Speaker
from tests.processes import own_database

MESSAGES = int(os.environ.get("TEST_CHAT_MESSAGES", "300"))
CUTS = max(6, MESSAGES // 50)
RESTARTS = max(1, MESSAGES // 1000)
SPEAKERS, LISTENERS = 4, 6
SECONDS = 240 + MESSAGES / 10
pytestmark = pytest.mark.once


def test_no_message_is_lost_doubled_or_out_of_order(tmp_path):
    with sites.own_redis(tmp_path) as redis, own_database(tmp_path) as database:
        variables = {"DATABASE_URL": database, "DATA_DIR": str(tmp_path), **SOCKETS}
        variables |= {"REDIS_URL": redis.url, "ACCESS_TOKEN_SECONDS": "3600"}
        site.prepare(variables)
        with (
            sites.running(tmp_path / "first.log", variables) as first,
            sites.running(tmp_path / "second.log", variables) as second,
        ):
            clients, slug = asyncio.run(everything((first, second), redis))
            with site.Person(first.url, "alice") as ann:
                stored = history(ann, slug)

    speakers = [each for each in clients if isinstance(each, Speaker)]
    assert [each["seq"] for each in stored] == list(range(1, MESSAGES + 1))
    assert sum(client.cuts for client in clients) >= CUTS
    for client in clients:
        assert client.faults == []
        assert client.seqs == list(range(1, MESSAGES + 1))
        assert client.texts == [each["text"] for each in stored]
    acked = [seq for speaker in speakers for seq in speaker.acked.values()]
    assert sorted(acked) == list(range(1, MESSAGES + 1))
    cuts, visits = (sum(getattr(each, name) for each in clients) for name in ("cuts", "visits"))
    print(f"\n{MESSAGES} messages to {len(clients)} clients over {visits} sockets: {cuts} cuts, "
          f"{RESTARTS} restarts of a process and as many of Redis")  # fmt: skip


async def everything(pair, redis):
    """The clients after the last message has come to all of them."""
    people = [site.Person(each.url, "alice") for each in pair]
    try:
        slug = people[0].new_room()
        clients = [
            Speaker(people, slug, f"speaker {number}", MESSAGES // SPEAKERS)
            for number in range(SPEAKERS)
        ]
        clients += [Listener(people, slug) for _ in range(LISTENERS)]
        staying = [asyncio.create_task(client.stay()) for client in clients]
        troubles = [
            asyncio.create_task(cut_often(clients)),
            asyncio.create_task(trouble(pair, redis)),
        ]
        try:
            async with asyncio.timeout(SECONDS):
                while not all(client.seq >= MESSAGES for client in clients):
                    failed = [task for task in (*staying, *troubles) if task.done()]
                    for task in failed:
                        task.result()
                    await asyncio.sleep(0.1)
                await asyncio.gather(*troubles)
        finally:
            for task in (*staying, *troubles):
                task.cancel()
            await asyncio.gather(*staying, *troubles, return_exceptions=True)
        return clients, slug
    finally:
        for person in people:
            person.close()


async def cut_often(clients):
    cuts = 0
    while cuts < CUTS:
        await asyncio.sleep(random.uniform(0.05, 0.25))  # noqa: S311
        cuts += random.choice(clients).cut()  # noqa: S311


async def trouble(pair, redis):
    """One of the processes, killed or told to end, and Redis, again and again."""
    with ThreadPoolExecutor(1) as pool:
        loop = asyncio.get_running_loop()
        for number in range(RESTARTS):
            await asyncio.sleep(1)
            ending = (signal.SIGKILL, signal.SIGTERM)[number % 2]
            await loop.run_in_executor(pool, pair[number % 2].restart, ending)
            await asyncio.sleep(1)
            await loop.run_in_executor(pool, redis.stop)
            await asyncio.sleep(1)
            await loop.run_in_executor(pool, redis.start)


def history(person, slug):
    """All that was stored, the oldest first."""
    messages, address = [], f"/chat/rooms/{slug}/messages/?limit=100"
    while address:
        page = person.get(address).json()
        messages += page["results"]
        address = page["next"]
    return messages[::-1]
