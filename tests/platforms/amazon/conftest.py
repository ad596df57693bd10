"""What the tests of Amazon's adapter share: a seller's account in a sandbox over real HTTP, asked through a real session and budget."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from adapters.amazon import PLATFORM
from adapters.amazon.sandbox import SANDBOX
from adapters.kit.budget import Budget
from adapters.kit.http import Wire
from adapters.kit.port import Readers
from adapters.kit.sandbox import Control, Fault, Running, SandboxStore, serving
from adapters.kit.session import Session
from adapters.kit.stores import StoreConfig
from gateway.engine import EngineSettings, connect, engine

SELLER = "A0SELLER000001"
KEYS = {"client_id": "amzn1.client", "client_secret": "amzn1.secret", "refresh_token": "Atzr|refresh", "seller_id": SELLER}
SIZES = ("orders", "products", "variations", "locations")


class Leaping:
    """The machine's clock, but long waits are leapt over; `slept` has them. `away` is how far its day is from today."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.away = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.away + timedelta(seconds=sum(self.slept))

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time() + sum(self.slept)

    async def sleep(self, seconds: float) -> None:
        if seconds > 0.05:
            self.slept.append(seconds)
        await asyncio.sleep(0 if seconds > 0.05 else seconds)


@dataclass(slots=True)
class Served:
    """A store, its readers, and the sandbox it lives in."""

    readers: Readers
    session: Session
    running: Running
    clock: Leaping
    another: Callable[[], Session]

    @property
    def control(self) -> Control:
        """Return what steers the sandbox."""
        return self.running.control

    def on(self, day: datetime) -> "Served":
        """Let it be some day, here and at Amazon: what there is and how much depends on it."""
        self.control.offset = self.clock.away = day - datetime.now(UTC)
        return self

    def calls(self) -> list[str]:
        """Return the calls since the last time, each by the last parts of its operation."""
        made = [call.operation for call in self.control.calls]
        self.control.calls.clear()
        return made

    def row(self, action: str, kind: str, row_id: str = "", **fields: Any) -> str:
        """Change a row as buyers and the seller's own desk do."""
        assert self.control.rows is not None
        wish = {"store": self.session.store.name, "action": action, "kind": kind, "id": row_id, "fields": fields}
        return str(self.control.rows(wish)["id"])

    def fail(self, **fault: Any) -> None:
        """Let the next request fail."""
        self.control.faults.append(Fault(**{"times": 1, **fault}))


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
    """Return what serves a store of a profile for the time of a test: `keys` replaces its credentials, `plan` keeps Amazon's limits."""
    async with contextlib.AsyncExitStack() as stack:
        wire = Wire()
        stack.push_async_callback(wire.close)
        stack.push_async_callback(fast.flushdb)

        async def start(profile: str = "small", *, keys: dict[str, str] | None = None, plan: bool = False, **options: Any) -> Served:
            sizes: dict[str, int] = {name: options.pop(name) for name in SIZES if name in options}
            store = SandboxStore("shop", "A Shop", profile, KEYS, sizes, {"generous": not plan, **options})
            clock = Leaping()
            running = await stack.enter_async_context(serving(SANDBOX, (store,)))
            config = StoreConfig("shop", "acme", "amazon", f"{running.url}/shop", keys or KEYS)

            def session() -> Session:
                budget = Budget(fast, config.scope, PLATFORM.manifest.limits, clock, PLATFORM.manifest.buckets)
                return Session(config, PLATFORM.manifest, PLATFORM.dialect, wire, budget, clock, fast)

            first = session()
            return Served(PLATFORM.connect(first), first, running, clock, session)

        yield start


@pytest_asyncio.fixture
async def shop(serve: Serve) -> Served:
    """Return a small store whose limits nothing reaches."""
    return await serve()
