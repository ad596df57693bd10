"""What the tests of Magento's adapter share: a store in a sandbox over real HTTP, asked through a real session and budget."""

import asyncio
import contextlib
import json
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
from adapters.kit.port import Readers
from adapters.kit.sandbox import Fault, Running, SandboxStore, serving
from adapters.kit.session import Session
from adapters.kit.stores import StoreConfig
from adapters.magento import PLATFORM
from adapters.magento.sandbox import SANDBOX
from adapters.magento.sandbox.description import description
from gateway.engine import EngineSettings, connect, engine
from tests.support.shared import shared

description()  # read before anything is served: it is a file

SIGNED = {
    "consumer_key": "ck000000000000000000000000000000",
    "consumer_secret": "cs111111111111111111111111111111",
    "access_token": "at222222222222222222222222222222",
    "access_token_secret": "as333333333333333333333333333333",
}
CLOUD = {"client_id": "invented-client", "client_secret": "invented-secret", "org_id": "invented@AdobeOrg"}
SIZES = ("orders", "products", "customers", "variants")


def example(*parts: str) -> Any:
    """Return one of the official or recorded examples."""
    return json.loads(shared("magento", "examples", *parts).read_bytes())


class Leaping:
    """The machine's clock, but long waits are leapt over; `slept` has them."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=sum(self.slept))

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

    def calls(self) -> list[str]:
        """Return the calls since the last time, each by its operation."""
        made = [call.operation for call in self.running.control.calls]
        self.running.control.calls.clear()
        return made

    def row(self, action: str, kind: str, row_id: int | str = 0, **fields: Any) -> Any:
        """Change a row as the shop's own people do."""
        assert self.running.control.rows is not None
        wish = {"store": self.session.store.name, "action": action, "kind": kind, "id": row_id, "fields": fields}
        return self.running.control.rows(wish)["id"]

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
async def serve(fast: Redis, tmp_path: Path) -> AsyncIterator[Serve]:
    """Return what serves a store of a profile for the time of a test: `keys` are what the adapter has, `own` what the store has."""
    async with contextlib.AsyncExitStack() as stack:
        wire = Wire()
        stack.push_async_callback(wire.close)
        stack.push_async_callback(fast.flushdb)

        async def start(
            profile: str = "small", *, keys: dict[str, str] | None = None, own: dict[str, str] | None = None, **options: Any
        ) -> Served:
            sizes: dict[str, int] = {name: options.pop(name) for name in SIZES if name in options}
            model = SandboxStore("shop", "Shop", profile, own or keys or SIGNED, sizes=sizes, options=options)
            running = await stack.enter_async_context(serving(SANDBOX, (model,)))
            clock = Leaping()
            config = StoreConfig("shop", "acme", "magento", f"{running.url}/shop", keys or SIGNED)
            budget = Budget(fast, config.scope, PLATFORM.manifest.limits, clock)
            session = Session(config, PLATFORM.manifest, PLATFORM.dialect, wire, budget, clock, fast)
            return Served(PLATFORM.connect(session), session, running, clock)

        yield start


@pytest_asyncio.fixture
async def shop(serve: Serve) -> Served:
    """Return a small store of the newest version."""
    return await serve()
