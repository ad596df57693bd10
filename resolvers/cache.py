"""The cache: what platforms said lately, kept twice, and fetched once however many ask.

A value is looked for in this process, then in the `fast` role; when it is older than the caller allows it is fetched. While it is
fetched, everybody in this process who wants it waits for the same future, and a lock key in Redis (`<key>:lock`, some seconds) makes other
processes wait for the value to appear. When all who waited for a flight have gone it is broken off, and its locks are given back; a
deadline (`LATE`) is no reason for that: the next to ask will be glad of the value. A holder that dies lets its lock run out; who waits in
vain fetches for itself, so the lock saves calls and can lose none. Nobody gets a value that was fetched earlier than his `max_age` allows:
who boarded such a flight takes the next. Nor does anybody get one that was fetched before it was written to (`resolvers.barriers`), unless
he takes old rows over none.

Values stay for `cache_seconds`, for callers that take old rows over none. The process's own copy is bounded by the bytes of the JSON. A
cache that can't be reached is a cache that has nothing, and so is one that holds what can't be read.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cachetools import LRUCache
from redis.asyncio import Redis
from redis.exceptions import RedisError

from adapters.kit import watching
from adapters.kit.clock import Clock
from adapters.kit.failures import PlatformError
from adapters.kit.tasks import end
from resolvers.barriers import Barriers
from resolvers.codec import VERSION, Codec, Entry, observed
from schema.errors import Category

log = logging.getLogger("cartograph.cache")

LOCK_SECONDS = 5  # a call that takes longer may be made twice; who waits for a process that died gives up in time
LOOK_SECONDS = 0.02  # how often to look whether another process has brought the value
LOCAL_BYTES = 16 * 1024 * 1024
ENTRY_BYTES = 200  # what an entry costs beside its JSON
CLOSE_SECONDS = 1.0  # for what comes without anybody waiting for it
LATE = "late"  # says with a cancellation that the caller's time is up, not that he has gone

Fetch = Callable[[list[int]], Awaitable[Sequence[Any]]]
Found = Entry | PlatformError


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where values are kept: `scope` is tenant and store, `what` the kind, part or page, `names` which ones."""

    scope: str
    what: str
    names: Sequence[str]

    def keys(self) -> list[str]:
        """Return the key of each value."""
        return [cache_key(self.scope, self.what, name) for name in self.names]


@dataclass(slots=True, eq=False)
class _Flight:
    """Keys that are fetched together: the place of each in what its caller asked for, and the futures of those that have not landed.

    `aboard` counts who waits for it, `locked` are the keys no other process fetches meanwhile.
    """

    shelf: Shelf
    places: Mapping[str, int]
    landings: dict[str, asyncio.Future[Found]]
    oldest: datetime
    codec: Codec
    fetch: Fetch
    aboard: int = 0
    locked: set[str] = field(default_factory=set)
    task: asyncio.Task[None] | None = None


class Cache:
    """Kept values of all stores. Keys begin with the store's scope, so no byte crosses a tenant."""

    def __init__(self, fast: Redis, clock: Clock, seconds: int) -> None:
        self._fast = fast
        self._clock = clock
        self._seconds = seconds
        self.barriers = Barriers(fast, clock, seconds)
        self._local: LRUCache[str, Entry] = LRUCache(LOCAL_BYTES, getsizeof=_bytes)
        self._changes = 0
        self._landings: dict[str, _Flight] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def read(self, shelf: Shelf, max_age: float | None, codec: Codec, fetch: Fetch) -> list[Found]:
        """Return an entry or a failure for each name, in their order.

        `fetch` gets the places of the names to fetch and answers with as many values or failures, in that order. `max_age` None takes what
        is kept, however old, and fetches nothing.
        """
        with watching.cache_read(shelf.what) as passage:
            oldest = None if max_age is None else self._clock.now() - timedelta(seconds=max_age)
            return await self._look_and_fetch(shelf, oldest, codec, fetch, passage)

    async def _look_and_fetch(
        self, shelf: Shelf, oldest: datetime | None, codec: Codec, fetch: Fetch, passage: watching.Passage
    ) -> list[Found]:
        keys = shelf.keys()
        found = await self._lookup(shelf, keys, codec, oldest, passage)
        if oldest is None:
            return [PlatformError(Category.TRANSIENT, "Nothing is kept.", code="MISSING") if entry is None else entry for entry in found]
        while missing := {key: place for place, key in enumerate(keys) if found[place] is None}:
            own = missing.keys() - self._landings.keys()
            landed = await self._land_with(self._board(shelf, missing, own, codec, fetch, oldest))
            for place, key in enumerate(keys):
                if key in landed:
                    found[place] = landed[key] if key in own else self._fresh(landed[key], shelf, place, oldest)
        return found  # type: ignore[return-value]

    async def known(self, shelf: Shelf, max_age: float, codec: Codec) -> list[Entry | None]:
        """Return what is kept for each name, where it is no older than `max_age` and was seen since it was written to. Fetches nothing."""
        with watching.cache_read(shelf.what) as passage:
            found = await self._lookup(shelf, shelf.keys(), codec, self._clock.now() - timedelta(seconds=max_age), passage)
        return [entry if isinstance(entry, Entry) else None for entry in found]

    def at_hand(self, scope: str, what: str, name: str, oldest: datetime) -> Entry | None:
        """Return what this process itself keeps of a value, if it was observed since `oldest` and since it was written to; else None."""
        found = self._local.get(cache_key(scope, what, name))
        if found is None:
            return None
        since = self.barriers.known(scope, what, name)
        if found.observed_at < oldest or (since is not None and found.observed_at < since):
            return None
        return found

    @property
    def stamp(self) -> int:
        """Return a number that is the same as long as `at_hand` would answer the same, to those for whom nothing has become too old."""
        return self._changes + self.barriers.version  # neither ever gets smaller

    async def touch(self, scope: str, marks: Collection[str]) -> None:
        """Let nobody be answered from what was seen of these values before now; a cache that can't be reached is empty anyway."""
        try:
            await self.barriers.raise_for(scope, marks)
        except RedisError:
            log.warning("what was written to could not be marked in the cache")

    async def close(self) -> None:
        """Let flights land, for a moment; then break them off: a silent store must not keep this process alive."""
        if self._tasks:
            await asyncio.wait([*self._tasks], timeout=CLOSE_SECONDS)
        while self._tasks:  # what is broken off gives its locks back
            await end(*self._tasks)

    async def _lookup(
        self, shelf: Shelf, keys: Sequence[str], codec: Codec, oldest: datetime | None, passage: watching.Passage
    ) -> list[Found | None]:
        found: list[Found | None] = [self._fresh(self._local.get(key), shelf, place, oldest) for place, key in enumerate(keys)]
        missing = [place for place, entry in enumerate(found) if entry is None]
        stale = 0
        if missing:
            kept, since = await self._kept(shelf, [keys[place] for place in missing], [shelf.names[place] for place in missing])
            for place, raw, barrier in zip(missing, kept, since, strict=True):
                found[place] = self._read(keys[place], raw, codec, _later(oldest, barrier))
                stale += found[place] is None and (raw is not None or keys[place] in self._local)
        self._tell(passage, found, len(missing), stale)
        return found

    def _tell(self, passage: watching.Passage, found: Sequence[Found | None], not_here: int, stale: int) -> None:
        times = [entry.observed_at for entry in found if isinstance(entry, Entry)]
        absent = len(found) - len(times)
        passage.tell(local=len(found) - not_here, shared=not_here - absent, stale=stale, missing=absent - stale)
        if times:
            passage.tell(age=max(0.0, (self._clock.now() - min(times)).total_seconds()))

    def _fresh(self, found: Found | None, shelf: Shelf, place: int, oldest: datetime | None) -> Found | None:
        """Return a failure, or an entry that is young enough and was seen since it was written to."""
        if not isinstance(found, Entry) or oldest is None:
            return found
        since = _later(oldest, self.barriers.known(shelf.scope, shelf.what, shelf.names[place]))
        return None if since is not None and found.observed_at < since else found

    def _read(self, key: str, raw: bytes | None, codec: Codec, oldest: datetime | None) -> Entry | None:
        try:
            if raw is None or (oldest is not None and observed(raw) < oldest):
                return None
            entry = codec.read(raw)
        except ValueError:
            log.warning("a damaged value in the cache was passed over")
            return None
        self._remember(key, entry)
        return entry

    def _remember(self, key: str, entry: Entry) -> None:
        self._changes += 1
        self._local.pop(key, None)
        if _bytes(entry) <= self._local.maxsize:
            self._local[key] = entry

    def _board(
        self, shelf: Shelf, missing: Mapping[str, int], own: set[str], codec: Codec, fetch: Fetch, oldest: datetime
    ) -> dict[str, _Flight]:
        """Return the flight of each key; those nobody is fetching yet take off together."""
        if own:
            loop = asyncio.get_running_loop()
            places = {key: place for key, place in missing.items() if key in own}
            flight = _Flight(shelf, places, {key: loop.create_future() for key in places}, oldest, codec, fetch)
            self._landings.update(dict.fromkeys(places, flight))
            flight.task = self._begin(self._fly(flight))
        return {key: self._landings[key] for key in missing}

    async def _land_with(self, flights: Mapping[str, _Flight]) -> dict[str, Found]:
        """Return what each key's flight brought. One caller's end must not end what others wait for; the last one's does."""
        landings = {key: flight.landings[key] for key, flight in flights.items()}
        boarded = {*flights.values()}
        for flight in boarded:
            flight.aboard += 1
        try:
            return dict(zip(landings, await asyncio.gather(*map(asyncio.shield, landings.values())), strict=True))
        except asyncio.CancelledError as error:
            if LATE not in error.args:
                self._break_off([flight for flight in boarded if flight.aboard == 1 and flight.landings])
            raise
        finally:
            for flight in boarded:
                flight.aboard -= 1

    def _break_off(self, flights: Sequence[_Flight]) -> None:
        """End flights nobody waits for. Their keys are free at once: who asks for them now takes another."""
        for flight in flights:
            for key in flight.landings:
                del self._landings[key]
            if flight.task is not None:
                flight.task.cancel()

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _fly(self, flight: _Flight) -> None:
        try:
            mine = await self._claim(flight, list(flight.places))
            others = [key for key in flight.landings if key not in mine]
            await asyncio.gather(self._fetch(flight, mine), self._await_others(flight, others))
        finally:
            for key in list(flight.landings):  # only when this task was cancelled or failed: nobody may wait for ever
                self._land(flight, key, PlatformError(Category.TRANSIENT, "The gateway is shutting down.", code="CANCELLED"))
            if flight.locked:
                self._begin(self._keep({}, list(flight.locked)))

    def _land(self, flight: _Flight, key: str, found: Found) -> None:
        if self._landings.get(key) is flight:
            del self._landings[key]
        flight.landings.pop(key).set_result(found)

    async def _fetch(self, flight: _Flight, keys: list[str]) -> None:
        if not keys:
            return
        now = self._clock.now()
        written: list[bytes] = [b""] * len(keys)
        try:
            values = await flight.fetch([flight.places[key] for key in keys])
            written = [b"" if isinstance(value, PlatformError) else flight.codec.write(value, now) for value in values]
        except PlatformError as error:
            values = [error] * len(keys)
        except Exception:
            log.exception("reading an answer failed")
            values = [
                PlatformError(Category.TRANSIENT, "The store's answer could not be understood; it was logged.", code="MAPPING")
            ] * len(keys)
        kept: dict[str, bytes] = {}
        for key, value, raw in zip(keys, values, written, strict=True):
            if isinstance(value, PlatformError):
                self._land(flight, key, value)
                continue
            kept[key] = raw
            entry = Entry(value, now, len(raw))
            self._remember(key, entry)
            self._land(flight, key, entry)
        await self._keep(kept, keys)
        flight.locked.difference_update(keys)

    async def _await_others(self, flight: _Flight, keys: list[str]) -> None:
        """Wait for what other processes fetch; fetch what they don't bring."""
        until = self._clock.monotonic() + LOCK_SECONDS
        while keys and self._clock.monotonic() < until:
            await self._clock.sleep(LOOK_SECONDS)
            await self._fetch(flight, await self._claim(flight, keys))
            keys = [key for key in keys if key in flight.landings]
        await self._fetch(flight, keys)

    async def _kept(self, shelf: Shelf, keys: list[str], names: list[str]) -> tuple[list[bytes | None], list[datetime | None]]:
        """Return what is kept for all processes, and since when each must have been observed."""
        try:
            pipe = self._fast.pipeline(transaction=False)
            self.barriers.ask(pipe, shelf.scope, shelf.what, names)
            pipe.mget(keys)
            since, found = await pipe.execute()
        except RedisError:
            return [None] * len(keys), [None] * len(keys)
        return found, self.barriers.answered(since)

    async def _claim(self, flight: _Flight, keys: list[str]) -> list[str]:
        """Return the keys this process may fetch; what others brought meanwhile lands.

        A value is read after its lock is taken: whoever gave the lock back had written the value before.
        """
        if not keys:
            return []
        try:
            pipe = self._fast.pipeline(transaction=False)
            names = [flight.shelf.names[flight.places[key]] for key in keys]
            self.barriers.ask(pipe, flight.shelf.scope, flight.shelf.what, names)
            for key in keys:
                pipe.set(f"{key}:lock", b"1", nx=True, px=LOCK_SECONDS * 1000)
                pipe.get(key)
            flight.locked.update(keys)  # before it is known: who is cancelled now may have them
            scores, *answers = await pipe.execute()
        except RedisError:
            return keys
        locked = [key for key, got in zip(keys, answers[::2], strict=True) if got]
        flight.locked.difference_update({*keys} - {*locked})
        for key, raw, since in zip(keys, answers[1::2], self.barriers.answered(scores), strict=True):
            if (entry := self._read(key, raw, flight.codec, _later(flight.oldest, since))) is not None:
                self._land(flight, key, entry)
        brought = [key for key in locked if key not in flight.landings]
        if brought:
            await self._keep({}, brought)
            flight.locked.difference_update(brought)
        return [key for key in locked if key in flight.landings]

    async def _keep(self, values: dict[str, bytes], locked: list[str]) -> None:
        """Write values and give their locks back."""
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


def _later(oldest: datetime | None, barrier: datetime | None) -> datetime | None:
    """Return since when a value must have been observed; None takes it however old."""
    if oldest is None or barrier is None:
        return oldest
    return max(oldest, barrier)


def _bytes(entry: Entry) -> int:
    return entry.size + ENTRY_BYTES
