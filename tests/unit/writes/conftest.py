"""One real Valkey in both roles for the tests of writes, and fake platforms in the place of the real ones."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from gateway.engine import EngineSettings, connect, engine
from tests.support.desk import Desk, desk
from tests.support.fakes import fake_platforms, fake_schema


@pytest_asyncio.fixture(scope="session")
async def engines(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Redis, Redis]]:
    async with engine(EngineSettings(data_dir=tmp_path_factory.mktemp("writes"))) as endpoints:
        state, fast = connect(endpoints.state), connect(endpoints.fast)
        yield state, fast
        await state.aclose()
        await fast.aclose()


@pytest.fixture(autouse=True)
def no_real_platforms() -> Iterator[None]:
    with fake_platforms():
        fake_schema()  # once, outside the event loop: building it reads source files
        yield


@pytest_asyncio.fixture
async def office(engines: tuple[Redis, Redis]) -> AsyncIterator[Desk]:
    """Lend a desk over two stores, `east` and `west`, with nothing waiting."""
    state, fast = engines
    await state.flushdb()
    made = desk(fast, state, "east", "west")
    yield made
    await made.writes.changes.close()
