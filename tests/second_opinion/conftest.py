"""What the second opinion stands on: mock servers made of the official descriptions, and stores of the real adapters before them."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from adapters.kit.budget import Budget
from adapters.kit.http import Wire
from adapters.kit.port import Readers
from adapters.kit.registry import platforms
from adapters.kit.sandbox import Sandbox, serving
from adapters.kit.session import Session
from adapters.kit.stores import StoreConfig
from gateway.engine import EngineSettings, connect, engine
from tests.second_opinion.door import Door
from tests.second_opinion.mock import PRISM

# What the credentials of a store are where their form matters; a store has all the keys that one can have.
CREDENTIALS: dict[str, str] = {"seller_id": "A1EXAMPLE00001", "marketplace_ids": "ATVPDKIKX0DER", "region": "na"}


class Hasty:
    """The machine's clock, but waits for the platform are leapt over; turns of the budget are real, since requests are."""

    def __init__(self) -> None:
        self.leapt = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.leapt)

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time() + self.leapt

    async def sleep(self, seconds: float) -> None:
        leap = seconds > 0.05
        self.leapt += seconds if leap else 0
        await asyncio.sleep(0 if leap else seconds)


@dataclass(frozen=True, slots=True)
class Judged:
    """A store whose every request is judged at the door."""

    readers: Readers
    door: Door

    def complaints(self) -> list[str]:
        """Return what was found wrong; skips the test when nothing was asked, which proves nothing."""
        if not self.door.calls:
            pytest.skip("no request was needed, so there is nothing to judge")
        return self.door.complaints


Judge = Callable[[str], Judged]


@pytest.fixture(scope="session")
def prism() -> None:
    """Skip what needs the mock server where it is not installed; nothing is downloaded here."""
    if not PRISM.exists() or shutil.which("node") is None:
        pytest.skip("needs the mock server Prism, which `make opinion` installs with npm")


@pytest_asyncio.fixture(scope="session")
async def served(prism: None, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Door, str]]:
    """Serve the door; mock servers start as they are asked and end here."""
    async with contextlib.AsyncExitStack() as stack:
        mocks = await stack.enter_async_context(contextlib.AsyncExitStack())
        client = await stack.enter_async_context(httpx.AsyncClient(timeout=20, trust_env=False))
        door = Door(tmp_path_factory.mktemp("descriptions"), client, mocks)
        running = await stack.enter_async_context(serving(Sandbox(door.app, ())))
        yield door, running.url


@pytest_asyncio.fixture(scope="session")
async def fast(prism: None, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Redis]:
    async with engine(EngineSettings(tmp_path_factory.mktemp("engine"))) as endpoints:
        client = connect(endpoints.fast)
        try:
            yield client
        finally:
            await client.aclose()


@pytest_asyncio.fixture
async def judge(served: tuple[Door, str], fast: Redis) -> AsyncIterator[Judge]:
    """Return what makes a new store of a platform, with full budgets."""
    door, url = served
    wire = Wire()

    def start(name: str) -> Judged:
        door.open(name)
        manifest = platforms()[name].manifest
        credentials = {key: CREDENTIALS.get(key, f"example-{key}") for key in max(manifest.credentials, key=len)}
        config = StoreConfig(f"{name}-judged", "acme", name, f"{url}/{name}", credentials)
        clock = Hasty()
        budget = Budget(fast, config.scope, manifest.limits, clock, manifest.buckets)
        session = Session(config, manifest, platforms()[name].dialect, wire, budget, clock, fast)
        return Judged(platforms()[name].connect(session), door)

    yield start
    await wire.close()
    await fast.flushdb()
