"""Loaders: within one request, what is asked for one by one is fetched together, and once.

A loader takes all keys of one kind (or one part) that were asked for in the same turn of the event loop and asks each store once. A failure
belongs to its key alone. When all who wait here have gone, nothing is fetched for them any more.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

from aiodataloader import DataLoader

from adapters.kit import watching
from adapters.kit.failures import PlatformError
from resolvers.cache import Found
from resolvers.core import Core
from schema.errors import Category, StoreError
from schema.keys import Key, Kind

MOST_KEYS = 1000

Read = Callable[[str, list[str]], Awaitable[list[Found]]]


class Loaders:
    """The loaders of one request."""

    def __init__(self, core: Core, max_age: Callable[[], float]) -> None:
        self._core = core
        self._max_age = max_age
        self._loaders: dict[str, DataLoader[Key, Any]] = {}
        self._primed: dict[str, list[Sequence[Any]]] = {}
        self._waiting = 0
        self._batches: set[asyncio.Task[Any]] = set()

    async def one(self, key: Key) -> Any:
        """Return an entity or None; raises StoreError."""
        return await self._load(key.kind, lambda store, ids: self._core.entities(store, key.kind, ids, self._max_age()), key)

    async def part(self, part: str, parent: Key) -> Any:
        """Return the list of a part, None when the platform has no such part; raises StoreError."""
        return await self._load(part, lambda store, ids: self._core.parts(store, part, ids, self._max_age()), parent)

    def prime(self, kind: Kind, rows: Sequence[Any]) -> None:
        """Remember entities that a list has brought."""
        loader = self._loaders.get(kind)
        if loader is None:
            self._primed.setdefault(kind, []).append(rows)  # most requests never ask
            return
        for row in rows:
            loader.prime(row.key, row)

    async def _load(self, name: str, read: Read, key: Key) -> Any:
        # All who wait for a key share one future: the shield keeps one waiter's end from ending it for the others.
        self._waiting += 1
        try:
            return await asyncio.shield(self._loader(name, read).load(key))
        finally:
            self._waiting -= 1
            if not self._waiting:
                for batch in self._batches:  # there are some only when nobody is left of those who asked
                    batch.cancel()

    def _loader(self, name: str, read: Read) -> DataLoader[Key, Any]:
        if name not in self._loaders:

            async def batch(keys: list[Key]) -> list[Any]:
                with watching.loader(name, len(keys)):
                    return await self._while_awaited(self._by_store(keys, read))

            loader = self._loaders[name] = DataLoader[Key, Any](batch, max_batch_size=MOST_KEYS)
            for rows in self._primed.pop(name, ()):
                for row in rows:
                    loader.prime(row.key, row)
        return self._loaders[name]

    async def _while_awaited(self, reading: Coroutine[Any, Any, list[Any]]) -> list[Any]:
        """Return what is read; it ends when nobody waits for it any more. Raises PlatformError then: a key may be asked for again."""
        task = asyncio.create_task(reading)
        self._batches.add(task)
        task.add_done_callback(self._batches.discard)
        if not self._waiting:  # gone before it began
            task.cancel()
        await asyncio.wait([task])
        if task.cancelled():
            raise PlatformError(Category.TRANSIENT, "Nobody waited for the answer any more.", code="CANCELLED")
        return task.result()

    async def _by_store(self, keys: list[Key], read: Read) -> list[Any]:
        """Ask each store for its keys, all stores at once; results in the order of the keys, failures as values."""
        places: dict[str, list[int]] = {}
        for place, key in enumerate(keys):
            places.setdefault(key.store, []).append(place)
        answers = await asyncio.gather(*(read(store, [keys[place].id for place in own]) for store, own in places.items()))
        found: list[Any] = [None] * len(keys)
        for (store, own), results in zip(places.items(), answers, strict=True):
            for place, result in zip(own, results, strict=True):
                found[place] = self._failure(store, result) if isinstance(result, PlatformError) else result.value
        return found

    def _failure(self, store: str, error: PlatformError) -> StoreError:
        return StoreError(store, error.category, error.message, self._core.retry_at(error))
