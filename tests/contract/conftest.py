"""Stores to write to, of all platforms that can be written to: beside the world that the readers are asked in, which nobody changes."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from adapters.kit.registry import names, platforms
from tests.contract.picks import Picks
from tests.support.world import LeapingClock, make_world

SIZES = {"orders": 600, "products": 250}


@pytest_asyncio.fixture(scope="session")
async def lasting_shops(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, Picks]]:
    """Start stores with much to write to, where the time leaps."""
    able = [name for name in names() if platforms()[name].writers is not None]
    async with make_world(tmp_path_factory.mktemp("shops"), able, clock=LeapingClock(), sizes=SIZES) as world:
        picks = {name: Picks(world, f"{name}-one") for name in able}
        await asyncio.gather(*(each.load() for each in picks.values()))
        yield picks


@pytest_asyncio.fixture
async def shops(lasting_shops: dict[str, Picks]) -> dict[str, Picks]:
    """Lend the stores by platform, without faults, calls, writes and budgets of earlier tests."""
    world = next(iter(lasting_shops.values())).world
    world.forget()
    await world.sweep()
    await world.fast.flushdb()
    return lasting_shops
