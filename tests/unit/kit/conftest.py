"""One real Valkey for the tests of the kit, and a store's budget of its own for each test."""

import itertools
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from adapters.kit.budget import Budget
from adapters.kit.clock import Clock
from adapters.kit.manifest import Limits
from gateway.engine import EngineSettings, connect, engine
from tests.support.clock import SleepyClock

MakeBudget = Callable[..., Budget]

SCOPES = itertools.count()


@pytest_asyncio.fixture(scope="session")
async def lasting_fast(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Redis]:
    async with engine(EngineSettings(data_dir=tmp_path_factory.mktemp("kit"))) as endpoints:
        client = connect(endpoints.fast)
        yield client
        await client.aclose()


@pytest_asyncio.fixture
async def fast(lasting_fast: Redis) -> AsyncIterator[Redis]:
    """Lend an empty Valkey; no key may be left that would live for ever."""
    await lasting_fast.flushdb()
    yield lasting_fast
    assert [] == [key async for key in lasting_fast.scan_iter() if await lasting_fast.ttl(key) < 0]


@pytest.fixture
def clock() -> SleepyClock:
    return SleepyClock()


@pytest.fixture
def budget_of(fast: Redis, clock: SleepyClock) -> MakeBudget:
    """Return what makes budgets: of one store, unless `scope` says otherwise, each as if of its own process."""

    def make(scope: str = "acme/shop", clock: Clock = clock, **limits: float) -> Budget:
        return Budget(fast, scope, Limits(**limits), clock)  # type: ignore[arg-type]

    return make
