"""What can be done at once is done at once; the rest of it waits in a task."""

import asyncio

import pytest

from chat.live.eager import begun

pytestmark = pytest.mark.once


def test_work_that_waits_for_nothing_is_done():
    done = []

    async def work():
        done.append(1)

    assert begun(work()) is None
    assert done == [1]


def test_work_that_waits_goes_on_in_a_task():
    async def main():
        gate, steps = asyncio.Event(), []

        async def work():
            steps.append("begun")
            await gate.wait()
            await asyncio.sleep(0)
            steps.append("done")

        rest = asyncio.create_task(begun(work()))
        await asyncio.sleep(0)
        assert steps == ["begun"]
        gate.set()
        await rest
        return steps

    assert asyncio.run(main()) == ["begun", "done"]


def test_what_it_raises_is_raised():
    async def fails_at_once():
        raise OSError("gone")

    async def fails_later():
        await asyncio.sleep(0)
        raise OSError("gone later")

    async def main():
        await begun(fails_later())

    with pytest.raises(OSError, match=r"gone$"):
        begun(fails_at_once())
    with pytest.raises(OSError, match="gone later"):
        asyncio.run(main())


def test_a_task_that_is_cancelled_cancels_the_rest():
    async def main():
        seen = []

        async def work():
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                seen.append("cancelled")
                raise

        task = asyncio.create_task(begun(work()))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return seen, task.cancelled()

    assert asyncio.run(main()) == (["cancelled"], True)
