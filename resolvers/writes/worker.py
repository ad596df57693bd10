"""The worker: takes what is due from the queue, has it done, and settles it. Any number of them, in any number of processes.

Stores take turns: after each batch a store goes to the end of the line, so that a long backlog of one does not keep a new write of another
waiting. A place of work is only taken while a batch is under way; a store whose budget is used up gives its place back and is looked at
again when the budget allows.
"""

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import orjson
from redis.exceptions import RedisError

from adapters.kit import watching
from adapters.kit.calls import Priority, calling
from adapters.kit.stores import StoreConfig
from adapters.kit.tasks import end
from resolvers.core import Core
from resolvers.writes.queue import Batch, Hold, Queue, Steps, Verdict
from resolvers.writes.runs import Run
from resolvers.writes.sealing import Sealer
from schema.commands import OPERATIONS
from schema.errors import Category
from schema.receipts import ReceiptState

log = logging.getLogger("cartograph.writes")

STORE = "*"  # holds the whole store
SYSTEM = "gateway"
PROBE_EVERY = timedelta(minutes=10)
NOT_AUTHORISED = "The platform refuses the store's credentials; its owner has to reconnect it. Tried again now and then."


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """`places` batches are done at once; `look` seconds pass between looks when nothing is due, `sweep` between looks at all stores.

    `grace` seconds are left to what is under way when the worker is stopped; `purge` seconds pass between looks for what can be forgotten.
    """

    places: int = 32
    look: float = 0.05
    sweep: float = 5.0
    grace: float = 8.0
    purge: float = 60.0


class Worker:
    """One worker. `run` returns when `stop` was called and nothing of it is under way any more."""

    def __init__(self, core: Core, queue: Queue, sealer: Sealer, settings: WorkerSettings = WorkerSettings()) -> None:
        self._core = core
        self._queue = queue
        self._sealer = sealer
        self._settings = settings
        self._clock = core.clock
        self._stores = {store.scope: store for store in core.stores.values()}
        self._steps = {scope: Steps.of(core.platform(store.name).manifest, store.concurrency) for scope, store in self._stores.items()}
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Look for work at once; for a process that has just accepted some."""
        self._woken.set()

    def stop(self) -> None:
        """Claim nothing any more."""
        self._stopping.set()
        self._woken.set()

    async def run(self) -> None:
        """Work until stopped; then finish what is under way, or hand it back."""
        sweeping = asyncio.create_task(self._sweep())
        try:
            while not self._stopping.is_set():
                try:
                    await self._turn()
                except RedisError:
                    log.warning("the queue can't be reached; the worker tries again", exc_info=True)
                    await self._rest(1.0)
        finally:
            await self._leave()
            await end(sweeping)

    async def turn(self) -> bool:
        """Claim and finish one batch; False when nothing is due. For who wants to take the steps one by one."""
        scope, _ = await self._queue.pop()
        batch = await self._claim(scope) if scope else None
        if batch is not None:
            await self._work(batch)
        return scope is not None

    async def sweep_once(self) -> None:
        """Take back what dead workers left, hint at what is due, and let stores go whose credentials were changed."""
        for scope, store in self._stores.items():
            await self._reconnected(scope, store)
            await self._queue.reap(scope)

    async def _turn(self) -> None:
        if len(self._tasks) >= self._settings.places:
            await asyncio.wait([*self._tasks], return_when=asyncio.FIRST_COMPLETED, timeout=self._settings.look)
            return
        self._woken.clear()
        scope, wait = await self._queue.pop()
        if scope is None:
            await self._rest(min(wait, self._settings.look))
            return
        batch = await self._claim(scope)
        if batch is not None:
            task = asyncio.create_task(self._work(batch))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _claim(self, scope: str) -> Batch | None:
        if scope not in self._stores:
            # Another process may have it in its stores file; the hint must not get lost, nor keep this one busy.
            await self._queue.delay(scope, self._settings.sweep)
            return None
        return await self._queue.claim(scope, self._steps[scope])

    async def _work(self, batch: Batch) -> None:
        with watching.write(self._stores[batch.scope], batch.operation.name, len(batch.items)):
            await self._carry_out(batch)

    async def _carry_out(self, batch: Batch) -> None:
        """Have a batch done and settle it, whatever happens."""
        run = Run(self._core, self._queue, self._sealer, self._stores[batch.scope].name, batch)
        doing = asyncio.create_task(self._do(run))
        renewing = asyncio.create_task(self._renew(run, doing))
        try:
            await asyncio.wait([doing])
        except asyncio.CancelledError:  # the worker's grace is over: what is under way is handed back
            await end(doing)
        finally:
            await end(renewing)
        if run.lost:
            log.warning("a batch was taken back before it was settled", extra=self._facts(batch))
            return
        broken = not doing.cancelled() and doing.exception() is not None
        if broken:
            log.error("a batch failed unexpectedly", exc_info=doing.exception(), extra=self._facts(batch))
        run.hand_back(broken=broken)
        settling = asyncio.ensure_future(self._settle(run))
        try:
            await asyncio.shield(settling)
        except asyncio.CancelledError:
            await settling
        except RedisError:
            log.exception("a batch could not be settled; it comes back when its lease runs out", extra=self._facts(batch))

    async def _do(self, run: Run) -> None:
        with calling(Priority.WRITE):
            await run.carry_out()

    async def _renew(self, run: Run, doing: asyncio.Task[None]) -> None:
        """Keep the lease; when it is lost, stop what is done under it."""
        while not run.lost:
            await self._clock.sleep(self._queue.lease / 3)
            try:
                run.lost = not await self._queue.renew(run.batch)
            except RedisError:
                log.warning("a lease could not be renewed", extra=self._facts(run.batch))
        doing.cancel()

    async def _settle(self, run: Run) -> None:
        verdicts = list(run.verdicts.values())
        if run.touched:
            await self._core.touch(run.touched, moved=OPERATIONS[run.batch.operation].moves_stock)
        refused = [verdict for verdict in verdicts if verdict.category is Category.AUTH]
        if refused:
            await self._hold(run.batch.scope, refused[0])
        quota = [verdict.next for verdict in verdicts if verdict.category is Category.QUOTA and verdict.next is not None]
        if await self._queue.finish(run.batch, verdicts, pause=max(quota, default=None), admitted=run.admitted and not refused):
            for verdict in verdicts:
                watching.job(self._stores[run.batch.scope], run.batch.operation.name, verdict.state.name)
        else:
            log.warning("a batch was settled too late: it had been taken back", extra=self._facts(run.batch))
        self._tell(run, verdicts)

    def _tell(self, run: Run, verdicts: Iterable[Verdict]) -> None:
        for verdict in verdicts:
            if verdict.state in {ReceiptState.REJECTED, ReceiptState.NEEDS_INTERVENTION}:
                facts = {"receipt": verdict.id, "category": verdict.category and verdict.category.name, "platform_code": verdict.code}
                log.warning("a write was not done: %s", verdict.state.name, extra={**self._facts(run.batch), **facts})

    async def _hold(self, scope: str, verdict: Verdict) -> None:
        """Hold a store whose credentials are refused, and say so once."""
        now = self._clock.now()
        mark = _credentials(self._stores[scope])
        hold = Hold(verdict.reason or NOT_AUTHORISED, SYSTEM, now, probe=now + PROBE_EVERY, every=PROBE_EVERY, credentials=mark)
        if await self._queue.hold(scope, STORE, hold):
            facts = {"store": self._stores[scope].name, "platform": self._stores[scope].platform, "platform_code": verdict.code}
            log.error("the writes of a store are held: its owner has to reconnect it", extra=facts)

    async def _reconnected(self, scope: str, store: StoreConfig) -> None:
        """Let a store go that was held for its credentials, when they are not those any more."""
        held = (await self._queue.holds(scope)).get(STORE)
        if held and held["credentials"] and held["credentials"] != _credentials(store):
            await self._queue.release(scope, STORE)

    async def _sweep(self) -> None:
        purged = self._clock.monotonic()
        while True:
            try:
                await self.sweep_once()
                if self._clock.monotonic() - purged >= self._settings.purge:
                    purged = self._clock.monotonic()
                    for scope in self._stores:
                        await self._queue.purge(scope)
            except RedisError:
                log.warning("the queue can't be swept", exc_info=True)
            await self._clock.sleep(self._settings.sweep)

    async def _rest(self, seconds: float) -> None:
        """Wait, until there is something to do or to stop."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)

    async def _leave(self) -> None:
        """Let what is under way end, for a while; then hand it back."""
        if self._tasks:
            await asyncio.wait([*self._tasks], timeout=self._settings.grace)
        left = [*self._tasks]
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left)

    def _facts(self, batch: Batch) -> dict[str, str]:
        store = self._stores[batch.scope]
        return {"store": store.name, "platform": store.platform, "operation": batch.operation.name}


def _credentials(store: StoreConfig) -> str:
    """Return a mark of a store's credentials, to know whether they were changed."""
    return hashlib.sha256(orjson.dumps(dict(store.credentials), option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
