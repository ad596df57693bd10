"""A real Valkey for the core's cache, and fake platforms in the place of the real ones."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from gateway.engine import EngineSettings, connect, engine
from tests.support.fakes import fake_platforms, fake_schema


@pytest_asyncio.fixture(scope="session")
async def fast(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Redis]:
    async with engine(EngineSettings(data_dir=tmp_path_factory.mktemp("core"))) as endpoints:
        client = connect(endpoints.fast)
        yield client
        await client.aclose()


@pytest.fixture(autouse=True)
def no_real_platforms() -> Iterator[None]:
    with fake_platforms():
        fake_schema()  # once, outside the event loop: building it reads source files
        yield
