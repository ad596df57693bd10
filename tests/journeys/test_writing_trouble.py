"""Stories of writes that can't be: every kind of bad input, and keys that may not write, with a code and a sentence each."""

from typing import Any

import pytest

from schema.commands import WriteOperation as Op
from schema.keys import Key, Kind
from tests.journeys.conftest import User
from tests.journeys.test_writing import CANCEL, EDIT, RETRY, SHOPS, a_level, an_order, done, parcel, refused
from tests.support.world import World

SET = "mutation($items: [InventorySetInput!]!) { inventorySet(items: $items) { receipts { id } userErrors { code path } } }"
SHIPMENT = Key(Kind.SHIPMENT, "shopify-one", "1").encode()
VARIANT = Key(Kind.VARIANT, "shopify-one", "1").encode()
LEVEL = Key(Kind.INVENTORY_LEVEL, "shopify-one", "1").encode()
ORDER = Key(Kind.ORDER, "shopify-one", "1").encode()


def usd(amount: str, currency: str = "USD") -> dict[str, str]:
    return {"amount": amount, "currencyCode": currency}


@pytest.mark.parametrize(
    ("operation", "item", "code", "path"),
    [
        (Op.PRODUCT_CREATE, {"store": "nowhere", "title": "T"}, "STORE_UNKNOWN", ["store"]),
        (Op.PRODUCT_CREATE, {"store": "shopify-one", "title": " "}, "REQUIRED", ["title"]),
        (Op.PRODUCT_CREATE, {"store": "shopify-one", "title": "T" * 256}, "TEXT_TOO_LONG", ["title"]),
        (
            Op.PRODUCT_CREATE,
            {"store": "shopify-one", "title": "T", "variants": [{"price": "1.2345"}]},
            "MONEY_INVALID",
            ["variants", "0", "price"],
        ),
        (Op.INVENTORY_SET, {"inventoryLevelId": "nonsense", "available": 1}, "ID_INVALID", ["inventoryLevelId"]),
        (Op.INVENTORY_SET, {"inventoryLevelId": VARIANT, "available": 1}, "ID_INVALID", ["inventoryLevelId"]),
        (Op.INVENTORY_SET, {"inventoryLevelId": LEVEL, "available": -1}, "QUANTITY_INVALID", ["available"]),
        (Op.INVENTORY_SET, {"inventoryLevelId": LEVEL, "available": 1_000_000_001}, "QUANTITY_INVALID", ["available"]),
        (Op.INVENTORY_ADJUST, {"inventoryLevelId": LEVEL, "delta": 0}, "QUANTITY_INVALID", ["delta"]),
        (Op.PRICE_SET, {"variantId": VARIANT, "price": usd("1.234")}, "MONEY_INVALID", ["price", "amount"]),
        (Op.PRICE_SET, {"variantId": VARIANT, "price": usd("-1.00")}, "MONEY_INVALID", ["price", "amount"]),
        (Op.PRICE_SET, {"variantId": VARIANT, "price": usd("1000000000000")}, "MONEY_INVALID", ["price", "amount"]),
        (Op.PRICE_SET, {"variantId": VARIANT, "price": usd("1.50", "JPY")}, "MONEY_INVALID", ["price", "amount"]),
        (Op.PRICE_SET, {"variantId": VARIANT, "price": usd("1.00", "dollars")}, "CURRENCY", ["price", "currencyCode"]),
        (Op.SHIPMENT_CREATE, {"orderId": ORDER, "lines": [{"lineId": "1", "quantity": 0}]}, "QUANTITY_INVALID", ["lines", "0", "quantity"]),
        (Op.SHIPMENT_CREATE, {"orderId": ORDER, "lines": [{"lineId": "1", "quantity": 1}] * 2}, "REPEATED", ["lines"]),
        (Op.SHIPMENT_UPDATE, {"shipmentId": SHIPMENT, "tracking": {}}, "REQUIRED", ["tracking", "number"]),
        (Op.REFUND_CREATE, {"orderId": ORDER, "amount": usd("0")}, "MONEY_INVALID", ["amount", "amount"]),
        (Op.REFUND_CREATE, {"orderId": ORDER, "shipping": {}}, "REQUIRED", ["shipping"]),
        (Op.ORDER_UPDATE, {"orderId": ORDER}, "REQUIRED", []),
        (Op.CUSTOMER_CREATE, {"store": "shopify-one", "note": "N"}, "REQUIRED", ["email"]),
        (Op.CUSTOMER_CREATE, {"store": "shopify-one", "email": "nobody"}, "EMAIL_INVALID", ["email"]),
        (Op.ORDER_ACKNOWLEDGE, {"orderId": ORDER}, "UNSUPPORTED", []),
    ],
)
async def test_what_is_wrong_with_an_item_is_told_with_its_place(
    merchant: User, market: World, operation: Op, item: dict[str, Any], code: str, path: list[str]
) -> None:
    payload = await merchant.writes(operation, item)

    (error,) = payload["userErrors"]
    assert ([], code, ["items", "0", *path]) == (payload["receipts"], error["code"], error["path"])
    assert len(error["message"]) > 15


async def test_a_list_has_one_to_two_hundred_and_fifty_items(merchant: User, market: World) -> None:
    level = await a_level(merchant, "shopify-one")
    item = {"inventoryLevelId": level["id"], "available": 1}
    empty, full, over = [await merchant.writes(Op.INVENTORY_SET, *[item] * count) for count in (0, 250, 251)]

    assert [("EMPTY_LIST", ["items"])] == [(error["code"], error["path"]) for error in empty["userErrors"]]
    assert (250, []) == (len(full["receipts"]), full["userErrors"])
    assert ([], "TOO_MANY_ITEMS") == (over["receipts"], over["userErrors"][0]["code"])


async def test_a_wrong_item_leaves_the_others_of_its_mutation_alone(merchant: User, market: World) -> None:
    level = await a_level(merchant, "shopify-one")
    good, bad = {"inventoryLevelId": level["id"], "available": 11}, {"inventoryLevelId": "x", "available": 1}
    payload = await merchant.writes(Op.INVENTORY_SET, bad, good, bad)
    receipts = await market.settle()

    assert [["items", "0"], ["items", "2"]] == [error["path"][:2] for error in payload["userErrors"]]
    assert ["DONE"] == [receipt["state"] for receipt in receipts.values()]


@pytest.mark.parametrize("key", ["", "k" * 201])
async def test_an_idempotency_key_has_a_length(merchant: User, market: World, key: str) -> None:
    payload = await merchant.writes(Op.INVENTORY_SET, {"inventoryLevelId": LEVEL, "available": 1}, key=key)

    assert [("KEY_INVALID", ["idempotencyKey"])] == [(error["code"], error["path"]) for error in payload["userErrors"]]


@SHOPS
async def test_what_stands_in_the_shop_says_no(merchant: User, market: World, store: str) -> None:
    order, sent = await an_order(merchant, store), await an_order(merchant, store, sent=True)
    line = order["lines"][0]
    level = await a_level(merchant, store)
    above = {"orderId": sent["id"], "amount": usd("99999999.00", sent["currencyCode"])}
    found = [
        await refused(merchant, market, Op.SHIPMENT_CREATE, parcel(order, "1Z1", (line["platformId"], line["quantity"] + 1))),
        await refused(merchant, market, Op.SHIPMENT_CREATE, parcel(order, "1Z1", ("nothing", 1))),
        await refused(merchant, market, Op.REFUND_CREATE, above),
        await refused(merchant, market, Op.REFUND_CREATE, {**above, "amount": usd("1.00", "CHF")}),
        await refused(merchant, market, Op.PRICE_SET, {"variantId": level["variant"]["id"], "price": usd("1.00", "CHF")}),
    ]
    nothing = market.effects()
    await done(merchant, market, Op.ORDER_CANCEL, {"orderId": order["id"]})
    found.append(await refused(merchant, market, Op.ORDER_CANCEL, {"orderId": order["id"]}))
    closed = await refused(merchant, market, Op.SHIPMENT_CREATE, parcel(order, "1Z1", (line["platformId"], line["quantity"])))

    assert ["OVER_SHIPPED", "LINE_UNKNOWN", "OVER_REFUNDED", "CURRENCY", "CURRENCY", "ALREADY_CANCELLED"] == found
    assert [] == nothing
    assert "ORDER_CLOSED" == closed


@SHOPS
async def test_what_is_not_there_can_not_be_changed(merchant: User, market: World, store: str) -> None:
    level = await a_level(merchant, store)
    known = Key.decode(level["id"])
    gone = Key(known.kind, store, "".join("9" if each.isdigit() else each for each in known.id)).encode()

    assert await refused(merchant, market, Op.INVENTORY_SET, {"inventoryLevelId": gone, "available": 1})
    assert [] == market.effects()


async def test_another_tenants_entities_and_receipts_do_not_exist(merchant: User, market: World) -> None:
    acme = User(merchant.http, "cgk_acme_writer")
    foreign = await a_level(merchant, "shopify-two")
    item = {"inventoryLevelId": foreign["id"], "available": 1}
    payload = await acme.writes(Op.INVENTORY_SET, item)
    made = await acme.writes(Op.PRODUCT_CREATE, {"store": "shopify-two", "title": "T"})
    theirs = (await merchant.writes(Op.INVENTORY_SET, item))["receipts"][0]["id"]
    tended = [await acme.asks(text, ids=[theirs]) for text in (RETRY, CANCEL)]
    edited = await acme.asks(EDIT, id=theirs, item={"inventorySet": item})
    held = await acme.asks('mutation { laneHold(store: "shopify-two") { holds { kind } userErrors { code } } }')

    assert ["NOT_FOUND"] == [error["code"] for error in payload["userErrors"]]
    assert ["STORE_UNKNOWN"] == [error["code"] for error in made["userErrors"]]
    assert [["NOT_FOUND"]] * 2 == [[error["code"] for error in next(iter(each.values()))["userErrors"]] for each in tended]
    assert ["NOT_FOUND"] == [error["code"] for error in edited["writeEdit"]["userErrors"]]
    assert {"holds": [], "userErrors": [{"code": "STORE_UNKNOWN"}]} == held["laneHold"]
    assert None is (await acme.asks("query($id: ID!) { receipt(id: $id) { id } }", id=theirs))["receipt"]
    assert [] == (await acme.asks("{ receipts { nodes { id } } }"))["receipts"]["nodes"]


async def test_a_key_that_may_only_read_writes_nothing(merchant: User, market: World) -> None:
    reader = User(merchant.http, "cgk_acme")
    level = await a_level(merchant, "shopify-one")
    refusals = [
        await reader.is_refused(SET, items=[{"inventoryLevelId": level["id"], "available": 1}]),
        await reader.is_refused(RETRY, ids=["x"]),
        await reader.is_refused(CANCEL, ids=["x"]),
        await reader.is_refused('mutation { laneHold(store: "shopify-one") { userErrors { code } } }'),
        await reader.is_refused('mutation { laneRelease(store: "shopify-one") { userErrors { code } } }'),
    ]

    assert {"FORBIDDEN"} == {code for code, _ in refusals}
    assert ({}, []) == (await market.receipts(), market.effects())


async def test_a_receipt_is_found_by_its_id_as_everything_else_is(merchant: User, market: World) -> None:
    level = await a_level(merchant, "shopify-one")
    payload = await merchant.writes(Op.INVENTORY_SET, {"inventoryLevelId": level["id"], "available": 6})
    receipt = payload["receipts"][0]["id"]

    assert receipt == (await merchant.asks("query($id: ID!) { receipt(id: $id) { id } }", id=receipt))["receipt"]["id"]
    assert receipt == (await merchant.asks("query($id: ID!) { node(id: $id) { id } }", id=receipt))["node"]["id"]
