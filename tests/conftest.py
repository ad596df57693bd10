"""What all tests share: one world a session, swept before each test."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.world import World, make_world


@pytest_asyncio.fixture(scope="session")
async def lasting_world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Start the world once: sandboxes and Valkey take a second."""
    async with make_world(tmp_path_factory.mktemp("engine")) as made:
        yield made


@pytest_asyncio.fixture
async def world(lasting_world: World) -> AsyncIterator[World]:
    """Lend the world to a test, without faults, calls or cached rows of earlier ones."""
    lasting_world.forget()
    await lasting_world.sweep()
    yield lasting_world
    lasting_world.forget()
