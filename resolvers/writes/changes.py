"""Changes: tells who listens that a receipt has changed, by the channel on which the queue tells it.

What is told may be missed (a connection breaks, a listener is slow): then everything a listener asked for by id is told again as it is. A
listener hears of states as they are when he is told, so of two changes at once he may hear the last one only.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from typing import Any

from redis.exceptions import RedisError

from adapters.kit.tasks import end
from resolvers.writes.queue import CHANGES, Queue

MOST_WAITING = 1000
AGAIN_SECONDS = 1.0

log = logging.getLogger("cartograph.writes")

Change = tuple[str, str] | None  # a store's scope and a receipt's number; None = some may have been missed


class Changes:
    """One listener of a process, for all who want to know."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._waiting: set[asyncio.Queue[Change]] = set()
        self._task: asyncio.Task[None] | None = None
        self._hearing = asyncio.Event()
        self._ended = False

    async def hear(self, scopes: Sequence[str]) -> AsyncGenerator[Change]:
        """Yield changes of stores as they come; first None, when nothing can be missed any more."""
        wanted = frozenset(scopes)
        waiting: asyncio.Queue[Change] = asyncio.Queue(MOST_WAITING)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._listen())
        await self._hearing.wait()
        self._waiting.add(waiting)
        try:
            yield None
            while not self._ended:
                change = await waiting.get()
                if change is None or change[0] in wanted:
                    yield change
        finally:
            self._waiting.discard(waiting)

    def end(self) -> None:
        """Let all who listen go: nothing more is told."""
        self._ended = True
        for waiting in self._waiting:
            if not waiting.full():
                waiting.put_nowait(None)

    async def close(self) -> None:
        """Hear no more."""
        if self._task is not None:
            await end(self._task)

    async def _listen(self) -> None:
        while True:
            try:
                async with self._queue.state.pubsub() as pubsub:
                    await pubsub.subscribe(CHANGES)
                    await self._pass_on(pubsub)
            except RedisError:
                log.warning("changes of receipts can't be heard of just now")
                self._hearing.clear()
                await asyncio.sleep(AGAIN_SECONDS)

    async def _pass_on(self, pubsub: Any) -> None:
        while True:
            message = await pubsub.get_message(timeout=None)
            if message is None:
                continue
            if message["type"] == "subscribe":
                self._hearing.set()
                self._tell(None)
            elif message["type"] == "message":
                scope, _, number = message["data"].decode().removeprefix("write:{").partition("}:")
                self._tell((scope, number))

    def _tell(self, change: Change) -> None:
        for waiting in self._waiting:
            if waiting.full():
                # A slow listener learns that he has missed something, and looks again.
                while not waiting.empty():
                    waiting.get_nowait()
                waiting.put_nowait(None)
            else:
                waiting.put_nowait(change)
