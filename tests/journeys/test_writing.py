"""Stories of those who write: a warehouse, an order desk, a catalogue and a stock keeper, and every kind of bad input."""

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from schema.commands import WriteOperation as Op
from schema.keys import Key, Kind
from tests.journeys.conftest import User
from tests.support.world import World

SHOPS = pytest.mark.parametrize("store", ["shopify-one", "woocommerce-one"])
ORDERS = """query($stores: [ID!]) { orders(first: 250, stores: $stores, deadlineMs: 30000) { nodes {
  id status paymentStatus fulfilmentStatus currencyCode totals { total { amount } refunded { amount } }
  lines { platformId quantity requiresShipping } } } }"""
ORDER = """query($id: ID!) { order(id: $id) { status fulfilmentStatus shipments { id tracking { number company } lines { quantity } }
  refunds { amount { amount } } totals { refunded { amount } } } }"""
LEVELS = """query($stores: [ID!]) { inventoryLevels(first: 100, stores: $stores) { nodes {
  id available tracked variant { id price { amount currencyCode } } } } }"""
LEVEL = "query($id: ID!) { inventoryLevel(id: $id) { available } }"
PRODUCT = "query($id: ID!) { product(id: $id) { title status variants { id sku price { amount } options { name value } } } }"
EDIT = "mutation($id: ID!, $item: WriteEditInput!) { writeEdit(id: $id, item: $item) { receipts { state } userErrors { path code } } }"
RETRY = "mutation($ids: [ID!]!) { writeRetry(ids: $ids) { receipts { id state } userErrors { code } } }"
CANCEL = "mutation($ids: [ID!]!) { writeCancel(ids: $ids) { receipts { id state } userErrors { code } } }"


async def done(user: User, world: World, operation: Op, item: dict[str, Any]) -> dict[str, Any]:
    """Write something that has to succeed; returns its receipt."""
    receipt = await outcome(user, world, operation, item)
    assert "DONE" == receipt["state"], receipt
    return receipt


async def outcome(user: User, world: World, operation: Op, item: dict[str, Any]) -> dict[str, Any]:
    """Write something that has to be accepted; returns its receipt at the end."""
    payload = await user.writes(operation, item)
    assert [] == payload["userErrors"]
    return (await world.settle())[payload["receipts"][0]["id"]]


async def refused(user: User, world: World, operation: Op, item: dict[str, Any]) -> str:
    """Write something that has to be refused, at once or when it is tried; returns the code."""
    payload = await user.writes(operation, item)
    if payload["userErrors"]:
        assert all(len(error["message"]) > 15 and "items" == error["path"][0] for error in payload["userErrors"])
        return str(payload["userErrors"][0]["code"])
    receipt = (await world.settle())[payload["receipts"][0]["id"]]
    assert ("REJECTED", True) == (receipt["state"], len(receipt["reason"]) > 15), receipt
    assert receipt["category"] in {"VALIDATION", "CONFLICT"}
    return str(receipt["code"])


async def an_order(user: User, store: str, *, units: int = 1, sent: bool = False) -> dict[str, Any]:
    """Return a paid order of a store that nothing has been done with yet, or that was sent."""
    wanted = "FULFILLED" if sent else "UNFULFILLED"
    for order in (await user.asks(ORDERS, stores=[store]))["orders"]["nodes"]:
        order["lines"] = [line for line in order["lines"] if line["requiresShipping"] is not False]
        fits = units <= sum(line["quantity"] for line in order["lines"]) < 50
        if fits and (order["paymentStatus"], order["fulfilmentStatus"]) == ("PAID", wanted) and order["status"] != "CANCELLED":
            found = (await user.asks(ORDER, id=order["id"]))["order"]
            if not found["refunds"] and (sent or not found["shipments"]):
                return {**order, "store": store}
    raise AssertionError(f"{store} has no such order")


async def a_level(user: User, store: str) -> dict[str, Any]:
    rows = (await user.asks(LEVELS, stores=[store]))["inventoryLevels"]["nodes"]
    return next(row for row in rows if row["tracked"] and row["available"] is not None and row["variant"]["price"])


def parcel(order: dict[str, Any], number: str, *lines: tuple[str, int]) -> dict[str, Any]:
    contents = [{"lineId": line, "quantity": quantity} for line, quantity in lines]
    return {"orderId": order["id"], "lines": contents, "tracking": {"number": number, "company": "UPS"}}


@SHOPS
async def test_a_warehouse_sends_an_order_in_two_parcels(merchant: User, market: World, store: str) -> None:
    order = await an_order(merchant, store, units=2)
    units = [line["platformId"] for line in order["lines"] for _ in range(line["quantity"])]
    first, others = units[:1], units[1:]
    one = await done(merchant, market, Op.SHIPMENT_CREATE, parcel(order, "1Z0000000001", *Counter(first).items()))
    half = (await merchant.asks(ORDER, id=order["id"]))["order"]
    await done(merchant, market, Op.SHIPMENT_CREATE, parcel(order, "1Z0000000002", *Counter(others).items()))
    whole = (await merchant.asks(ORDER, id=order["id"]))["order"]
    change = {"shipmentId": one["effect"]["entityId"], "tracking": {"number": "1Z0000000003", "company": "UPS"}}
    await done(merchant, market, Op.SHIPMENT_UPDATE, change)
    mended = (await merchant.asks(ORDER, id=order["id"]))["order"]

    assert ["1Z0000000001"] == numbers(half)
    assert "FULFILLED" != half["fulfilmentStatus"]
    assert ["1Z0000000001", "1Z0000000002"] == numbers(whole)
    assert "FULFILLED" == whole["fulfilmentStatus"]
    assert ["1Z0000000002", "1Z0000000003"] == numbers(mended)


def numbers(order: dict[str, Any]) -> list[str]:
    return sorted({each["number"] for shipment in order["shipments"] for each in shipment["tracking"]})


@SHOPS
async def test_an_order_desk_calls_off_one_order_and_pays_back_a_part_of_another(merchant: User, market: World, store: str) -> None:
    unwanted = await an_order(merchant, store)
    await done(merchant, market, Op.ORDER_CANCEL, {"orderId": unwanted["id"], "reason": "CUSTOMER"})
    returned = await an_order(merchant, store, sent=True)
    back = {"orderId": returned["id"], "lines": [{"lineId": returned["lines"][0]["platformId"], "quantity": 1}], "reason": "DAMAGED"}
    receipt = await done(merchant, market, Op.REFUND_CREATE, back)
    found = (await merchant.asks(ORDER, id=returned["id"]))["order"]

    assert "CANCELLED" == (await merchant.asks(ORDER, id=unwanted["id"]))["order"]["status"]
    assert Key.decode(receipt["effect"]["entityId"]).kind is Kind.REFUND
    assert 1 == len(found["refunds"])
    assert Decimal(found["totals"]["refunded"]["amount"]) == Decimal(found["refunds"][0]["amount"]["amount"]) > 0


@SHOPS
async def test_a_catalogue_makes_changes_and_deletes_a_product(merchant: User, market: World, store: str) -> None:
    sizes = [{"sku": f"TEE-{size}", "price": "19.90", "options": [{"name": "Size", "value": size}]} for size in ("S", "M")]
    item = {"store": store, "title": "Tee", "options": [{"name": "Size", "values": ["S", "M"]}], "variants": sizes}
    product = (await done(merchant, market, Op.PRODUCT_CREATE, item))["effect"]["entityId"]
    made = (await merchant.asks(PRODUCT, id=product))["product"]
    large = {"productId": product, "sku": "TEE-L", "price": "21.90", "options": [{"name": "Size", "value": "L"}]}
    added = (await done(merchant, market, Op.VARIANT_CREATE, large))["effect"]["entityId"]
    await done(merchant, market, Op.VARIANT_UPDATE, {"variantId": added, "sku": "TEE-XL"})
    price = {"variantId": added, "price": {"amount": "23.45", "currencyCode": "USD"}}
    await done(merchant, market, Op.PRICE_SET, price)
    await done(merchant, market, Op.PRODUCT_UPDATE, {"productId": product, "title": "Best tee"})
    changed = (await merchant.asks(PRODUCT, id=product))["product"]
    await done(merchant, market, Op.VARIANT_DELETE, {"variantId": added})
    fewer = (await merchant.asks(PRODUCT, id=product))["product"]
    await done(merchant, market, Op.PRODUCT_DELETE, {"productId": product})

    assert ("Tee", {"TEE-S": "19.9", "TEE-M": "19.9"}) == (made["title"], prices(made))
    assert ("Best tee", {"TEE-S": "19.9", "TEE-M": "19.9", "TEE-XL": "23.45"}) == (changed["title"], prices(changed))
    assert {"TEE-S", "TEE-M"} == set(prices(fewer))
    assert None is (await merchant.asks(PRODUCT, id=product))["product"]


def prices(product: dict[str, Any]) -> dict[str, str]:
    return {each["sku"]: str(Decimal(each["price"]["amount"]).normalize()) for each in product["variants"]}


async def test_a_stock_sync_that_is_sent_twice_is_done_once(merchant: User, market: World) -> None:
    levels = [await a_level(merchant, store) for store in ("shopify-one", "shopify-two", "woocommerce-one", "woocommerce-two")]
    items = [{"inventoryLevelId": level["id"], "available": level["available"] + 5} for level in levels]
    first = await merchant.writes(Op.INVENTORY_SET, *items, key="sync-7")
    await market.settle()
    second = await merchant.writes(Op.INVENTORY_SET, *items, key="sync-7")
    await market.settle()
    other = await merchant.writes(Op.INVENTORY_SET, *items[:2], key="sync-7")

    assert [each["id"] for each in first["receipts"]] == [each["id"] for each in second["receipts"]]
    assert ["DONE"] * 4 == [each["state"] for each in second["receipts"]]
    assert 4 == len(market.effects())
    assert ([], "IDEMPOTENCY_MISMATCH") == (other["receipts"], other["userErrors"][0]["code"])
    read = [(await merchant.asks(LEVEL, id=level["id"]))["inventoryLevel"]["available"] for level in levels]
    assert [level["available"] + 5 for level in levels] == read


async def test_two_tenants_may_use_one_idempotency_key(merchant: User, market: World) -> None:
    acme = User(merchant.http, "cgk_acme_writer")
    level = await a_level(acme, "shopify-one")
    item = {"inventoryLevelId": level["id"], "available": level["available"] + 1}
    payloads = [await each.writes(Op.INVENTORY_SET, item, key="daily") for each in (acme, merchant)]

    assert [[], []] == [payload["userErrors"] for payload in payloads]
    assert 2 == len({payload["receipts"][0]["id"] for payload in payloads})


async def test_a_preview_tells_what_would_happen_and_does_nothing(merchant: User, market: World) -> None:
    level = await a_level(merchant, "shopify-one")
    await merchant.asks(LEVEL, id=level["id"])
    wrong = {"inventoryLevelId": level["id"], "available": -1}
    payload = await merchant.writes(Op.INVENTORY_SET, {"inventoryLevelId": level["id"], "available": 3}, wrong, preview=True)
    await market.settle()

    (preview,) = payload["previews"]
    assert ([], ["items", "0"], "shopify-one") == (payload["receipts"], preview["path"], preview["store"]["name"])
    effect = {"entityId": level["id"], "before": {"available": level["available"]}, "after": {"available": 3}}
    assert effect == preview["effect"]
    assert ["QUANTITY_INVALID"] == [error["code"] for error in payload["userErrors"]]
    assert ({}, []) == (await market.receipts(), market.effects())


async def test_a_parked_write_is_changed_and_tried_again(merchant: User, market: World) -> None:
    level = await a_level(merchant, "woocommerce-one")
    market.fail("woocommerce-one", status=500)
    parked = await outcome(merchant, market, Op.INVENTORY_SET, {"inventoryLevelId": level["id"], "available": 8})
    market.forget()
    wrong = await merchant.asks(
        EDIT, id=parked["id"], item={"priceSet": {"variantId": level["variant"]["id"], "price": level_price(level)}}
    )
    edited = await merchant.asks(EDIT, id=parked["id"], item={"inventorySet": {"inventoryLevelId": level["id"], "available": 9}})
    receipt = (await market.settle())[parked["id"]]
    again = await merchant.asks(EDIT, id=parked["id"], item={"inventorySet": {"inventoryLevelId": level["id"], "available": 1}})

    assert ("NEEDS_INTERVENTION", "TRANSIENT") == (parked["state"], parked["category"])
    assert ["REQUIRED"] == [error["code"] for error in wrong["writeEdit"]["userErrors"]]
    assert [] == edited["writeEdit"]["userErrors"]
    assert "DONE" == receipt["state"]
    assert 9 == (await merchant.asks(LEVEL, id=level["id"]))["inventoryLevel"]["available"]
    assert ["BUSY"] == [error["code"] for error in again["writeEdit"]["userErrors"]]


def level_price(level: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = level["variant"]["price"]
    return found


async def test_support_may_look_after_writes_and_make_none(merchant: User, market: World) -> None:
    support, level = User(merchant.http, "cgk_support"), await a_level(merchant, "woocommerce-one")
    item = {"inventoryLevelId": level["id"], "available": 8}
    market.fail("woocommerce-one", status=500)
    first, second = [await outcome(merchant, market, Op.INVENTORY_SET, {**item, "available": units}) for units in (8, 9)]
    market.forget()
    code, _ = await support.is_refused("mutation($i: [InventorySetInput!]!) { inventorySet(items: $i) { receipts { id } } }", i=[item])
    retried = await support.asks(RETRY, ids=[first["id"]])
    cancelled = await support.asks(CANCEL, ids=[second["id"]])
    receipts = await market.settle()

    assert "FORBIDDEN" == code
    assert ([], []) == (retried["writeRetry"]["userErrors"], cancelled["writeCancel"]["userErrors"])
    assert ("DONE", "CANCELLED") == (receipts[first["id"]]["state"], receipts[second["id"]]["state"])
