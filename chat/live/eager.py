"""Beginning a coroutine at once, and a task only where it has to wait.

A frame for a thousand sockets is a thousand coroutines of which hardly one waits.
A task for each would cost more than the sending. (Python 3.12 has eager tasks.)
"""

from collections.abc import Coroutine, Generator
from types import coroutine
from typing import Any


def begun(work: Coroutine[Any, Any, None]) -> Coroutine[Any, Any, None] | None:
    """None where the work is done already; else the rest of it, to be awaited by a task.

    The work must not ask which task it runs in. Raises what it raises.
    """
    try:
        awaited = work.send(None)
    except StopIteration:
        return None
    return _rest(work, awaited)


async def _rest(work: Coroutine[Any, Any, None], awaited: Any) -> None:
    await _going_on(work, awaited)


@coroutine
def _going_on(work: Coroutine[Any, Any, None], awaited: Any) -> Generator[Any, Any, None]:
    """As `yield from work`, whose first step has been made and waits for `awaited`."""
    while True:
        try:
            sent = yield awaited
        except GeneratorExit:
            work.close()
            raise
        except BaseException as error:
            step = _thrown(work, error)
        else:
            step = _sent(work, sent)
        if step is _DONE:
            return
        awaited = step


_DONE = object()


def _sent(work: Coroutine[Any, Any, None], value: Any) -> Any:
    try:
        return work.send(value)
    except StopIteration:
        return _DONE


def _thrown(work: Coroutine[Any, Any, None], error: BaseException) -> Any:
    try:
        return work.throw(error)
    except StopIteration:
        return _DONE
