"""Barriers: what was written to is not answered from what was seen before.

A barrier is the moment since which a kept value must have been observed. It is raised before a write is told to be done, so whoever reads
after that reads anew. Barriers are kept in the `fast` role (`cache:{tenant/store}:barriers`, a sorted set of marks by milliseconds, as long
as values are kept) and told to all processes; each remembers by its own clock when it was told. A process that can't hear believes nothing
of its own copies until it hears again.
"""

import asyncio
import logging
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from adapters.kit.clock import Clock

CHANNEL = "cache:barriers"
ALL = "*"
MOST = 100_000
AGAIN_SECONDS = 1.0
CLOCKS_APART = timedelta(milliseconds=250)  # how far the clocks of two machines may be from each other

log = logging.getLogger("cartograph.cache")


class Barriers:
    """The barriers of all stores, as this process knows them."""

    def __init__(self, fast: Redis, clock: Clock, seconds: int) -> None:
        self._fast = fast
        self._clock = clock
        self._seconds = seconds
        self._told: dict[str, dict[str, datetime]] = {}  # by scope and mark; one that is too old to matter does no harm
        self._blind_until: datetime | None = None
        self._blind = False
        self.version = 0  # changes with every barrier

    async def raise_for(self, scope: str, marks: Collection[str]) -> None:
        """Raise barriers now; a mark is `mark_of` a value, or of all values of a sort."""
        self._remember(scope, marks)
        now = self._clock.now()
        key = _key(scope)
        pipe = self._fast.pipeline(transaction=False)
        pipe.zadd(key, dict.fromkeys(marks, _ms(now)))
        pipe.zremrangebyscore(key, "-inf", _ms(now - timedelta(seconds=self._seconds)))
        pipe.expire(key, self._seconds)
        pipe.publish(CHANNEL, orjson.dumps([scope, list(marks)]))
        await pipe.execute()

    def known(self, scope: str, what: str, name: str) -> datetime | None:
        """Return since when a value of this process must have been observed; None = whenever."""
        if self._blind:
            return self._clock.now()
        told = self._told.get(scope)
        if told is None:
            return self._blind_until
        found = (told.get(mark_of(what, name)), told.get(mark_of(what, ALL)), self._blind_until)
        return max((each for each in found if each is not None), default=None)

    def ask(self, pipe: Any, scope: str, what: str, names: Sequence[str]) -> None:
        """Ask for the barriers of values in a pipeline; `answered` reads the answer."""
        pipe.zmscore(_key(scope), [mark_of(what, each) for each in (ALL, *names)])

    def answered(self, found: Sequence[float | None]) -> list[datetime | None]:
        """Return since when each value that others kept must have been observed."""
        everything, *own = found
        latest = [max((each for each in (everything, mine) if each is not None), default=None) for mine in own]
        return [datetime.fromtimestamp(each / 1000, UTC) + CLOCKS_APART if each is not None else None for each in latest]

    async def listen(self) -> None:
        """Hear of barriers that other processes raise, until cancelled."""
        self._blind, told = True, False
        while True:
            try:
                async with self._fast.pubsub() as pubsub:
                    await pubsub.subscribe(CHANNEL)
                    await self._hear(pubsub)
            except RedisError:
                if not (self._blind and told):
                    log.warning("what other processes write can't be heard of; nothing kept in this process is believed until it can")
                self._blind = told = True
                self.version += 1
            await asyncio.sleep(AGAIN_SECONDS)

    async def _hear(self, pubsub: Any) -> None:
        while True:
            message = await pubsub.get_message(timeout=None)
            if message is None:
                continue
            if message["type"] == "subscribe":
                # What was told before is not known, so whatever was seen before counts as written to.
                self._blind, self._blind_until = False, self._clock.now()
                self.version += 1
            elif message["type"] == "message":
                scope, marks = orjson.loads(message["data"])
                self._remember(scope, marks)

    def _remember(self, scope: str, marks: Collection[str]) -> None:
        self.version += 1
        now = self._clock.now()
        told = self._told.setdefault(scope, {})
        for mark in marks:
            told[mark] = now
        if len(told) > MOST:
            # What is forgotten here must not be believed: nothing of the store is, that was seen before now.
            self._told[scope] = {}
            self._blind_until = now


def mark_of(what: str, name: str) -> str:
    """Return the mark of a value; the name ALL stands for all of that sort."""
    return f"{what}:{name}"


def _key(scope: str) -> str:
    return f"cache:{{{scope}}}:barriers"


def _ms(time: datetime) -> int:
    return int(time.timestamp() * 1000)
