"""The cache: what platforms said lately, kept twice, and fetched once however many ask.

A value is looked for in this process, then in the `fast` role; when it is older than the caller allows it is fetched. While it is
fetched, everybody in this process who wants it waits for the same future, and a lock key in Redis (`<key>:lock`, 30 s) makes other
processes wait for the value to appear. A holder that dies lets its lock run out; who waits in vain fetches for itself, so the lock saves
calls and can lose none.

Values stay for `cache_seconds`, for callers that take old rows over none. The process's own copy is bounded by the bytes of the JSON. A
cache that can't be reached is a cache that has nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from cachetools import LRUCache
from redis.asyncio import Redis
from redis.exceptions import RedisError

from adapters.kit.clock import Clock
from adapters.kit.failures import PlatformError
from resolvers.codec import VERSION, Codec, Entry, observed
from schema.errors import Category

log = logging.getLogger("cartograph.cache")

LOCK_SECONDS = 30
LOOK_SECONDS = 0.02  # how often to look whether another process has brought the value
LOCAL_BYTES = 16 * 1024 * 1024

Fetch = Callable[[list[int]], Awaitable[Sequence[Any]]]
Found = Entry | PlatformError


class Cache:
    """Kept values of all stores. Keys begin with the store's scope, so no byte crosses a tenant."""

    def __init__(self, fast: Redis, clock: Clock, seconds: int) -> None:
        self._fast = fast
        self._clock = clock
        self._seconds = seconds
        self._local: LRUCache[str, Entry] = LRUCache(LOCAL_BYTES, getsizeof=lambda entry: entry.size + 200)
        self._flights: dict[str, asyncio.Future[Found]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def read(self, keys: Sequence[str], max_age: float, codec: Codec, fetch: Fetch) -> list[Found]:
        """Return an entry or a failure for each key, in their order.

        `fetch` gets the places of the keys to fetch and answers with as many values or failures, in that order.
        """
        oldest = self._clock.now() - timedelta(seconds=max_age)
        found = await self._lookup(keys, codec, oldest)
        missing = [place for place, entry in enumerate(found) if entry is None]
        if missing:
            flights = self._board([keys[place] for place in missing], missing, codec, fetch)
            # One caller's cancellation must not end what others wait for.
            for place, landed in zip(missing, await asyncio.gather(*map(asyncio.shield, flights)), strict=True):
                found[place] = landed
        return found  # type: ignore[return-value]

    async def peek(self, key: str, codec: Codec) -> Entry | None:
        """Return what is kept, however old."""
        return (await self._lookup([key], codec, None))[0]  # type: ignore[return-value]

    async def close(self) -> None:
        """Wait for all flights to land."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _lookup(self, keys: Sequence[str], codec: Codec, oldest: datetime | None) -> list[Found | None]:
        found: list[Found | None] = [_fresh(self._local.get(key), oldest) for key in keys]
        missing = [place for place, entry in enumerate(found) if entry is None]
        if missing:
            for place, raw in zip(missing, await self._kept([keys[place] for place in missing]), strict=True):
                if raw is not None and (oldest is None or observed(raw) >= oldest):
                    found[place] = self._local[keys[place]] = codec.read(raw)
        return found

    def _board(self, keys: list[str], places: list[int], codec: Codec, fetch: Fetch) -> list[asyncio.Future[Found]]:
        """Return the flight of each key; those nobody is fetching yet take off together."""
        own = [(key, place) for key, place in zip(keys, places, strict=True) if key not in self._flights]
        loop = asyncio.get_running_loop()
        for key, _ in own:
            self._flights[key] = loop.create_future()
        flights = [self._flights[key] for key in keys]
        if own:
            task = loop.create_task(self._fly(dict(own), codec, fetch))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return flights

    async def _fly(self, places: dict[str, int], codec: Codec, fetch: Fetch) -> None:
        try:
            begun = self._clock.now()
            mine = await self._lock(list(places))
            others = [key for key in places if key not in mine]
            await asyncio.gather(self._fetch(mine, places, codec, fetch), self._await_others(others, places, codec, fetch, begun))
        finally:
            for key in places:
                flight = self._flights.pop(key)
                if not flight.done():  # only when this task was cancelled or failed: nobody may wait for ever
                    flight.set_result(PlatformError(Category.TRANSIENT, "The gateway is shutting down.", code="CANCELLED"))

    async def _fetch(self, keys: list[str], places: dict[str, int], codec: Codec, fetch: Fetch) -> None:
        if not keys:
            return
        now = self._clock.now()
        try:
            values = await fetch([places[key] for key in keys])
        except PlatformError as error:
            values = [error] * len(keys)
        except Exception:
            log.exception("reading an answer failed")
            values = [
                PlatformError(Category.TRANSIENT, "The store's answer could not be understood; it was logged.", code="MAPPING")
            ] * len(keys)
        kept: dict[str, bytes] = {}
        for key, value in zip(keys, values, strict=True):
            if isinstance(value, PlatformError):
                self._flights[key].set_result(value)
                continue
            kept[key] = codec.write(value, now)
            entry = Entry(value, now, len(kept[key]))
            self._local[key] = entry
            self._flights[key].set_result(entry)
        await self._keep(kept, keys)

    async def _await_others(self, keys: list[str], places: dict[str, int], codec: Codec, fetch: Fetch, begun: datetime) -> None:
        """Wait for what other processes fetch; fetch what they don't bring."""
        until = self._clock.monotonic() + LOCK_SECONDS
        while keys and self._clock.monotonic() < until:
            await self._clock.sleep(LOOK_SECONDS)
            entries = await self._lookup(keys, codec, begun)
            for key, entry in zip(keys, entries, strict=True):
                if entry is not None:
                    self._flights[key].set_result(entry)
            keys = [key for key, entry in zip(keys, entries, strict=True) if entry is None]
            free = await self._lock(keys)
            await self._fetch(free, places, codec, fetch)
            keys = [key for key in keys if key not in free]
        await self._fetch(keys, places, codec, fetch)

    async def _kept(self, keys: list[str]) -> list[bytes | None]:
        try:
            return await self._fast.mget(keys)  # type: ignore[return-value]  # bytes: responses are not decoded
        except RedisError:
            return [None] * len(keys)

    async def _lock(self, keys: list[str]) -> list[str]:
        """Return the keys this process may fetch."""
        if not keys:
            return []
        try:
            pipe = self._fast.pipeline(transaction=False)
            for key in keys:
                pipe.set(f"{key}:lock", b"1", nx=True, px=LOCK_SECONDS * 1000)
            return [key for key, got in zip(keys, await pipe.execute(), strict=True) if got]
        except RedisError:
            return keys

    async def _keep(self, values: dict[str, bytes], locked: list[str]) -> None:
        try:
            pipe = self._fast.pipeline(transaction=False)
            for key, raw in values.items():
                pipe.set(key, raw, ex=self._seconds)
            pipe.delete(*(f"{key}:lock" for key in locked))
            await pipe.execute()
        except RedisError:
            log.warning("the cache could not be written")


def cache_key(scope: str, what: str, name: str) -> str:
    """Return the key of a cached value: `scope` is tenant and store, `what` the kind, part or page, `name` which one."""
    return f"cache:{{{scope}}}:{VERSION}:{what}:{name}"


def _fresh(entry: Entry | None, oldest: datetime | None) -> Entry | None:
    if entry is None or (oldest is not None and entry.observed_at < oldest):
        return None
    return entry
