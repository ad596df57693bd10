"""Asks a reader and waits until nothing of the question is left: a reader that fails may leave requests under way behind it.

Tasks inherit context variables, so those that belong to a question are known by one that is set while it is asked.
"""

import asyncio
from collections.abc import Awaitable
from contextvars import ContextVar
from typing import Any

from adapters.kit.failures import PlatformError

_STARTED: ContextVar[list[asyncio.Task[Any]] | None] = ContextVar("started", default=None)


async def outcome(asked: Awaitable[Any]) -> Any | None:
    """Return what a reader gave, None when it failed as readers may; whatever else it raises is passed on."""
    loop = asyncio.get_running_loop()
    before = loop.get_task_factory()
    started: list[asyncio.Task[Any]] = []
    token = _STARTED.set(started)
    loop.set_task_factory(_remembering)
    try:
        return await asked
    except PlatformError:
        return None
    finally:
        loop.set_task_factory(before)
        _STARTED.reset(token)
        await asyncio.gather(*started, return_exceptions=True)


def _remembering(loop: asyncio.AbstractEventLoop, work: Any, **more: Any) -> asyncio.Task[Any]:
    task: asyncio.Task[Any] = asyncio.Task(work, loop=loop, **more)
    started = _STARTED.get()
    if started is not None:
        started.append(task)
    return task
