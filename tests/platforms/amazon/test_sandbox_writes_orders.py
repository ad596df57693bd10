"""What the local Amazon promises of shipments that are confirmed: parcels, their limits, and what becomes of the order."""

from typing import Any

import httpx
import orjson
import pytest

from adapters.kit.sandbox import Fault
from tests.platforms.amazon.sandbox_seller import ALL_DATA, DE, EVER, ORDERS
from tests.platforms.amazon.test_sandbox_writes import Desk, desk
from tests.support.shared import shared

TEMPLATE = "/orders/v0/orders/{orderId}/shipmentConfirmation"
Row = dict[str, Any]


async def orders_of(there: Desk, status: str, party: str = "MERCHANT") -> list[Row]:
    """Return the orders of a kind, those with the most units first."""
    page = await there.get(ORDERS, **EVER, includedData=ALL_DATA, fulfillmentStatuses=status, fulfilledBy=party)
    return sorted(page["orders"], key=lambda order: -sum(item["quantityOrdered"] for item in order["orderItems"]))


async def order_of(there: Desk, order_id: str) -> Row:
    """Return an order with all its data."""
    row: Row = (await there.get(f"{ORDERS}/{order_id}", includedData=ALL_DATA))["order"]
    return row


def parcel(order: Row, units: dict[str, int] | None = None, reference: Any = "7", **more: Any) -> Row:
    """Return the body that ships units of an order, all of them when none are named."""
    named = units or {item["orderItemId"]: item["fulfillment"]["quantityUnfulfilled"] for item in order["orderItems"]}
    items = [{"orderItemId": item, "quantity": count} for item, count in named.items()]
    detail = {"packageReferenceId": reference, "carrierCode": "UPS", "shippingMethod": "Ground", "trackingNumber": "1Z1"}
    detail |= {"shipDate": "2026-11-20T11:00:00Z", "orderItems": items, **more}
    return {"marketplaceId": order["salesChannel"]["marketplaceId"], "packageDetail": detail}


async def confirm(there: Desk, order: Row, body: Row) -> httpx.Response:
    """Confirm a shipment of an order."""
    return await there.send("POST", TEMPLATE.lstrip("/").replace("{orderId}", order["orderId"]), body)


async def test_a_confirmed_shipment_ships_the_order() -> None:
    async with desk(lag_seconds=0) as there:
        order = (await orders_of(there, "UNSHIPPED"))[0]
        answer = await confirm(there, order, parcel(order))
        shipped = await order_of(there, order["orderId"])
        changed = await there.get(ORDERS, lastUpdatedAfter=shipped["lastUpdatedTime"])

    package = shipped["packages"][-1]
    assert (204, b"") == (answer.status_code, answer.content)
    assert "SHIPPED" == shipped["fulfillment"]["fulfillmentStatus"]
    assert ("7", "UPS", "Ground", "1Z1", "2026-11-20T11:00:00.000Z") == (
        *(package[name] for name in ("packageReferenceId", "carrier", "shippingService", "trackingNumber", "shipTime")),
    )
    assert {0} == {item["fulfillment"]["quantityUnfulfilled"] for item in shipped["orderItems"]}
    assert order["lastUpdatedTime"] < shipped["lastUpdatedTime"]
    assert [order["orderId"]] == [row["orderId"] for row in changed["orders"]]
    assert [("shipment.create", order["orderId"], "1Z1")] == there.effects()
    assert f"POST {TEMPLATE}" == there.done()[0].operation


async def test_an_order_is_shipped_line_by_line() -> None:
    async with desk() as there:
        order = next(order for order in await orders_of(there, "UNSHIPPED") if len(order["orderItems"]) > 1)
        statuses = []
        for number, item in enumerate(order["orderItems"], 11):
            await confirm(there, order, parcel(order, {item["orderItemId"]: item["quantityOrdered"]}, str(number)))
            statuses.append((await order_of(there, order["orderId"]))["fulfillment"]["fulfillmentStatus"])

    assert ["PARTIALLY_SHIPPED"] * (len(statuses) - 1) + ["SHIPPED"] == statuses
    assert [("shipment.create", order["orderId"], "1Z1")] * len(statuses) == there.effects()


async def test_the_same_reference_again_edits_the_parcel() -> None:
    async with desk() as there:
        order = (await orders_of(there, "UNSHIPPED"))[0]
        await confirm(there, order, parcel(order))
        answer = await confirm(there, order, parcel(order, carrierCode="Other", carrierName="Van of the Valley", trackingNumber="VV2"))
        shipped = await order_of(there, order["orderId"])

    mine = [package for package in shipped["packages"] if package["packageReferenceId"] == "7"]
    assert (204, [("Van of the Valley", "VV2")]) == (answer.status_code, [(row["carrier"], row["trackingNumber"]) for row in mine])
    assert ["shipment.create", "shipment.update"] == [what for what, _, _ in there.effects()]


async def test_a_parcel_of_old_can_be_edited_and_the_others_stay() -> None:
    async with desk() as there:
        order = next(row for row in await orders_of(there, "SHIPPED") if row["packages"][-1]["packageReferenceId"].isdecimal())
        old = order["packages"][-1]
        units = {item["orderItemId"]: item["quantity"] for item in old["packageItems"]}
        answer = await confirm(there, order, parcel(order, units, old["packageReferenceId"], trackingNumber="NEW9"))
        shipped = await order_of(there, order["orderId"])

    rest = [package for package in order["packages"] if package != old]
    assert (204, "NEW9") == (answer.status_code, shipped["packages"][-1]["trackingNumber"])
    assert rest == shipped["packages"][:-1]
    assert [("shipment.update", order["orderId"], "NEW9")] == there.effects()


async def test_a_label_that_waits_becomes_the_shipment() -> None:
    async with desk() as there:
        order = next(row for row in await orders_of(there, "UNSHIPPED") if row.get("packages"))
        reference = order["packages"][0]["packageReferenceId"]
        await confirm(there, order, parcel(order, reference=reference))
        shipped = await order_of(there, order["orderId"])

    assert ["PENDING"] == [package["packageStatus"]["status"] for package in order["packages"]]
    assert ["SHIPPED"] == [package["packageStatus"]["status"] for package in shipped["packages"]]
    assert ["shipment.create"] == [what for what, _, _ in there.effects()]


async def test_a_shipped_order_takes_no_other_parcel() -> None:
    wanted = orjson.loads(shared("amazon", "examples", "synthetic", "error.400.package_already_fulfilled.json").read_bytes())
    async with desk() as there:
        order = (await orders_of(there, "SHIPPED"))[0]
        answer = await confirm(there, order, parcel(order, {order["orderItems"][0]["orderItemId"]: 1}, "99"))

    assert (400, wanted["response"], []) == (answer.status_code, answer.json(), there.effects())


@pytest.mark.parametrize(
    ("more", "example"),
    [
        ({"reference": "PKG-1"}, "error.400.package_reference"),
        ({"reference": "0"}, "error.400.package_reference"),
        ({"units": {"00000000000001": 1}}, "error.400.order_item_id"),
    ],
)
async def test_a_parcel_is_refused_in_the_documented_words(more: Row, example: str) -> None:
    wanted = orjson.loads(shared("amazon", "examples", "synthetic", f"{example}.json").read_bytes())
    async with desk() as there:
        order = (await orders_of(there, "UNSHIPPED"))[0]
        answer = await confirm(there, order, parcel(order, **more))

    assert (400, wanted["response"], []) == (answer.status_code, answer.json(), there.effects())


async def test_a_reference_that_is_a_number_is_refused() -> None:
    async with desk() as there:
        order = (await orders_of(there, "UNSHIPPED"))[0]
        answer = await confirm(there, order, parcel(order, reference=1))

    assert (400, "InvalidInput") == (answer.status_code, answer.json()["errors"][0]["code"])
    assert "[packageDetail.packageReferenceId]" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "more",
    [
        {"carrierCode": "Other"},
        {"carrierCode": ""},
        {"trackingNumber": ""},
        {"trackingNumber": None},
        {"shipDate": "02/21/2022"},
        {"orderItems": []},
        {"orderItems": [{"orderItemId": "1", "quantity": "2"}]},
        {"orderItems": [{"orderItemId": "1"}]},
    ],
)
async def test_a_parcel_that_is_not_whole_is_refused(more: Row) -> None:
    async with desk() as there:
        order = (await orders_of(there, "UNSHIPPED"))[0]
        answer = await confirm(there, order, parcel(order, **more))

    assert (400, "InvalidInput", []) == (answer.status_code, answer.json()["errors"][0]["code"], there.effects())


@pytest.mark.parametrize("count", [0, -1, 1_000])
async def test_no_more_is_shipped_than_was_bought(count: int) -> None:
    async with desk() as there:
        order = (await orders_of(there, "UNSHIPPED"))[0]
        answer = await confirm(there, order, parcel(order, {order["orderItems"][0]["orderItemId"]: count}))

        assert order == await order_of(there, order["orderId"])
    assert (400, []) == (answer.status_code, there.effects())


async def test_an_edit_stays_within_what_was_bought_too() -> None:
    async with desk() as there:
        order = next(row for row in await orders_of(there, "UNSHIPPED") if row["orderItems"][0]["quantityOrdered"] > 1)
        item = order["orderItems"][0]
        await confirm(there, order, parcel(order, {item["orderItemId"]: 1}, "1"))
        await confirm(there, order, parcel(order, {item["orderItemId"]: 1}, "2"))
        answers = [
            await confirm(there, order, parcel(order, {item["orderItemId"]: item["quantityOrdered"] - others}, "2")) for others in (0, 1)
        ]

    assert [400, 204] == [answer.status_code for answer in answers]


@pytest.mark.parametrize(
    ("status", "party"), [("PENDING", "MERCHANT"), ("CANCELLED", "MERCHANT"), ("PENDING_AVAILABILITY", "MERCHANT"), ("SHIPPED", "AMAZON")]
)
async def test_what_the_seller_may_not_ship_is_refused(status: str, party: str) -> None:
    async with desk() as there:
        order = (await orders_of(there, status, party))[0]
        answer = await confirm(there, order, parcel(order, {order["orderItems"][0]["orderItemId"]: 1}))

    assert (400, "InvalidInput", []) == (answer.status_code, answer.json()["errors"][0]["code"], there.effects())


async def test_orders_that_are_not_there_are_not_found() -> None:
    async with desk() as there:
        order = (await orders_of(there, "UNSHIPPED"))[0]
        unknown = await confirm(there, {"orderId": "000-0000000-0000000"}, parcel(order))
        elsewhere = await confirm(there, order, {**parcel(order), "marketplaceId": DE})

    assert (404, 400, []) == (unknown.status_code, elsewhere.status_code, there.effects())


async def test_shipping_needs_the_role_for_orders() -> None:
    async with desk(roles=["listing"]) as there:
        answer = await confirm(there, {"orderId": "000-0000000-0000000"}, {})

    assert 403 == answer.status_code


async def test_a_lost_answer_is_mended_by_the_same_reference() -> None:
    async with desk() as there:
        order = (await orders_of(there, "UNSHIPPED"))[0]
        there.running.control.faults.append(Fault(match="shipmentConfirmation", times=1, hang_up=True, after=True))
        with pytest.raises(httpx.RemoteProtocolError):
            await confirm(there, order, parcel(order))
        answer = await confirm(there, order, parcel(order))
        shipped = await order_of(there, order["orderId"])

    assert (204, 1) == (answer.status_code, sum(package["packageReferenceId"] == "7" for package in shipped["packages"]))
    assert ["shipment.create", "shipment.update"] == [what for what, _, _ in there.effects()]


async def test_money_moves_when_the_first_parcel_leaves() -> None:
    finances = "finances/2024-06-19/transactions"
    async with desk() as there:
        order = (await orders_of(there, "UNSHIPPED"))[0]
        asked = {"relatedIdentifierName": "ORDER_ID", "relatedIdentifierValue": order["orderId"]}
        before = await there.get(finances, **asked)
        await confirm(there, order, parcel(order))
        await there.advance(121)
        after = await there.get(finances, **asked)

    assert [] == before["payload"]["transactions"]
    assert ["Shipment"] == [row["transactionType"] for row in after["payload"]["transactions"]]
