"""What the tests of Walmart's adapter share: a seller in a sandbox over real HTTP, asked through a real session, tokens and budgets."""

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from adapters.kit.budget import Budget
from adapters.kit.http import Wire
from adapters.kit.port import ListQuery, Readers
from adapters.kit.sandbox import Control, Fault, Running, SandboxStore, serving
from adapters.kit.session import Session
from adapters.kit.stores import StoreConfig
from adapters.walmart import PLATFORM
from adapters.walmart.sandbox import SANDBOX
from gateway.engine import EngineSettings, connect, engine
from schema.keys import Kind
from tests.support.shared import shared

KEYS = {"client_id": "seller-1", "client_secret": "secret-1"}
SIZES = ("orders", "products", "variants", "buyers")


class Leaping:
    """The machine's clock, but long waits are leapt over, by the sandbox too; `slept` has them."""

    def __init__(self, control: Control) -> None:
        self.slept: list[float] = []
        self._control = control

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=sum(self.slept))

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time() + sum(self.slept)

    async def sleep(self, seconds: float) -> None:
        if seconds > 0.05:
            self.leap(seconds)
        await asyncio.sleep(0 if seconds > 0.05 else seconds)

    def leap(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self._control.offset += timedelta(seconds=seconds)


@dataclass(slots=True)
class Served:
    """A seller, its readers, and the sandbox it lives in."""

    readers: Readers
    session: Session
    running: Running
    clock: Leaping

    async def page(self, kind: Kind, query: ListQuery) -> Any:
        """Return one page of a list."""
        read = self.readers.kinds[kind].page
        assert read is not None
        return await read(query)

    async def rows(self, kind: Kind, query: ListQuery) -> list[Any]:
        """Return all rows of a list."""
        page = await self.page(kind, query)
        found = list(page.rows)
        while page.cursor is not None:
            page = await self.page(kind, ListQuery(query.ordering, query.size, query.start, query.filter, page.cursor))
            found += page.rows
        return found

    async def by_ids(self, kind: Kind, *ids: str) -> list[Any]:
        """Return entities by their ids."""
        read = self.readers.kinds[kind].by_ids
        assert read is not None
        return list(await read(ids))

    def calls(self) -> Counter[str]:
        """Return how many calls there were since the last time, by operation."""
        made = Counter(call.operation for call in self.running.control.calls)
        self.running.control.calls.clear()
        return made

    def row(self, action: str, kind: str, row_id: str = "", **fields: Any) -> str:
        """Change a row as buyers, the seller and Walmart do."""
        assert self.running.control.rows is not None
        wish = {"store": self.session.store.name, "action": action, "kind": kind, "id": row_id, "fields": fields}
        return str(self.running.control.rows(wish)["id"])

    def fail(self, **fault: Any) -> None:
        """Let the next request fail."""
        self.running.control.faults.append(Fault(**{"times": 1, **fault}))


Serve = Callable[..., Awaitable[Served]]


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
    """Return what serves a seller of a profile for the time of a test: `keys` replaces its credentials, `beside` shares its sandbox."""
    async with contextlib.AsyncExitStack() as stack:
        wire = Wire()
        stack.push_async_callback(wire.close)
        stack.push_async_callback(fast.flushdb)

        async def start(
            profile: str = "small", *, keys: dict[str, str] | None = None, beside: Served | None = None, **options: Any
        ) -> Served:
            sizes: dict[str, int] = {name: options.pop(name) for name in SIZES if name in options}
            store = SandboxStore("shop", "Test Shop", profile, options.pop("known", KEYS), sizes, {"generous": True, **options})
            running = beside.running if beside else await stack.enter_async_context(serving(SANDBOX, (store,)))
            clock = Leaping(running.control)
            config = StoreConfig("shop", "acme", "walmart", f"{running.url}/shop", keys or KEYS)
            manifest = PLATFORM.manifest
            budget = Budget(fast, config.scope, manifest.limits, clock, manifest.buckets)
            session = Session(config, manifest, PLATFORM.dialect, wire, budget, clock, fast)
            return Served(PLATFORM.connect(session), session, running, clock)

        yield start


@pytest_asyncio.fixture
async def shop(serve: Serve) -> Served:
    """Return a small seller."""
    return await serve()


def example(name: str) -> Any:
    """Read one of the platform's own examples, which not every checkout has beside it."""
    path: Path = shared("walmart", "examples", f"{name}.json")
    return json.loads(path.read_text())
