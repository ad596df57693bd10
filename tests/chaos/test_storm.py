"""Nothing accepted is lost, nothing is done twice where the platform lets us know, and every lane keeps its order, whatever breaks."""

import asyncio
import os
import random
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from adapters.kit.writing import Repeat
from schema.commands import WriteOperation
from schema.receipts import ReceiptState
from tests.chaos.ledger import Ledger, count_states, in_order
from tests.chaos.storm import Storm
from tests.support.world import World, make_world

WRITES = int(os.environ.get("CHAOS_WRITES", "2000"))
SEED = int(os.environ.get("CHAOS_SEED", "1"))
SECONDS = max(30.0, WRITES / 100)  # how long it rages
PATIENCE = 150.0  # seconds, for what is left when the storm is over
pytestmark = pytest.mark.timeout(900)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def harbour(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Start a world of its own: its state server is killed, its sandboxes changed beyond recognition."""
    async with make_world(tmp_path_factory.mktemp("storm")) as made:
        await made.sweep()
        made.forget()
        yield made


async def test_a_storm_loses_nothing_doubles_nothing_and_keeps_every_lane_in_order(harbour: World) -> None:
    ledger = Ledger(harbour, random.Random(SEED))
    await ledger.survey()
    storm = Storm(harbour, SEED)
    async with storm.working():
        async with storm.raging():
            while len(ledger.entries) < WRITES:
                await ledger.accept(20)
                await asyncio.sleep(20 * SECONDS / WRITES)
        await ledger.calm(PATIENCE)
    receipts = await ledger.receipts()
    pairs = list(zip(ledger.entries, receipts, strict=True))
    done = [(entry, receipt) for entry, receipt in pairs if receipt.state is ReceiptState.DONE and receipt.coalesced is None]

    sys.stderr.write(
        f"\n{len(receipts)} writes in {ledger.lanes} lanes, {storm.killed} workers and {storm.restarts} servers killed, "
        f"{storm.struck} faults: {dict(count_states(receipts))}\n"
    )
    assert storm.killed > 0
    # Our own mistakes are nobody's excuse: whatever a platform does has a category of its own.
    assert [] == [(entry.store, entry.contents.operation.name) for entry, receipt in pairs if receipt.code == "INTERNAL"]
    assert [] == [(entry.mark, receipt.code) for entry, receipt in pairs if receipt.state is not ReceiptState.DONE and not receipt.category]
    missing = [(entry.store, entry.contents.operation.name, entry.mark) for entry, _ in done if not ledger.effects_of(entry)]
    assert [] == missing
    twice = Counter(
        (harbour.core.stores[entry.store].platform, entry.contents.operation.name)
        for entry, _ in pairs
        if len({effect.request for effect in ledger.effects_of(entry)}) > 1 and _is_known(harbour, entry.store, entry.contents.operation)
    )
    assert {} == dict(twice)
    by_entity: dict[tuple[str, str], list[int]] = defaultdict(list)
    for effect in harbour.effects():
        if effect.what == "stock.set" and isinstance(effect.value, int) and effect.value >= 10_000:
            by_entity[effect.store, effect.entity].append(effect.value)
    assert [] == [entity for entity, values in by_entity.items() if not in_order(values)]


def _is_known(world: World, store: str, operation: WriteOperation) -> bool:
    """Say whether the platform gives a means to know of a write that it was done."""
    return world.core.platform(store).manifest.writes[operation].repeat is not Repeat.NEVER
