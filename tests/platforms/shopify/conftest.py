"""What the tests of Shopify's writes share: a store in a sandbox over real HTTP, written to through a real session and budget."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from adapters.kit.budget import Budget
from adapters.kit.failures import PlatformError
from adapters.kit.http import Wire
from adapters.kit.port import ListQuery, Ordering, Readers, SortField
from adapters.kit.sandbox import Effect, Fault, Running, SandboxStore, serving
from adapters.kit.session import Session
from adapters.kit.stores import StoreConfig
from adapters.kit.writing import Job, Writer
from adapters.shopify import PLATFORM
from adapters.shopify.sandbox import SANDBOX
from gateway.engine import EngineSettings, connect, engine
from schema.commands import Command, Guard, WriteOperation
from schema.keys import Kind

GENEROUS = {"bucket": 40_000, "restore": 4_000}


class Leaping:
    """The machine's clock, which a test can move on."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time() + self.ahead

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@dataclass(slots=True)
class Shop:
    """A store, its readers and writers, the sandbox it lives in, and the journal its writers keep."""

    readers: Readers
    writers: Mapping[WriteOperation, Writer]
    session: Session
    running: Running
    clock: Leaping
    notes: dict[str, dict[str, Any]] = field(default_factory=dict)
    numbers: Any = field(default_factory=lambda: itertools.count(100))

    def job(self, command: Command, guard: Guard | None = None) -> Job:
        """Return a command as a job of its first attempt."""
        return Job(f"w{next(self.numbers)}", command, guard or Guard())

    def again(self, job: Job, *, uncertain: bool = True, **changes: Any) -> Job:
        """Return a job as its next attempt gets it."""
        notes = self.notes.get(job.id, {})
        revision = job.revision if uncertain else job.revision + 1
        return replace(job, attempt=job.attempt + 1, uncertain=uncertain, notes=notes, revision=revision, **changes)

    async def note(self, notes: Mapping[str, Mapping[str, Any]]) -> None:
        for name, own in notes.items():
            self.notes[name] = {**self.notes.get(name, {}), **own}

    async def do(self, operation: WriteOperation, *asked: Command | Job) -> list[Any]:
        """Carry commands or jobs out in one call; returns what each was answered."""
        jobs = [each if isinstance(each, Job) else self.job(each) for each in asked]
        return list(await self.writers[operation].perform(jobs, self))

    async def look(self, operation: WriteOperation, *jobs: Job) -> list[Any]:
        """Look whether jobs were done."""
        seen = self.writers[operation].seen
        assert seen is not None
        return list(await seen(jobs))

    async def check(self, operation: WriteOperation, *jobs: Job) -> list[Any]:
        """Ask what became of jobs that were accepted."""
        check = self.writers[operation].check
        assert check is not None
        return list(await check(jobs, self))

    async def read(self, kind: Kind, *ids: str) -> list[Any]:
        """Read entities as the store has them now."""
        by_ids = self.readers.kinds[kind].by_ids
        assert by_ids is not None
        return list(await by_ids(ids))

    async def parts(self, part: str, parent: str) -> list[Any]:
        """Read what hangs below an entity."""
        [found] = await self.readers.parts[part]([parent])
        assert isinstance(found, list)
        return found

    def calls(self) -> list[str]:
        """Return the calls since the last time, each by its operation."""
        made = [call.operation for call in self.running.control.calls]
        self.running.control.calls.clear()
        return made

    def effects(self, what: str) -> list[Effect]:
        """Return what was changed."""
        return [each for each in self.running.control.effects if each.what == what]

    def row(self, action: str, kind: str, **more: Any) -> dict[str, Any]:
        """Change a row as the shop's own people do."""
        assert self.running.control.rows is not None
        return self.running.control.rows({"store": self.session.store.name, "action": action, "kind": kind, **more})

    def fail(self, match: str, **fault: Any) -> None:
        """Let the next request of an operation fail."""
        self.running.control.faults.append(Fault(match=match, **{"times": 1, **fault}))


Serve = Callable[..., Awaitable[Shop]]


def codes(results: Sequence[Any]) -> list[tuple[str, str]]:
    """Return what failures are called; a result that is none shows itself."""
    return [(each.category.name, each.code) if isinstance(each, PlatformError) else ("", str(each)) for each in results]


@pytest_asyncio.fixture(scope="session")
async def fast(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Redis]:
    async with engine(EngineSettings(tmp_path_factory.mktemp("engine"))) as endpoints:
        client = connect(endpoints.fast)
        try:
            yield client
        finally:
            await client.aclose()


@pytest_asyncio.fixture
async def serve(fast: Redis) -> AsyncIterator[Serve]:
    """Return what serves a store of a profile for the time of a test."""
    async with contextlib.AsyncExitStack() as stack:
        wire = Wire()
        stack.push_async_callback(wire.close)
        stack.push_async_callback(fast.flushdb)

        async def start(profile: str = "small", sizes: Mapping[str, int] | None = None, **options: Any) -> Shop:
            keys = SANDBOX.stores[0].credentials
            store = SandboxStore("shop", "Shop", profile, keys, sizes or {}, {**GENEROUS, **options})
            running = await stack.enter_async_context(serving(SANDBOX, (store,)))
            clock = Leaping()
            config = StoreConfig("shop", "acme", "shopify", f"{running.url}/shop", {"access_token": keys["access_token"]})
            budget = Budget(fast, config.scope, PLATFORM.manifest.limits, clock)
            session = Session(config, PLATFORM.manifest, PLATFORM.dialect, wire, budget, clock)
            readers = PLATFORM.connect(session)
            assert PLATFORM.writers is not None
            return Shop(readers, PLATFORM.writers(session, readers), session, running, clock)

        yield start


@pytest_asyncio.fixture
async def shop(serve: Serve) -> Shop:
    """Return a small store."""
    return await serve()


async def rows(shop: Shop, kind: Kind, *, size: int = 250, by: SortField = "created_at") -> list[Any]:
    """Return the first rows of a list."""
    page = shop.readers.kinds[kind].page
    assert page is not None
    return list((await page(ListQuery(Ordering(by, descending=by != "sequence"), size))).rows)


async def levels(shop: Shop, count: int, *, tracked: bool = True) -> list[Any]:
    """Return stock levels that are counted, or are not."""
    found = [each for each in await rows(shop, Kind.INVENTORY_LEVEL, by="sequence") if each.tracked is tracked]
    assert len(found) >= count
    return found[:count]


async def an_order(shop: Shop, payment: str, fulfilment: str) -> Any:
    """Return an order in these states, paid in the store's own currency, with a line of several units where there is one."""
    found = [
        each
        for each in await rows(shop, Kind.ORDER)
        if (each.platform_payment_status, each.platform_fulfilment_status, each.status.name) == (payment, fulfilment, "OPEN")
        and each.extras.presentment_total.currency_code == each.currency_code
    ]
    assert found, f"the store has no order that is {payment} and {fulfilment}"
    return found[0]
