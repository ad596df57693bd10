"""What all tests share: one world a session, swept before each test; nothing blocks the event loop, no key of Redis lives for ever."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from blockbuster import BlockBuster, blockbuster_ctx

from tests.support.world import World, make_world

OURS = ["adapters.kit", "gateway", "resolvers", "schema"]


@pytest.fixture(autouse=True)
def nothing_blocks() -> Iterator[BlockBuster]:
    """Fail whatever of ours makes the event loop wait for a file, a socket or a sleep."""
    with blockbuster_ctx(OURS) as watch:
        # Loading platforms and building the schema look at source files: once a process, before anything is served.
        # Sandboxes are not ours to guard.
        for call in watch.functions.values():
            call.can_block_in("adapters/kit/sandbox.py", {"serving", "wrapped"})
            call.can_block_in("resolvers/api.py", "make_schema").can_block_in("adapters/kit/registry.py", {"names", "platforms", "sandbox"})
        yield watch


@pytest_asyncio.fixture(scope="session")
async def lasting_world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Start the world once: sandboxes and Valkey take a second."""
    async with make_world(tmp_path_factory.mktemp("engine")) as made:
        yield made


@pytest_asyncio.fixture
async def world(lasting_world: World) -> AsyncIterator[World]:
    """Lend the world to a test, without faults, calls or cached rows of earlier ones; every key it leaves has an end."""
    lasting_world.forget()
    await lasting_world.sweep()
    yield lasting_world
    lasting_world.forget()
    endless = [key async for key in lasting_world.fast.scan_iter(count=1000) if await lasting_world.fast.ttl(key) == -1]
    assert [] == endless
