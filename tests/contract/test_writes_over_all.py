"""What the API promises of writes over all platforms at once, whatever each of them can do."""

import itertools
from collections import Counter
from typing import Any

import pytest

from adapters.kit.registry import names, platforms
from schema.commands import OPERATIONS
from schema.commands import WriteOperation as Op
from schema.keys import Key, Kind, camel
from tests.contract.picks import Picks, units_of
from tests.contract.recipes import RECIPES, Item
from tests.support.world import World

LEVEL = "query($id: ID!) { inventoryLevel(id: $id, maxAge: 0) { available onHand } }"
HOLD = 'mutation($store: ID!, $kind: String) { laneHold(store: $store, kind: $kind, reason: "Moving house.") { userErrors { code } } }'
RELEASE = "mutation($store: ID!, $kind: String) { laneRelease(store: $store, kind: $kind) { userErrors { code } } }"
RETRY = "mutation($ids: [ID!]!) { writeRetry(ids: $ids) { receipts { id state } userErrors { code } } }"
# The most calls of one store for its share of a hundred levels, with the reads it takes and a token renewed or two. Amazon and Walmart take
# so few one by one; eBay tells the offers of one SKU a call.
MOST_CALLS = {"amazon": 22, "ebay": 24, "magento": 4, "shopify": 3, "walmart": 34, "woocommerce": 2}
LACKS = [
    pytest.param(name, operation, id=f"{name}-{operation.name}")
    for name in names()
    for operation in Op
    if operation not in platforms()[name].manifest.writes
]
# The fields an item has to have beside what it names.
REST: dict[Op, Item] = {
    Op.INVENTORY_SET: {"available": 1},
    Op.INVENTORY_ADJUST: {"delta": 1},
    Op.PRICE_SET: {"price": {"amount": "1.00", "currencyCode": "USD"}},
    Op.PRODUCT_CREATE: {"title": "New"},
    Op.PRODUCT_UPDATE: {"title": "Changed"},
    Op.VARIANT_UPDATE: {"sku": "CHANGED"},
    Op.SHIPMENT_UPDATE: {"tracking": {"number": "1Z999"}},
    Op.ORDER_UPDATE: {"note": "Changed"},
    Op.CUSTOMER_CREATE: {"email": "new@example.com"},
    Op.CUSTOMER_UPDATE: {"firstName": "Changed"},
}
FIELDS = {Kind.VARIANT: "variantId", Kind.PRODUCT: "productId", Kind.ORDER: "orderId", Kind.SHIPMENT: "shipmentId"}


def world_of(shops: dict[str, Picks]) -> World:
    return next(iter(shops.values())).world


async def everywhere(shops: dict[str, Picks], operation: Op) -> list[Item]:
    """Return an item for each platform's store."""
    items = [await RECIPES[operation].item(picks) for picks in shops.values()]
    world_of(shops).forget()
    await world_of(shops).sweep()
    return items


async def shown(shops: dict[str, Picks], level: str) -> int | None:
    return units_of((await world_of(shops).ask(LEVEL, id=level))["inventoryLevel"])


async def test_one_mutation_writes_to_all_platforms(shops: dict[str, Picks]) -> None:
    items = await everywhere(shops, Op.INVENTORY_SET)
    ids = await world_of(shops).write(Op.INVENTORY_SET, *items)
    receipts = await world_of(shops).settle()

    assert [picks.store for picks in shops.values()] == [receipts[each]["store"]["name"] for each in ids]
    assert {"DONE"} == {receipt["state"] for receipt in receipts.values()}
    assert {picks.store: 1 for picks in shops.values()} == Counter(effect.store for effect in world_of(shops).effects())
    assert [item["available"] for item in items] == [await shown(shops, item["inventoryLevelId"]) for item in items]


@pytest.mark.parametrize("trouble", [{"status": 503}, {"hang_up": True}, {"status": 401}], ids=["503", "cut", "401"])
async def test_a_store_that_fails_leaves_the_others_alone(shops: dict[str, Picks], trouble: dict[str, Any]) -> None:
    world, broken = world_of(shops), next(iter(shops.values())).store
    items = await everywhere(shops, Op.INVENTORY_SET)
    world.fail(broken, **trouble)
    ids = await world.write(Op.INVENTORY_SET, *items)
    receipts = await world.settle()
    waiting = [each for each in ids if receipts[each]["state"] != "DONE"]
    world.forget()
    again = await world.ask(RETRY, ids=waiting)
    for store in world.core.stores:
        await world.ask(RELEASE, store=store)
    settled = await world.settle()

    assert [broken] == [receipts[each]["store"]["name"] for each in waiting]
    assert {"NEEDS_INTERVENTION", "HELD"} >= {receipts[each]["state"] for each in waiting}
    assert all(receipts[each]["reason"] for each in waiting)
    assert [] == again["writeRetry"]["userErrors"]
    assert {"DONE"} == {receipt["state"] for receipt in settled.values()}
    assert [broken] == [effect.store for effect in world.effects()]


async def test_a_thousand_updates_of_a_hundred_levels_are_at_most_a_hundred_effects(shops: dict[str, Picks]) -> None:
    world = world_of(shops)
    levels = [item["inventoryLevelId"] for _ in range(100 // len(shops)) for item in await everywhere(shops, Op.INVENTORY_SET)]
    items = [{"inventoryLevelId": level, "available": 10 * turn + 7} for turn in range(1000 // len(levels)) for level in levels]
    for picks in shops.values():
        await world.ask(HOLD, store=picks.store)
    for part in itertools.batched(items, 250) if hasattr(itertools, "batched") else [items[at : at + 250] for at in range(0, 1000, 250)]:
        await world.write(Op.INVENTORY_SET, *part)
    for picks in shops.values():
        await world.ask(RELEASE, store=picks.store)
    receipts = await world.settle()
    effects = world.effects()

    assert len(items) == len(receipts)
    assert {"DONE"} == {receipt["state"] for receipt in receipts.values()}
    assert len(levels) == len([receipt for receipt in receipts.values() if receipt["coalescedInto"] is None])
    assert len(effects) <= len(levels)
    assert {items[-1]["available"]} == {int(effect.value) for effect in effects}
    assert MOST_CALLS == {name: max(most, len(world.calls(shops[name].store))) for name, most in MOST_CALLS.items()}


async def test_a_hold_is_a_gate_before_a_store(shops: dict[str, Picks]) -> None:
    world, (gated, *_) = world_of(shops), list(shops.values())
    items = await everywhere(shops, Op.INVENTORY_SET)
    await world.ask(HOLD, store=gated.store)
    await world.write(Op.INVENTORY_SET, *items)
    await world.write(Op.INVENTORY_SET, {**items[0], "available": 1, "guard": {"version": "2020-01-01T00:00:00Z"}})
    held = await world.settle()
    before = [effect.store for effect in world.effects(gated.store)]
    holds = (await world.ask("{ holds { store { name } kind reason heldBy } }"))["holds"]
    await world.ask(RELEASE, store=gated.store)
    released = await world.settle()

    own = [receipt["state"] for receipt in held.values() if receipt["store"]["name"] == gated.store]
    assert (["HELD", "HELD"], []) == (own, before)
    assert {"DONE"} == {receipt["state"] for receipt in held.values() if receipt["store"]["name"] != gated.store}
    assert [{"store": {"name": gated.store}, "kind": None, "reason": "Moving house.", "heldBy": "everybody"}] == holds
    assert ["DONE", "REJECTED"] == [receipt["state"] for receipt in released.values() if receipt["store"]["name"] == gated.store]
    assert items[0]["available"] == await shown(shops, items[0]["inventoryLevelId"])


async def test_a_hold_on_one_kind_lets_the_others_through(shops: dict[str, Picks]) -> None:
    world = world_of(shops)
    stock, prices = await everywhere(shops, Op.INVENTORY_SET), await everywhere(shops, Op.PRICE_SET)
    for picks in shops.values():
        await world.ask(HOLD, store=picks.store, kind="InventoryLevel")
    await world.write(Op.INVENTORY_SET, *stock)
    await world.write(Op.PRICE_SET, *prices)
    receipts = await world.settle()

    states = {(receipt["operation"], receipt["state"]) for receipt in receipts.values()}
    assert {("INVENTORY_SET", "HELD"), ("PRICE_SET", "DONE")} == states
    assert {"price.set"} == {effect.what for effect in world.effects()}


@pytest.mark.parametrize(("name", "operation"), LACKS)
async def test_what_a_platform_lacks_is_refused_with_its_table_as_the_reason(world: World, name: str, operation: Op) -> None:
    target = OPERATIONS[operation].target
    named = (
        {FIELDS.get(target) or f"{camel(_snake(target))}Id": Key(target, f"{name}-one", "1").encode()}
        if target
        else {"store": f"{name}-one"}
    )
    payload = await world.send(operation, {**named, **REST.get(operation, {})})

    (error,) = payload["userErrors"]
    assert ([], "UNSUPPORTED", ["items", "0"]) == (payload["receipts"], error["code"], error["path"])
    assert operation.name in error["message"]


@pytest.mark.parametrize("name", ["amazon", "walmart"])
async def test_a_field_that_a_platform_lacks_is_refused_with_those_it_takes(world: World, name: str) -> None:
    item = {"variantId": Key(Kind.VARIANT, f"{name}-one", "1").encode(), **REST[Op.PRICE_SET]}
    payload = await world.send(Op.PRICE_SET, {**item, "compareAtPrice": {"amount": "9.00", "currencyCode": "USD"}})

    (error,) = payload["userErrors"]
    assert ([], "UNSUPPORTED") == (payload["receipts"], error["code"])
    assert "can't take compareAtPrice" in error["message"]


@pytest.mark.parametrize("name", names())
async def test_the_api_tells_the_table_of_writes(world: World, name: str) -> None:
    rows = (await world.ask("{ platforms { id writes { operation fields note } } }"))["platforms"]
    told = next(row["writes"] for row in rows if row["id"] == name)

    assert {operation.name for operation in platforms()[name].manifest.writes} == {each["operation"] for each in told}


def _snake(kind: Kind) -> str:
    return "inventory_level" if kind is Kind.INVENTORY_LEVEL else kind.value.lower()
