"""What the tests of eBay's adapter share: a seller in a sandbox over real HTTP, asked through a real session and budget."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jsonschema
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from adapters.ebay import PLATFORM
from adapters.ebay.sandbox import SANDBOX
from adapters.ebay.sandbox.description import operations
from adapters.kit.budget import Budget
from adapters.kit.http import Wire
from adapters.kit.port import Readers
from adapters.kit.sandbox import Fault, Running, SandboxStore, serving
from adapters.kit.session import Session
from adapters.kit.stores import StoreConfig
from gateway.engine import EngineSettings, connect, engine

KEYS = {"client_id": "Test-App-SBX-1", "client_secret": "SBX-secret-1", "refresh_token": "v^1.1#refresh"}
SIZES = ("orders", "products", "variants", "buyers", "locations")
TOKEN = "POST /identity/v1/oauth2/token"


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
    """A seller, its readers, and the sandbox it lives in."""

    readers: Readers
    session: Session
    running: Running
    clock: Leaping

    def calls(self) -> list[str]:
        """Return the calls since the last time, each by its operation; those for tokens are left out."""
        made = [call.operation for call in self.running.control.calls if call.operation != TOKEN]
        self.running.control.calls.clear()
        return [operation.rpartition("/v1")[2] for operation in made]

    def tokens(self) -> list[int]:
        """Return the statuses of the calls for tokens."""
        return [call.status for call in self.running.control.calls if call.operation == TOKEN]

    def advance(self, seconds: float) -> None:
        """Let time pass, here and there."""
        self.clock.slept.append(seconds)
        self.running.control.offset += timedelta(seconds=seconds)

    def row(self, action: str, kind: str, row_id: str = "", **fields: Any) -> str:
        """Change a row as the seller and its buyers do."""
        assert self.running.control.rows is not None
        wish = {"store": self.session.store.name, "action": action, "kind": kind, "id": row_id, "fields": fields}
        return str(self.running.control.rows(wish)["id"])

    def fail(self, **fault: Any) -> None:
        """Let the next request fail."""
        self.running.control.faults.append(Fault(**{"times": 1, **fault}))


Serve = Callable[..., Awaitable[Served]]


@pytest.fixture(scope="session", autouse=True)
def descriptions() -> None:
    """Load what the sandbox checks requests by, before anything watches for files that are read."""
    jsonschema.Draft202012Validator({})
    operations()


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
    """Return what serves a seller of a profile for the time of a test: `keys` replaces its credentials, `beside` shares a sandbox."""
    async with contextlib.AsyncExitStack() as stack:
        wire = Wire()
        stack.push_async_callback(wire.close)
        stack.push_async_callback(fast.flushdb)

        async def start(
            profile: str = "small", *, keys: dict[str, str] | None = None, beside: Served | None = None, **options: Any
        ) -> Served:
            sizes: dict[str, int] = {name: options.pop(name) for name in SIZES if name in options}
            store = SandboxStore("shop", "Shop", profile, KEYS, sizes, options)
            running = beside.running if beside else await stack.enter_async_context(serving(SANDBOX, (store,)))
            clock = beside.clock if beside else Leaping()
            config = StoreConfig("shop", "acme", "ebay", f"{running.url}/shop", keys or KEYS)
            budget = Budget(fast, config.scope, PLATFORM.manifest.limits, clock, PLATFORM.manifest.buckets)
            session = Session(config, PLATFORM.manifest, PLATFORM.dialect, wire, budget, clock, fast)
            return Served(PLATFORM.connect(session), session, running, clock)

        yield start


@pytest_asyncio.fixture
async def shop(serve: Serve) -> Served:
    """Return a small seller."""
    return await serve()
