"""The same questions to every platform that can be written to: each operation, in good order and in every kind of trouble.

All of it goes through the public schema. The time leaps here and in the sandboxes, so that nothing waits.
"""

import re
from collections import Counter
from typing import Any

import pytest

from adapters.kit.registry import names, platforms
from adapters.kit.sandbox import Effect
from adapters.kit.writing import Repeat
from schema.commands import WriteOperation as Op
from schema.keys import Key, Kind
from tests.contract.picks import Picks, units_of
from tests.contract.recipes import RECIPES, Item, Receipt

WRITABLE = [name for name in names() if platforms()[name].writers is not None]
SILENT = [name for name in names() if name not in WRITABLE]
PLATFORMS = pytest.mark.parametrize("name", WRITABLE)
OPERATIONS = [pytest.param(name, each, id=f"{name}-{each.name}") for name in WRITABLE for each in platforms()[name].manifest.writes]
# What goes wrong before the platform has done anything, once.
BEFORE: dict[str, dict[str, Any]] = {
    "cut": {"hang_up": True},
    "429": {"status": 429, "headers": {"retry-after": "2"}},
    "500": {"status": 500},
}
# Operations that are done by one call or another, and what their names share.
WAYS = {("magento", Op.REFUND_CREATE): "/refund"}
# Writes that may go unseen for long after they were done, so that their platform is looked at and can't always tell.
DOUBTFUL = {("amazon", Op.REFUND_CREATE)}
# Writes that are sent again as they were: they say what shall stand there, and the second changes nothing.
REPEATED = {("amazon", Op.SHIPMENT_UPDATE)}
LEVEL = "query($id: ID!) { inventoryLevel(id: $id, maxAge: 86400) { id available onHand } }"
# The most calls that writing 60 stock levels of 60 products may cost, with the reads it takes: eBay tells the offers of one SKU a call.
MOST_CALLS = {"amazon": 30, "ebay": 6 + 60 + 3, "magento": 3, "shopify": 3, "walmart": 10, "woocommerce": 2}


def effects(picks: Picks, operation: Op) -> list[Effect]:
    """Return what the sandbox did that is an operation's own work."""
    return [each for each in picks.world.effects(picks.store) if each.what in RECIPES[operation].effects]


def times(picks: Picks, operation: Op) -> tuple[int, int]:
    """Return how many entities an operation has changed, and how often one of them was changed in the same way."""
    found = effects(picks, operation)
    return len({each.entity for each in found}), max(
        Counter((each.what, each.entity, str(each.value)) for each in found).values(), default=0
    )


async def wish(picks: Picks, operation: Op) -> Item:
    """Return an item to send; what it took to make it is forgotten."""
    item = await RECIPES[operation].item(picks)
    picks.world.forget()
    await picks.world.sweep()
    return item


async def finished(picks: Picks, operation: Op, *items: Item) -> list[Receipt]:
    """Send items and see them to their end; returns their receipts."""
    ids = await picks.world.write(operation, *items)
    receipts = await picks.world.settle()
    return [receipts[each] for each in ids]


async def way_of(picks: Picks, operation: Op) -> str:
    """Return which call of a platform does an operation, as its sandbox logs it."""
    if (picks.platform, operation) in WAYS:
        return WAYS[picks.platform, operation]
    if operation not in picks.ways:
        (receipt,) = await finished(picks, operation, await wish(picks, operation))
        assert "DONE" == receipt["state"], receipt
        picks.ways[operation] = effects(picks, operation)[0].operation
    return picks.ways[operation]


@pytest.mark.parametrize("name", SILENT)
def test_a_platform_that_can_be_written_to_says_so(name: str) -> None:
    assert {} == platforms()[name].manifest.writes
    pytest.skip(f"{name} can't be written to yet")


@PLATFORMS
def test_the_table_of_writes_names_what_there_are_writers_for(shops: dict[str, Picks], name: str) -> None:
    picks = shops[name]

    assert set(platforms()[name].manifest.writes) == set(picks.world.core.writers(picks.store))


@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
async def test_an_operation_is_done_once_and_read_back(shops: dict[str, Picks], name: str, operation: Op) -> None:
    picks = shops[name]
    item = await wish(picks, operation)
    (receipt,) = await finished(picks, operation, item)

    assert ("DONE", None) == (receipt["state"], receipt["reason"])
    assert receipt["effect"]["entityId"]
    expected, shown = await RECIPES[operation].shows(picks, item, receipt)
    assert expected == shown
    assert (1, 1) == times(picks, operation)


@pytest.mark.parametrize("trouble", BEFORE)
@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
async def test_what_failed_before_it_was_done_is_done_once(shops: dict[str, Picks], name: str, operation: Op, trouble: str) -> None:
    picks = shops[name]
    way = await way_of(picks, operation)
    item = await wish(picks, operation)
    fault = picks.world.fail(picks.store, match=way, times=1, **BEFORE[trouble])
    (receipt,) = await finished(picks, operation, item)

    assert 0 == fault.times
    assert "DONE" == receipt["state"] or (trouble != "429" and is_parked(picks, operation, receipt)), {
        each: receipt[each] for each in ("state", "code", "reason")
    }
    expected, shown = await RECIPES[operation].shows(picks, item, receipt) if receipt["state"] == "DONE" else (None, None)
    assert expected == shown
    assert ((1, 1) if receipt["state"] == "DONE" else (0, 0)) == times(picks, operation)


@pytest.mark.parametrize("trouble", [{"hang_up": True}, {"status": 500}], ids=["cut", "500"])
@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
async def test_what_was_done_without_an_answer_is_not_done_again(
    shops: dict[str, Picks], name: str, operation: Op, trouble: dict[str, Any]
) -> None:
    picks = shops[name]
    way = await way_of(picks, operation)
    item = await wish(picks, operation)
    fault = picks.world.fail(picks.store, match=way, times=1, after=True, **trouble)
    (receipt,) = await finished(picks, operation, item)

    assert 0 == fault.times
    assert "DONE" == receipt["state"] or is_parked(picks, operation, receipt), {each: receipt[each] for each in ("state", "code", "reason")}
    entities, repeats = times(picks, operation)
    assert (1, True) == (entities, repeats <= (2 if (name, operation) in REPEATED else 1))


def is_parked(picks: Picks, operation: Op, receipt: Receipt) -> bool:
    """Say whether a write waits for a person, as it has to where nothing tells whether it was done."""
    never = platforms()[picks.platform].manifest.writes[operation].repeat is Repeat.NEVER or (picks.platform, operation) in DOUBTFUL
    return never and receipt["state"] == "NEEDS_INTERVENTION" and bool(receipt["reason"])


@PLATFORMS
async def test_refused_credentials_hold_the_store_until_they_are_good_again(shops: dict[str, Picks], name: str) -> None:
    picks = shops[name]
    world = picks.world
    item = await wish(picks, Op.INVENTORY_SET)
    world.fail(picks.store, status=401)
    (held,) = await finished(picks, Op.INVENTORY_SET, item)
    holds = (await world.ask("{ holds { store { name } kind heldBy reason } }"))["holds"]
    nothing = effects(picks, Op.INVENTORY_SET)
    world.sandbox(picks.store).control.faults.clear()
    world.leap(700)
    await world.worker.sweep_once()
    (done,) = (await world.settle()).values()

    assert ("HELD", "AUTH") == (held["state"], held["category"])
    assert [(picks.store, None, "gateway")] == [(hold["store"]["name"], hold["kind"], hold["heldBy"]) for hold in holds]
    assert [] == nothing
    assert "DONE" == done["state"]
    assert (1, 1) == times(picks, Op.INVENTORY_SET)
    assert [] == (await world.ask("{ holds { kind } }"))["holds"]


@PLATFORMS
async def test_sixty_levels_cost_no_more_calls_than_the_bulk_form_needs(shops: dict[str, Picks], name: str) -> None:
    picks = shops[name]
    items = [await wish(picks, Op.INVENTORY_SET) for _ in range(60)]
    receipts = await finished(picks, Op.INVENTORY_SET, *items)
    calls = picks.world.calls(picks.store)

    assert {"DONE"} == {receipt["state"] for receipt in receipts}
    assert (60, 1) == times(picks, Op.INVENTORY_SET)
    assert len(calls) <= MOST_CALLS[name], Counter(call.operation for call in calls)


@PLATFORMS
@pytest.mark.parametrize("operation", [Op.INVENTORY_SET, Op.PRICE_SET], ids=lambda each: each.name)
async def test_a_row_that_can_not_be_written_fails_alone(shops: dict[str, Picks], name: str, operation: Op) -> None:
    picks = shops[name]
    items = [await wish(picks, operation) for _ in range(3)]
    field, kind = ("inventoryLevelId", Kind.INVENTORY_LEVEL) if operation is Op.INVENTORY_SET else ("variantId", Kind.VARIANT)
    known = Key.decode(items[0][field])
    items[1] = {**items[1], field: Key(kind, picks.store, absent(known.id)).encode()}
    first, wrong, last = await finished(picks, operation, *items)

    assert ["DONE", "DONE"] == [first["state"], last["state"]]
    assert ("REJECTED", "VALIDATION") == (wrong["state"], wrong["category"]), wrong
    assert wrong["reason"]
    assert (2, 1) == times(picks, operation)


def absent(known: str) -> str:
    """Return an id shaped as a known one that no entity has: its first number is made another."""
    return re.sub(r"\d+", "987654321", known, count=1) if re.search(r"\d", known) else f"{known}-987654321"


@PLATFORMS
@pytest.mark.parametrize("operation", [Op.INVENTORY_SET, Op.INVENTORY_ADJUST, Op.PRICE_SET], ids=lambda each: each.name)
async def test_a_guard_that_does_not_hold_writes_nothing(shops: dict[str, Picks], name: str, operation: Op) -> None:
    picks = shops[name]
    item = await wish(picks, operation)
    guard = {"price": "3.21"} if operation is Op.PRICE_SET else {"available": 987_654}
    (receipt,) = await finished(picks, operation, {**item, "guard": guard})

    assert ("REJECTED", "CONFLICT", "GUARD") == (receipt["state"], receipt["category"], receipt["code"])
    assert [] == picks.world.effects()


@PLATFORMS
async def test_a_guard_that_holds_stops_nothing(shops: dict[str, Picks], name: str) -> None:
    picks = shops[name]
    level = (await picks.world.ask(LEVEL, id=(await wish(picks, Op.INVENTORY_SET))["inventoryLevelId"]))["inventoryLevel"]
    if level["available"] is None:
        pytest.skip(f"{name} tells no available units, so that no guard on them can hold")
    item = {"inventoryLevelId": level["id"], "available": 4321, "guard": {"available": level["available"]}}
    (receipt,) = await finished(picks, Op.INVENTORY_SET, item)

    assert "DONE" == receipt["state"], receipt
    assert (1, 1) == times(picks, Op.INVENTORY_SET)


@PLATFORMS
async def test_what_is_done_is_seen_at_once_by_who_reads_from_the_cache(shops: dict[str, Picks], name: str) -> None:
    picks = shops[name]
    item = await wish(picks, Op.INVENTORY_SET)
    before = (await picks.world.ask(LEVEL, id=item["inventoryLevelId"]))["inventoryLevel"]
    await finished(picks, Op.INVENTORY_SET, item)
    after = (await picks.world.ask(LEVEL, id=item["inventoryLevelId"]))["inventoryLevel"]

    assert (True, item["available"]) == (before != after, units_of(after))
