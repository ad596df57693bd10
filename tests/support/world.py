"""A small world to test in: the real Valkey, the sandboxes of all platforms over real HTTP, and the core on top of them.

Every platform has two stores of the `small` profile: `<platform>-one` belongs to the tenant acme, `<platform>-two` to birch.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import strawberry
from cryptography.fernet import Fernet
from redis.asyncio import Redis

from adapters.kit.clock import Clock, SystemClock
from adapters.kit.http import Wire
from adapters.kit.port import Readers
from adapters.kit.registry import names, sandbox
from adapters.kit.sandbox import Call, Effect, Fault, Running, SandboxStore, serving
from adapters.kit.stores import StoreConfig
from gateway.engine import EngineSettings, connect, engine
from resolvers.api import make_schema
from resolvers.context import RequestContext
from resolvers.core import Core, CoreSettings
from resolvers.principal import Principal, Role
from resolvers.writes.accepting import Writes
from resolvers.writes.queue import DUE, Queue
from resolvers.writes.sealing import Sealer
from resolvers.writes.worker import Worker
from schema.commands import WriteOperation
from schema.keys import camel

EVERYBODY = Principal("everybody", None, frozenset(Role))
# Buckets of the largest plans: what limits do to a request has tests of its own.
GENEROUS: dict[str, dict[str, Any]] = {"shopify": {"bucket": 40_000, "restore": 4_000}, "woocommerce": {}}
SEAL = Fernet.generate_key().decode()
TENANTS = {"one": "acme", "two": "birch"}
# States in which a write stays until somebody does something, or for ever.
RESTING = frozenset({"DONE", "REJECTED", "CANCELLED", "NEEDS_INTERVENTION", "HELD"})
RECEIPTS = """query($after: String) { receipts(first: 250, after: $after) {
  nodes { id targetId store { name } operation state category code reason attempts nextAttemptAt coalescedInto
          effect { entityId before after } }
  pageInfo { hasNextPage endCursor } } }"""


WRITE = """mutation($items: [%(input)sInput!]!, $key: String, $preview: Boolean!) {
  %(field)s(items: $items, idempotencyKey: $key, preview: $preview) {
    receipts { id state } userErrors { path code message } previews { path store { name } effect { entityId before after } } } }"""


class LeapingClock(SystemClock):
    """The machine's own clock, that a test may set forward: what waits for a time needs no waiting."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        """Return the time of day, as far ahead as the test has leapt."""
        return super().now() + self.offset

    def monotonic(self) -> float:
        """Return seconds that jump forward only."""
        return super().monotonic() + self.offset.total_seconds()


def tenant(name: str) -> Principal:
    """Return a principal that sees one tenant."""
    return Principal(name, frozenset({name}), frozenset({Role.READ, Role.WRITE}))


def mutation(operation: WriteOperation) -> str:
    """Return the text of an operation's mutation; its variables are items, key and preview."""
    return WRITE % {"input": operation.name.title().replace("_", ""), "field": camel(operation.name.lower())}


@dataclass(slots=True)
class World:
    """Everything a test needs; the engine and the sandboxes live as long as the session, faults, calls and writes as long as a test."""

    core: Core
    state: Redis
    fast: Redis
    writes: Writes
    worker: Worker
    wire: Wire
    schema: strawberry.Schema
    sandboxes: Mapping[str, Running]

    async def ask(self, query: str, principal: Principal = EVERYBODY, **variables: Any) -> dict[str, Any]:
        """Run a query that must succeed; returns its data."""
        answer = await self.answer(query, principal, **variables)
        assert answer.errors is None, answer.errors
        data: dict[str, Any] = answer.data
        return data

    async def answer(self, query: str, principal: Principal = EVERYBODY, **variables: Any) -> Any:
        """Run a query; returns data and errors."""
        context = RequestContext(self.core, principal, self.writes)
        return await self.schema.execute(query, variable_values=variables, context_value=context)

    async def write(self, operation: WriteOperation, *items: Mapping[str, Any], key: str | None = None) -> list[str]:
        """Send a mutation that must be accepted as a whole; returns its receipts' ids."""
        payload = await self.send(operation, *items, key=key)
        assert [] == payload["userErrors"], payload["userErrors"]
        return [receipt["id"] for receipt in payload["receipts"]]

    async def send(
        self, operation: WriteOperation, *items: Mapping[str, Any], key: str | None = None, preview: bool = False
    ) -> dict[str, Any]:
        """Send a mutation; returns its payload."""
        answer = await self.ask(mutation(operation), items=items, key=key, preview=preview)
        payload: dict[str, Any] = answer[camel(operation.name.lower())]
        return payload

    def sandbox(self, store: str) -> Running:
        """Return the sandbox that serves a store."""
        return self.sandboxes[self.core.stores[store].platform]

    def calls(self, *stores: str) -> list[Call]:
        """Return the calls the sandboxes answered for these stores, all when none is named."""
        return [call for running in self.sandboxes.values() for call in running.control.calls if not stores or call.store in stores]

    def fail(self, store: str, **fault: Any) -> Fault:
        """Let a store's requests fail until the end of the test, or `times` of them."""
        made = Fault(store=store, **fault)
        self.sandbox(store).control.faults.append(made)
        return made

    def row(self, store: str, action: str, kind: str, **more: Any) -> dict[str, Any]:
        """Change a row behind the gateway's back, as the shop's own people do."""
        rows = self.sandbox(store).control.rows
        assert rows is not None
        return rows({"store": store, "action": action, "kind": kind, **more})

    async def work(self, seconds: float = 20) -> None:
        """Do writes until nothing is due for a while, or the time is over."""
        idle = 0
        async with asyncio.timeout(seconds):
            while idle < 3:
                idle = 0 if await self.worker.turn() else idle + 1

    async def settle(self) -> dict[str, dict[str, Any]]:
        """Do writes, letting the time leap to what is due next, until each is at its end or waits for somebody; returns receipts by id."""
        for _ in range(300):
            await self.work()
            receipts = await self.receipts()
            if all(receipt["state"] in RESTING for receipt in receipts.values()):
                return receipts
            self.leap(await self._next_due())
        raise AssertionError({receipt["id"]: receipt for receipt in receipts.values() if receipt["state"] not in RESTING})

    async def receipts(self) -> dict[str, dict[str, Any]]:
        """Return all receipts by id, in the order they were accepted."""
        found: dict[str, dict[str, Any]] = {}
        after, more = None, True
        while more:
            page = (await self.ask(RECEIPTS, after=after))["receipts"]
            found |= {node["id"]: node for node in page["nodes"]}
            after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
        return dict(reversed(found.items()))

    def leap(self, seconds: float) -> None:
        """Set the time forward, here and in all sandboxes."""
        assert isinstance(self.core.clock, LeapingClock), "this world's time is the machine's own"
        self.core.clock.offset += timedelta(seconds=seconds)
        for running in self.sandboxes.values():
            running.control.offset += timedelta(seconds=seconds)

    async def _next_due(self) -> float:
        """Return the seconds until there is something to do; a while, when nothing is known."""
        found: Any = await self.state.zrange(DUE, 0, 0, withscores=True)
        return max(0.05, (found[0][1] - self.writes.queue.now()) / 1000) if found else 5.0

    def effects(self, *stores: str) -> list[Effect]:
        """Return what the sandboxes changed for these stores, all when none is named."""
        return [each for running in self.sandboxes.values() for each in running.control.effects if not stores or each.store in stores]

    async def sweep(self) -> None:
        """Drop all writes and cached rows; what is known of the stores' budgets stays."""
        await self.state.flushdb()
        self.core._cache._local.clear()
        keys = [key async for key in self.fast.scan_iter("cache:*", count=1000)]
        if keys:
            await self.fast.delete(*keys)

    def forget(self) -> None:
        """Drop faults and calls, and what the core thinks of stores that failed."""
        for session in self.core._sessions.values():
            session.breaker.reset()
        for running in self.sandboxes.values():
            running.control.faults.clear()
            running.control.calls.clear()
            running.control.effects.clear()

    def readers(self, store: str) -> Readers:
        """Return a store's readers, without the cache."""
        return self.core._connected(store)

    def worker_again(self) -> Worker:
        """Return a worker that was not begun yet: one that was stopped stays so."""
        return Worker(self.core, self.writes.queue, self.writes.sealer)

    def another(self, settings: CoreSettings) -> "World":
        """Return the same world seen by another gateway process with other settings: its own memory, the same Valkey."""
        core = Core(list(self.core.stores.values()), self.fast, self.wire, self.core.clock, settings)
        writes, worker = _writing(core, self.state)
        return replace(self, core=core, writes=writes, worker=worker)


@contextlib.asynccontextmanager
async def make_world(
    folder: Path, platforms: Sequence[str] = (), *, clock: Clock | None = None, sizes: Mapping[str, int] | None = None
) -> AsyncIterator[World]:
    """Start the engine and the sandboxes, and end them with the block; `sizes` are the stores' row counts where not the usual."""
    async with contextlib.AsyncExitStack() as stack:
        endpoints = await stack.enter_async_context(engine(EngineSettings(data_dir=folder)))
        running = {name: await stack.enter_async_context(serving(sandbox(name), _small(name, sizes))) for name in platforms or names()}
        stores = [_config(name, store, each) for name, each in running.items() for store in _small(name)]
        state, fast = connect(endpoints.state), connect(endpoints.fast)
        stack.push_async_callback(state.aclose)
        stack.push_async_callback(fast.aclose)
        wire = Wire()
        stack.push_async_callback(wire.close)
        core = Core(stores, fast, wire, clock or SystemClock())
        stack.push_async_callback(core.close)
        writes, worker = _writing(core, state)
        stack.push_async_callback(writes.changes.close)
        yield World(core, state, fast, writes, worker, wire, make_schema(), running)


def _writing(core: Core, state: Redis) -> tuple[Writes, Worker]:
    """Return what takes writes in and what does them, of one process."""
    queue, sealer = Queue(state, core.clock), Sealer([SEAL])
    return Writes(core, queue, sealer), Worker(core, queue, sealer)


def _small(platform: str, sizes: Mapping[str, int] | None = None) -> tuple[SandboxStore, ...]:
    model = sandbox(platform).stores[0]
    options = GENEROUS.get(platform, {"generous": True})
    return tuple(
        SandboxStore(f"{platform}-{number}", f"{platform} {number}", "small", model.credentials, sizes or {}, options) for number in TENANTS
    )


def _config(platform: str, store: SandboxStore, running: Running) -> StoreConfig:
    number = store.name.rsplit("-", 1)[1]
    return StoreConfig(store.name, TENANTS[number], platform, f"{running.url}/{store.name}", store.credentials)
