"""What the local Walmart promises of writes to orders: accepting, shipping, putting tracking right, cancelling."""

import json
from typing import Any

import httpx
import jsonschema
import pytest

from tests.platforms.walmart.market import NOW, Json, Market, described, entry_of, lines_of, parts_of, store
from tests.support.shared import shared

CONTENT = "INVALID_REQUEST_CONTENT.GMP_ORDER_API"
SKU, SECOND = "THR-0000", "TRA-0009"
SECONDS = int(NOW.timestamp())
OUT_OF_STOCK, PRICING = "SELLER_CANCEL_OUT_OF_STOCK", "SELLER_CANCEL_PRICING_ERROR"
BY_CUSTOMER = "CUSTOMER_REQUESTED_SELLER_TO_CANCEL"


async def a_shop(**options: Any) -> Market:
    there = Market(store(**options))
    await there.sign_in()
    return there


async def an_order(there: Market, status: str = "Acknowledged", lines: Any = ((SKU, 3), (SECOND, 1)), **fields: Any) -> str:
    """Return the id of an order of the last minute, whose lines are numbered from 1 on."""
    while True:
        order = await there.rows("insert", "order", lines=lines, created="2026-11-20T17:59:00Z", **fields)
        if lines_of(await read(there, order))[0]["lineNumber"] == "1":
            await there.rows("touch", "order", order, status=status)
            return order
        await there.rows("delete", "order", order)


async def read(there: Market, order: str) -> Json:
    return (await there.get(f"orders/{order}"))["order"]


async def write(there: Market, order: str, what: str, body: Any = None) -> httpx.Response:
    return await there.client.post(f"/v3/orders/{order}/{what}", json=body)


def parcel(count: str = "1", number: str = "Z1", **change: Any) -> Json:
    carrier = {"carrierName": {"carrier": "UPS"}, "methodCode": "Standard", "trackingNumber": number}
    return {
        "status": "Shipped",
        "statusQuantity": {"unitOfMeasurement": "EACH", "amount": count},
        "trackingInfo": {"shipDateTime": SECONDS * 1000, **carrier, **change},
    }


def shipment(*lines: tuple[str, Json], mode: str = "", **fields: Any) -> Json:
    rows = [
        {"lineNumber": number, "sellerOrderId": "S-1", "orderLineStatuses": {"orderLineStatus": [part]}, **fields} for number, part in lines
    ]
    return {"orderShipment": {"orderLines": {"orderLine": rows}, **({"processMode": mode} if mode else {})}}


def cancellation(number: str, count: str, reason: str = PRICING) -> Json:
    part = {"status": "Cancelled", "cancellationReason": reason, "statusQuantity": {"unitOfMeasurement": "EACH", "amount": count}}
    return {"orderCancellation": {"orderLines": {"orderLine": [{"lineNumber": number, "orderLineStatuses": {"orderLineStatus": [part]}}]}}}


def effects(there: Market) -> list[tuple[str, str, Any]]:
    return [(each.what, each.entity, each.value) for each in there.control.effects]


def said(answer: httpx.Response) -> tuple[int, str, str]:
    entry = entry_of(answer.json())
    return answer.status_code, entry["code"], entry["description"]


def counts(order: Json, line: int = 0) -> dict[str, int]:
    statuses = lines_of(order)[line]["orderLineStatuses"]["orderLineStatus"]
    return {part["status"]: int(part["statusQuantity"]["amount"]) for part in statuses}


async def stock(there: Market, sku: str) -> tuple[int, int, int]:
    node = (await there.get(f"inventories/{sku}"))["nodes"][0]
    return node["inputQty"]["amount"], node["reservedQty"]["amount"], node["availToSellQty"]["amount"]


@pytest.mark.parametrize("status", ["Shipped", "Delivered", "Cancelled", "partly"])
async def test_what_went_further_can_not_be_acknowledged(status: str) -> None:
    seen = json.loads(shared("walmart", "examples", "error_400_ack_conflict_response.json").read_text())
    there = await a_shop()
    order = await an_order(there, status)

    answer = await write(there, order, "acknowledge")

    assert (seen["_http"]["status"], seen["body"]) == (answer.status_code, answer.json())
    assert not effects(there)


async def test_an_acknowledged_order_can_be_acknowledged_again_to_no_effect() -> None:
    there = await a_shop()
    order = await an_order(there, "Created")
    await there.pass_time(60)

    first = await write(there, order, "acknowledge")
    await there.pass_time(60)
    second = await write(there, order, "acknowledge")

    assert (200, first.json()) == (second.status_code, second.json())
    assert {"Acknowledged"} == {part["status"] for part in parts_of(first.json()["order"])}
    assert {(SECONDS + 60) * 1000} == {line["statusDate"] for line in lines_of(first.json()["order"])}
    assert [("order.acknowledge", order, None)] == effects(there)
    assert order in {row["purchaseOrderId"] for row in await there.orders(lastModifiedStartDate="2026-11-20T18:01:00Z")}
    assert order not in {row["purchaseOrderId"] for row in await there.orders(lastModifiedStartDate="2026-11-20T18:01:01Z")}


@pytest.mark.parametrize(
    ("what", "body"), [("acknowledge", None), ("shipping", shipment(("1", parcel()))), ("cancel", cancellation("1", "1"))]
)
@pytest.mark.parametrize("kind", ["WFSFulfilled", "3PLFulfilled"])
async def test_what_others_fulfil_is_not_the_sellers_to_change(what: str, body: Any, kind: str) -> None:
    there = await a_shop()
    order = await an_order(there, ship_node_type=kind)

    assert (400, CONTENT) == said(await write(there, order, what, body))[:2]
    assert not effects(there)


@pytest.mark.parametrize("what", ["acknowledge", "shipping", "cancel", "refund"])
async def test_an_order_nobody_has_can_not_be_written_to(what: str) -> None:
    there = await a_shop()

    assert (404, "CONTENT_NOT_FOUND.GMP_ORDER_API") == said(await write(there, "1", what, {}))[:2]


@pytest.mark.parametrize("scope", ["view_only", "no_access"])
async def test_a_key_that_may_only_look_writes_nothing(scope: str) -> None:
    there = await a_shop(scopes={"orders": scope})

    assert (403, "FORBIDDEN.GMP_GATEWAY_API") == said(await write(there, "1", "acknowledge"))[:2]


async def test_some_pieces_of_a_line_are_shipped_and_the_rest_waits() -> None:
    there = await a_shop()
    order = await an_order(there)
    await there.rows("touch", "inventory", SKU, quantity=50)
    before = await stock(there, SKU)

    answer = await write(there, order, "shipping", shipment(("1", parcel("2")), ("2", parcel("1"))))

    shown = answer.json()["order"]
    assert ({"Acknowledged": 1, "Shipped": 2}, {"Shipped": 1}) == (counts(shown), counts(shown, 1))
    assert {"Z1"} == {part["trackingInfo"]["trackingNumber"] for part in parts_of(shown) if "trackingInfo" in part}
    assert {"S-1"} == {line["sellerOrderId"] for line in lines_of(shown)}
    assert [("shipment.create", order, "Z1")] == effects(there)
    assert (before[0] - 2, before[1] - 2, before[2]) == await stock(there, SKU)
    assert shown == await read(there, order)
    jsonschema.validate(answer.json(), described("orders", "get", "/v3/orders/{purchaseOrderId}"))


async def test_two_parcels_of_one_line_are_two_effects() -> None:
    there = await a_shop()
    order = await an_order(there)
    body = shipment(
        ("1", parcel("1", "Z1")), ("1", parcel("2", "Z2", carrierName={"otherCarrier": "Mule"}, trackingURL="https://m.test/2"))
    )

    shown = (await write(there, order, "shipping", body)).json()["order"]

    assert ["Z1", "Z2"] == [part["trackingInfo"]["trackingNumber"] for part in lines_of(shown)[0]["orderLineStatuses"]["orderLineStatus"]]
    assert [("shipment.create", order, "Z1"), ("shipment.create", order, "Z2")] == effects(there)


async def test_more_than_waits_is_not_shipped_and_nothing_else_of_the_request_is() -> None:
    seen = json.loads(shared("walmart", "examples", "error_400_overship_response.json").read_text())
    there = await a_shop()
    order = await an_order(there)
    before = await read(there, order)

    answer = await write(there, order, "shipping", shipment(("2", parcel("1")), ("1", parcel("4"))))

    assert (seen["_http"]["status"], seen["body"]) == (answer.status_code, answer.json())
    assert before == await read(there, order)
    assert not effects(there)


@pytest.mark.parametrize(
    ("status", "words"),
    [("Created", "is in CREATED status"), ("Shipped", "is in SHIPPED status"), ("Cancelled", "is already cancelled")],
)
async def test_a_line_is_shipped_only_when_it_was_accepted_and_waits(status: str, words: str) -> None:
    there = await a_shop()
    order = await an_order(there, status)

    answer = await write(there, order, "shipping", shipment(("1", parcel())))

    assert (400, CONTENT, f"Unable to process: line 1 of the PO {words}") == said(answer)


async def test_shipping_against_the_buyers_wish_needs_an_override() -> None:
    there = await a_shop()
    order = await an_order(there, "unwanted")

    refused = await write(there, order, "shipping", shipment(("1", parcel("3"))))
    overridden = await write(there, order, "shipping", shipment(("1", parcel("3")), intentToCancelOverride=True))

    assert (400, CONTENT) == said(refused)[:2]
    assert "intentToCancelOverride" in said(refused)[2]
    assert {"Shipped": 3} == counts(overridden.json()["order"])


@pytest.mark.parametrize(
    "body",
    [
        {},
        shipment(("9", parcel())),
        shipment(("1", parcel("0"))),
        shipment(("1", parcel("-1"))),
        shipment(("1", parcel("one"))),
        shipment(("1", {**parcel(), "statusQuantity": {"unitOfMeasurement": "EACH", "amount": 1}})),
        shipment(("1", {**parcel(), "status": "Delivered"})),
        shipment(("1", parcel(carrierName={"carrier": "Mule"}))),
        shipment(("1", parcel(carrierName={"otherCarrier": "Mule"}))),
        shipment(("1", parcel(carrierName={"carrier": "UPS", "otherCarrier": "Mule"}))),
        shipment(("1", parcel(methodCode="Slow"))),
        shipment(("1", parcel(number=""))),
        shipment(("1", parcel(shipDateTime="2026-11-20T18:00:00Z"))),
        shipment(("1", parcel()), sellerOrderId="S" * 31),
        shipment(("1", parcel()), mode="REPLACE"),
        shipment(("1", parcel()), mode="PARTIAL_UPDATE"),
    ],
)
async def test_a_shipment_that_is_not_as_it_must_be_is_refused(body: Json) -> None:
    there = await a_shop()
    order = await an_order(there)

    assert (400, CONTENT) == said(await write(there, order, "shipping", body))[:2]
    assert not effects(there)


async def test_a_body_that_is_no_json_is_refused_and_another_content_type_is_a_system_error() -> None:
    there = await a_shop()
    order = await an_order(there)
    path, json_type = f"/v3/orders/{order}/shipping", {"content-type": "application/json"}

    broken = await there.client.post(path, content=b"{", headers=json_type)
    other = await there.client.post(path, content=b"{}", headers={"content-type": "text/plain"})

    assert (400, "MALFORMED_REQUEST_CONTENT.GMP_ORDER_API") == said(broken)[:2]
    assert (500, "SYSTEM_ERROR.GMP_ORDER_API") == said(other)[:2]


async def test_an_order_of_more_than_thirty_days_is_not_shipped() -> None:
    there = await a_shop()
    order = await an_order(there)
    await there.rows("touch", "order", order, created="2026-10-20T17:00:00Z")

    assert (400, CONTENT) == said(await write(there, order, "shipping", shipment(("1", parcel()))))[:2]


async def test_tracking_can_be_put_right_for_four_hours() -> None:
    there = await a_shop()
    order = await an_order(there)
    await write(there, order, "shipping", shipment(("1", parcel("3"))))
    there.control.effects.clear()
    fix = {**parcel("3", "Z9"), "currentTrackingInfo": {"trackingNumber": "Z1"}}

    wrong = await write(
        there, order, "shipping", shipment(("1", {**fix, "currentTrackingInfo": {"trackingNumber": "Z7"}}), mode="PARTIAL_UPDATE")
    )
    fixed = await write(there, order, "shipping", shipment(("1", fix), mode="PARTIAL_UPDATE"))
    await there.pass_time(4 * 3600 + 1)
    await there.sign_in()
    again = {**parcel("3", "Z8"), "currentTrackingInfo": {"trackingNumber": "Z9"}}
    late = await write(there, order, "shipping", shipment(("1", again), mode="PARTIAL_UPDATE"))

    assert [400, 200, 400] == [answer.status_code for answer in (wrong, fixed, late)]
    assert ["Z9"] == [part["trackingInfo"]["trackingNumber"] for part in parts_of(fixed.json()["order"]) if "trackingInfo" in part]
    assert [("shipment.update", order, "Z9")] == effects(there)


async def test_some_pieces_are_cancelled_and_can_be_sold_again() -> None:
    there = await a_shop()
    order = await an_order(there, "Created")
    await there.rows("touch", "inventory", SKU, quantity=50)
    before = await stock(there, SKU)

    shown = (await write(there, order, "cancel", cancellation("1", "2"))).json()["order"]

    assert {"Created": 1, "Cancelled": 2} == counts(shown)
    assert PRICING in {part.get("cancellationReason") for part in parts_of(shown)}
    assert (before[0], before[1] - 2, before[2] + 2) == await stock(there, SKU)
    assert [("order.cancel", order, {"1": 2})] == effects(there)


async def test_what_is_out_of_stock_is_so_for_everybody() -> None:
    there = await a_shop()
    order = await an_order(there)
    await there.rows("touch", "inventory", SKU, quantity=50)

    await write(there, order, "cancel", cancellation("1", "1", OUT_OF_STOCK))

    assert (0, 0, 0) == await stock(there, SKU)
    assert ["order.cancel"] == [what for what, _, _ in effects(there)]


@pytest.mark.parametrize(
    ("status", "number", "count", "reason", "words"),
    [
        ("Shipped", "1", "1", PRICING, "is in SHIPPED status"),
        ("Cancelled", "1", "1", PRICING, "is already cancelled"),
        ("Acknowledged", "1", "4", PRICING, "exceeds the remaining quantity"),
        ("Acknowledged", "1", "1", BY_CUSTOMER, "intent to cancel"),
        ("Acknowledged", "9", "1", PRICING, "Line 9"),
        ("Acknowledged", "1", "1", "BORED", "cancellationReason"),
        ("Acknowledged", "1", "0", PRICING, "amount"),
    ],
)
async def test_what_can_not_be_cancelled_says_why(status: str, number: str, count: str, reason: str, words: str) -> None:
    there = await a_shop()
    order = await an_order(there, status)

    answer = await write(there, order, "cancel", cancellation(number, count, reason))

    assert (400, CONTENT) == said(answer)[:2]
    assert words in said(answer)[2]
    assert not effects(there)


async def test_the_buyers_own_wish_is_a_reason_where_there_is_one() -> None:
    there = await a_shop()
    order = await an_order(there, "unwanted")

    shown = (await write(there, order, "cancel", cancellation("1", "3", BY_CUSTOMER))).json()["order"]

    assert {"Cancelled": 3} == counts(shown)


async def test_what_was_written_to_is_still_cancelled_by_the_clock() -> None:
    there = await a_shop()
    order = await an_order(there)
    await write(there, order, "shipping", shipment(("1", parcel("1"))))
    await there.pass_time(9 * 86_400)
    await there.sign_in()

    shown = await read(there, order)

    assert ({"Cancelled": 2, "Shipped": 1}, {"Cancelled": 1}) == (counts(shown), counts(shown, 1))


async def test_the_first_write_to_an_order_changes_nothing_else_of_it() -> None:
    there = await a_shop()
    before = next(order for order in await there.orders() if {"Shipped", "Acknowledged"} <= {part["status"] for part in parts_of(order)})
    waiting = next(line for line in lines_of(before) if "Acknowledged" in str(line["orderLineStatuses"]))
    others = [line for line in lines_of(before) if line is not waiting]

    answer = await write(there, before["purchaseOrderId"], "cancel", cancellation(waiting["lineNumber"], "1"))

    after = answer.json()["order"]
    assert others == [line for line in lines_of(after) if line["lineNumber"] != waiting["lineNumber"]]
    assert {**before, "orderLines": 0} == {**after, "orderLines": 0}
