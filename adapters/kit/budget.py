"""What a store may still be asked, shared by all processes: a bucket of points and a number of requests under way.

Both live in the `fast` role, in a hash and a sorted set of leases per store (`budget.lua`). A request takes before it is sent and settles
with what the platform reported. Whoever dies in between gives its share back when its lease runs out. Background work leaves a reserve, so
that people and writes go first.
"""

import asyncio
import contextlib
import itertools
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from redis.asyncio import Redis
from redis.exceptions import RedisError

from adapters.kit.calls import Priority
from adapters.kit.clock import Clock
from adapters.kit.failures import PlatformError
from adapters.kit.manifest import Limits
from schema.errors import Category

RESERVE: dict[Priority, float] = {
    Priority.INTERACTIVE: 0.0,
    Priority.WRITE: 0.0,
    Priority.SYNC: 0.3,
    Priority.BACKFILL: 0.6,
}
PATIENCE: dict[Priority, float] = {  # seconds a request may wait for its turn
    Priority.INTERACTIVE: 10,
    Priority.WRITE: 2,  # the queue waits better: it does other stores' writes meanwhile
    Priority.SYNC: 120,
    Priority.BACKFILL: 600,
}
LEASE_SECONDS = 60
TURN_SECONDS = 0.02  # how often to look for a free place; nothing tells when one is given back

OVERDRAWN = "BUDGET"  # the code of a wait that would be too long
LONGEST_HOLD = 3600.0  # seconds; a store that wants to be left alone for longer says so again

log = logging.getLogger("cartograph.budget")

Verdict = Literal["good", "slow", "none"]

_SCRIPT = (Path(__file__).parent / "budget.lua").read_text()
_IDS = itertools.count()
_PROCESS = f"{os.getpid()}-{os.urandom(4).hex()}"


@dataclass(frozen=True, slots=True)
class Report:
    """What an answer told of the budget; None = it did not tell. `hold` is seconds the store asks to be left alone."""

    actual: float | None = None
    available: float | None = None
    points: float = 0
    refill: float = 0
    verdict: Verdict = "none"
    hold: float = 0


@dataclass(frozen=True, slots=True)
class Lease:
    """A share of a store's budget, to be settled once."""

    id: str
    cost: float


@dataclass(frozen=True, slots=True)
class Level:
    """What is left of a budget: of `most` points (0 where nothing is counted in points), and of the requests that may be under way."""

    points: float
    most: float
    places: int
    under_way: int


class Budget:
    """The budget of one store, or of one of its operations where the platform counts so: `of` gives those that `buckets` names."""

    def __init__(self, fast: Redis, scope: str, limits: Limits, clock: Clock, buckets: Mapping[str, Limits] | None = None) -> None:
        self._buckets = {name: Budget(fast, bucket_scope(scope, name), own, clock) for name, own in (buckets or {}).items()}
        self._keys = budget_keys(scope)
        self._script = fast.register_script(_SCRIPT)
        self._limits = limits
        self._clock = clock
        self._given_back: set[asyncio.Task[None]] = set()

    def of(self, bucket: str) -> "Budget":
        """Return the budget of an operation; "" is that of the store."""
        return self._buckets[bucket] if bucket else self

    async def take(self, cost: float, priority: Priority) -> Lease:
        """Wait for a share and take it; a caller that is cancelled meanwhile holds none.

        Raises PlatformError QUOTA with the time to come back when the wait would be too long, TRANSIENT when nobody can tell the budget.
        """
        lease = Lease(f"{_PROCESS}-{next(_IDS)}", min(cost, self._limits.ceiling or cost))
        until = self._clock.monotonic() + PATIENCE[priority]
        while (wait := await self._try(lease, priority)) > 0:
            if self._clock.monotonic() + wait > until:
                message = "The store's budget is used up; ask again later, or ask for less at once."
                raise PlatformError(Category.QUOTA, message, code=OVERDRAWN, retry_after=wait, sent=False)
            await self._clock.sleep(wait)
        return lease

    async def settle(self, lease: Lease, report: Report) -> None:
        """Give the share back, with what the platform said of it. A lease that ran out, or was settled already, changes nothing.

        Never fails: an answer is worth more than its settling, and the lease runs out by itself.
        """
        limits = self._limits
        arguments = (
            *("settle", self._now(), lease.id, lease.cost, limits.points, limits.refill),
            "" if report.actual is None else report.actual,
            "" if report.available is None else report.available,
            report.points,
            report.refill,
            limits.most,
            report.verdict,
            int(min(report.hold, LONGEST_HOLD) * 1000),
            limits.concurrency,
        )
        try:
            await self._script(keys=self._keys, args=arguments)
        except RedisError:
            log.warning("a share of a budget was not given back; it comes back by itself", exc_info=True)

    async def _try(self, lease: Lease, priority: Priority) -> float:
        limits = self._limits
        now = self._now()
        arguments = (
            *("take", now, lease.id, lease.cost, limits.points, limits.refill),
            RESERVE[priority],
            limits.concurrency,
            now + LEASE_SECONDS * 1000,
        )
        taking = asyncio.ensure_future(self._script(keys=self._keys, args=arguments))
        try:
            wait: int = await asyncio.shield(taking)
        except asyncio.CancelledError:
            # The share may be taken all the same, and nobody would settle it.
            task = asyncio.create_task(self._give_back(taking, lease))
            self._given_back.add(task)
            task.add_done_callback(self._given_back.discard)
            raise
        except RedisError as error:
            message = "The budgets of the stores can't be told just now, so nothing is asked; try again soon."
            raise PlatformError(Category.TRANSIENT, message, code="BUDGET_UNREACHABLE", sent=False) from error
        return TURN_SECONDS if wait < 0 else wait / 1000

    async def _give_back(self, taking: asyncio.Future[int], lease: Lease) -> None:
        with contextlib.suppress(RedisError):
            await taking
        await self.settle(lease, Report(actual=0))

    def _now(self) -> int:
        return int(self._clock.now().timestamp() * 1000)


async def levels(fast: Redis, limits: Mapping[str, Limits], clock: Clock) -> dict[str, Level]:
    """Return what is left of the budgets of these scopes; those that nobody asked within the last hour are left out. Changes nothing."""
    pipe = fast.pipeline(transaction=False)
    now = int(clock.now().timestamp() * 1000)
    for scope in limits:
        state, leases = budget_keys(scope)
        pipe.hmget(state, ["level", "at", "points", "refill", "limit"])
        pipe.exists(state)
        pipe.zcount(leases, now, "+inf")
    answers = await pipe.execute()
    rows = zip(limits.items(), answers[::3], answers[1::3], answers[2::3], strict=True)
    return {scope: _level(own, state, under_way, now) for (scope, own), state, known, under_way in rows if known}


def bucket_scope(scope: str, name: str) -> str:
    """Return the scope of an operation's budget; "" is that of the store."""
    return f"{scope}/{name}" if name else scope


def budget_keys(scope: str) -> tuple[str, str]:
    """Return the keys of a budget: its state, and who holds a share."""
    return f"budget:{{{scope}}}:state", f"budget:{{{scope}}}:leases"


def _level(limits: Limits, state: Sequence[bytes | None], under_way: int, now: int) -> Level:
    known = (limits.points, now, limits.points, limits.refill, limits.concurrency)
    level, at, most, refill, places = (default if value is None else float(value) for value, default in zip(state, known, strict=True))
    points = max(0.0, min(most, level + max(0, now - at) * refill / 1000))
    return Level(points, most, max(1, int(places)), under_way)
