"""What the local Walmart promises of paying back: amounts that are negative, sums that are limited, returns that end."""

from decimal import Decimal
from typing import Any

import httpx
import jsonschema
import pytest

from tests.platforms.walmart.market import Json, Market, described, entry_of, lines_of, store

CONTENT = "INVALID_REQUEST_CONTENT.GMP_ORDER_API"
SKU, SECOND = "THR-0000", "TRA-0009"
REASON = "DamagedItem"


async def a_shop() -> Market:
    there = Market(store())
    await there.sign_in()
    await there.rows("touch", "product", SKU, price=1000)
    await there.rows("touch", "product", SECOND, price=2000)
    await there.pass_time(2)
    return there


async def an_order(there: Market, status: str = "Delivered", *, shipping: bool = False) -> Json:
    """Return an order of three pieces at 10.00 and one at 20.00, without discounts and fees, and with or without shipping."""
    while True:
        new = await there.rows("insert", "order", lines=[[SKU, 3], [SECOND, 1]])
        order = (await there.get(f"orders/{new}"))["order"]
        kinds = {(charge["chargeType"], charge["chargeName"]) for line in lines_of(order) for charge in line["charges"]["charge"]}
        wanted = {("PRODUCT", "ItemPrice")} | ({("SHIPPING", "Shipping")} if shipping else set())
        if kinds == wanted and lines_of(order)[0]["lineNumber"] == "1":
            await there.rows("touch", "order", new, status=status)
            return order
        await there.rows("delete", "order", new)


def charge(amount: float, tax: float | None = None, kind: str = "PRODUCT", **change: Any) -> Json:
    shown: Json = {"chargeType": kind, "chargeName": "ItemPrice", "chargeAmount": {"currency": "USD", "amount": amount}}
    if tax is not None:
        shown["tax"] = {"taxName": "Tax1", "taxAmount": {"currency": "USD", "amount": tax}}
    return {"refundReason": REASON, "charge": shown} | change


def line(*charges: Json, number: str = "1", full: bool = False) -> Json:
    refund = {"refundComments": "sorry", "refundCharges": {"refundCharge": list(charges)}}
    return {"lineNumber": number, "isFullRefund": full, "refunds": {"refund": [refund]}}


async def pay(there: Market, order: Json, *lines: Json, named: str = "") -> httpx.Response:
    key = order["purchaseOrderId"]
    body = {"orderRefund": {"purchaseOrderId": named or key, "orderLines": {"orderLine": list(lines)}}}
    return await there.client.post(f"/v3/orders/{key}/refund", json=body)


def said(answer: httpx.Response) -> tuple[int, str, str]:
    entry = entry_of(answer.json())
    return answer.status_code, entry["code"], entry["description"]


def effects(there: Market) -> list[tuple[str, str, Any]]:
    return [(each.what, each.entity, each.value) for each in there.control.effects]


def paid(shown: Json) -> list[tuple[str, Decimal]]:
    """Return the charges paid back on a line with their taxes, by type."""
    found = []
    for entry in shown["refund"]["refundCharges"]["refundCharge"]:
        given = entry["charge"]
        tax = given.get("tax", {"taxAmount": {"amount": 0}})["taxAmount"]["amount"]
        found.append((given["chargeType"], Decimal(str(given["chargeAmount"]["amount"])) + Decimal(str(tax))))
    return found


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([line(charge(5.0))], "must be negative"),
        ([line(charge(0.0))], "must be negative"),
        ([line(charge(-30.01))], "exceeds the remaining amount"),
        ([line(charge(-5.0, -2.50))], "exceeds the remaining amount"),
        ([line(charge(-1.0, kind="SHIPPING"))], "exceeds the remaining amount"),
        ([line(charge(-0.001))], "amount is not valid"),
        ([line(charge(-1.0, refundReason="Bored"))], "refundReason"),
        ([line(charge(-1.0), number="9")], "Line 9"),
        ([line(charge(-1.0), full=True), line(charge(-1.0), number="2")], "not both"),
        ([line(charge(-1.0)), line(charge(-1.0))], "once only"),
        ([line()], "refundCharge"),
    ],
)
async def test_a_refund_that_can_not_be_is_refused_as_a_whole(lines: list[Json], words: str) -> None:
    there = await a_shop()
    order = await an_order(there)

    answer = await pay(there, order, *lines)

    assert (400, CONTENT) == said(answer)[:2]
    assert words in said(answer)[2]
    assert not any("refund" in each for each in lines_of((await there.get(f"orders/{order['purchaseOrderId']}"))["order"]))
    assert not effects(there)


@pytest.mark.parametrize("status", ["Created", "Acknowledged", "Cancelled"])
async def test_only_what_was_shipped_was_paid_for(status: str) -> None:
    there = await a_shop()
    order = await an_order(there, status)

    assert (400, CONTENT) == said(await pay(there, order, line(charge(-1.0))))[:2]


async def test_a_refund_of_another_order_is_refused() -> None:
    there = await a_shop()

    assert (400, CONTENT) == said(await pay(there, await an_order(there), line(charge(-1.0)), named="1"))[:2]


async def test_an_amount_is_paid_back_and_more_until_nothing_remains() -> None:
    there = await a_shop()
    order = await an_order(there)
    key = order["purchaseOrderId"]

    answers = [await pay(there, order, line(charge(amount, tax))) for amount, tax in ((-10.0, -0.83), (-19.99, -1.66), (-0.02, None))]

    assert [200, 200, 400] == [answer.status_code for answer in answers]
    shown = lines_of(answers[1].json()["order"])[0]
    assert [("PRODUCT", Decimal("-10.83")), ("PRODUCT", Decimal("-21.65"))] == paid(shown)
    assert (f"{key}000", "sorry") == (shown["refund"]["refundId"], shown["refund"]["refundComments"])
    assert {"Delivered"} == {part["status"] for part in shown["orderLineStatuses"]["orderLineStatus"]}
    assert [("refund.create", key, "10.83"), ("refund.create", key, "21.65")] == effects(there)
    jsonschema.validate(answers[0].json(), described("orders", "get", "/v3/orders/{purchaseOrderId}"))


@pytest.mark.parametrize("full", [True, False])
async def test_a_full_refund_or_the_full_price_pays_tax_and_shipping_back_too(full: bool) -> None:
    there = await a_shop()
    order = await an_order(there, shipping=True)

    answer = await pay(there, order, line(charge(-1.0 if full else -30.0), full=full))
    again = await pay(there, order, line(charge(-1.0), full=True))

    assert [("PRODUCT", Decimal("-32.49")), ("SHIPPING", Decimal("-6.48"))] == paid(lines_of(answer.json()["order"])[0])
    assert [("refund.create", order["purchaseOrderId"], "38.97")] == effects(there)
    assert (400, CONTENT) == said(again)[:2]


async def test_the_shipping_alone_can_be_paid_back() -> None:
    there = await a_shop()
    order = await an_order(there, shipping=True)

    answer = await pay(there, order, line(charge(-5.99, -0.49, "SHIPPING")))

    assert [("SHIPPING", Decimal("-6.48"))] == paid(lines_of(answer.json()["order"])[0])


async def test_several_lines_are_one_refund() -> None:
    there = await a_shop()
    order = await an_order(there)

    answer = await pay(there, order, line(charge(-1.0)), line(charge(-2.0), number="2"))

    assert [("refund.create", order["purchaseOrderId"], "3.00")] == effects(there)
    assert all("refund" in each for each in lines_of(answer.json()["order"]))


async def test_a_refund_changes_the_order_and_not_the_prices_it_was_sold_at() -> None:
    there = await a_shop()
    order = await an_order(there)
    await there.rows("touch", "product", SKU, price=9900)
    await there.pass_time(60)

    await pay(there, order, line(charge(-1.0)))

    shown = (await there.get(f"orders/{order['purchaseOrderId']}"))["order"]
    assert lines_of(order)[0]["charges"] == lines_of(shown)[0]["charges"]
    changed = await there.orders(lastModifiedStartDate="2026-11-20T18:01:00Z")
    assert [order["purchaseOrderId"]] == [row["purchaseOrderId"] for row in changed]


async def a_return(there: Market) -> tuple[Json, Json]:
    """Return an order, and the return of its first line."""
    order = await an_order(there)
    key = await there.rows("insert", "return", order=order["purchaseOrderId"])
    return order, (await there.get("returns", returnOrderId=key))["returnOrders"][0]


async def pay_return(
    there: Market, back: Json, count: float = 1, *, number: int = 1, shopper: str = "", unit: str = "EACH"
) -> httpx.Response:
    quantity = {"unitOfMeasure": unit, "measurementValue": count}
    body = {
        "customerOrderId": shopper or back["customerOrderId"],
        "refundLines": [{"returnOrderLineNumber": number, "quantity": quantity}],
    }
    return await there.client.post(f"/v3/returns/{back['returnOrderId']}/refund", json=body)


async def test_the_pieces_of_a_return_are_paid_back_until_it_is_completed() -> None:
    there = await a_shop()
    order, back = await a_return(there)
    key = order["purchaseOrderId"]

    first = await pay_return(there, back)
    halfway = (await there.get("returns", returnOrderId=back["returnOrderId"]))["returnOrders"][0]["returnOrderLines"][0]
    second, third = await pay_return(there, back, 2), await pay_return(there, back)
    done = (await there.get("returns", returnOrderId=back["returnOrderId"]))["returnOrders"][0]["returnOrderLines"][0]

    assert [200, 200, 400] == [answer.status_code for answer in (first, second, third)]
    assert "INVALID_REQUEST_CONTENT.GMP_RETURNS_API" == said(third)[1]
    assert "errors" in third.json()
    assert [(1, "INITIATED"), (3, "COMPLETED")] == [(row["refundedQty"], row["status"]) for row in (halfway, done)]
    assert "REFUND_COMPLETED" == done["currentRefundStatus"]
    assert [("refund.create", key, "10.83"), ("refund.create", key, "21.66")] == effects(there)
    shown = lines_of((await there.get(f"orders/{key}"))["order"])[0]
    assert [("PRODUCT", Decimal("-10.83")), ("PRODUCT", Decimal("-21.66"))] == paid(shown)
    jsonschema.validate(first.json(), described("returns", "post", "/v3/returns/{returnOrderId}/refund"))
    assert [back["returnOrderId"]] == [
        row["returnOrderId"]
        for row in (await there.get("returns", status="COMPLETED", customerOrderId=back["customerOrderId"]))["returnOrders"]
    ]


@pytest.mark.parametrize("wrong", [{"count": 4}, {"count": 0}, {"count": 0.5}, {"number": 2}, {"shopper": "1"}, {"unit": "PAIR"}])
async def test_a_refund_of_a_return_that_can_not_be_is_refused(wrong: dict[str, Any]) -> None:
    there = await a_shop()
    _, back = await a_return(there)

    assert (400, "INVALID_REQUEST_CONTENT.GMP_RETURNS_API") == said(await pay_return(there, back, **wrong))[:2]
    assert not effects(there)


async def test_a_return_nobody_has_can_not_be_paid_back() -> None:
    there = await a_shop()

    answer = await pay_return(there, {"returnOrderId": "1", "customerOrderId": "1"})

    assert (404, "CONTENT_NOT_FOUND.GMP_RETURNS_API") == said(answer)[:2]


async def test_what_the_order_paid_back_is_not_paid_again_by_its_return() -> None:
    there = await a_shop()
    order, back = await a_return(there)
    await pay(there, order, line(charge(-25.0)))

    assert (400, 200) == ((await pay_return(there, back)).status_code, (await pay(there, order, line(charge(-5.0)))).status_code)
