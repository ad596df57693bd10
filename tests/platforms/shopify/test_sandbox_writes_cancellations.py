"""What the local Shopify promises of cancelling orders."""

from typing import Any

import pytest

from tests.platforms.shopify.sandbox_writes_client import Desk, desk, shipment

GONE = "gid://shopify/Order/1"
JOB = "query Job($id: ID!) { job(id: $id) { id done } }"
STATE = """query State($id: ID!) { order(id: $id) {
    id updatedAt cancelledAt cancelReason closed displayFinancialStatus displayFulfillmentStatus
    totalRefundedSet { shopMoney { amount } } totalReceivedSet { shopMoney { amount } } currentTotalPriceSet { shopMoney { amount } }
    refunds(first: 5) { id refundLineItems(first: 9) { nodes { restockType quantity } } transactions(first: 5) { nodes { kind } } }
    transactions(first: 9) { kind status }
    lineItems(first: 50) { nodes { currentQuantity unfulfilledQuantity } } } }"""
ALL_BACK = {"originalPaymentMethodsRefund": True}


async def state(shop: Desk, order: str) -> Any:
    return (await shop.read(STATE, id=order))["order"]


async def test_a_cancellation_is_accepted_first_and_done_later() -> None:
    async with desk(job_seconds=60) as shop:
        order = (await shop.orders())[0]["id"]
        accepted = (await shop.do("Cancel", id=order, restock=True, method=ALL_BACK))["job"]
        waiting, before, nothing = await shop.read(JOB, id=accepted["id"]), await state(shop, order), await shop.effects()
        await shop.advance(60)
        done, after = await shop.read(JOB, id=accepted["id"]), await state(shop, order)

        assert [False, False, True] == [accepted["done"], waiting["job"]["done"], done["job"]["done"]]
        assert (None, []) == (before["cancelledAt"], nothing)
        assert ("CUSTOMER", True, "REFUNDED", "UNFULFILLED") == (
            after["cancelReason"], after["closed"], after["displayFinancialStatus"], after["displayFulfillmentStatus"],
        )  # fmt: skip
        assert ("0.0", after["totalReceivedSet"]) == (after["currentTotalPriceSet"]["shopMoney"]["amount"], after["totalRefundedSet"])
        assert {(0, 0)} == {(line["currentQuantity"], line["unfulfilledQuantity"]) for line in after["lineItems"]["nodes"]}
        assert {"CANCEL"} == {row["restockType"] for row in after["refunds"][0]["refundLineItems"]["nodes"]}
        assert [("order.cancel", order, "CUSTOMER")] == await shop.effects()


@pytest.mark.parametrize(("restock", "back"), [(True, True), (False, False)])
async def test_a_cancelled_order_gives_its_goods_back_when_asked_to(*, restock: bool, back: bool) -> None:
    async with desk(job_seconds=0) as shop:
        for order in await shop.orders():
            line = order["lineItems"]["nodes"][0]
            item = await shop.item_of(line)
            if item["tracked"] and len(order["lineItems"]["nodes"]) == 1:
                break
        place = (await shop.work(order["id"]))[0]["assignedLocation"]["location"]["id"]
        before = (await shop.levels(item["id"]))[place]["available"]
        await shop.do("Cancel", id=order["id"], restock=restock)

        assert before + (line["quantity"] if back else 0) == (await shop.levels(item["id"]))[place]["available"]


async def test_money_stays_unless_it_is_asked_for_and_held_money_is_let_go() -> None:
    async with desk(job_seconds=0) as shop:
        paid, held = (await shop.orders())[0]["id"], (await shop.orders("AUTHORIZED"))[0]["id"]
        for order in (paid, held):
            await shop.do("Cancel", id=order, restock=False)
        states = [await state(shop, order) for order in (paid, held)]

        assert ["PAID", "VOIDED"] == [each["displayFinancialStatus"] for each in states]
        assert ["0.0", "0.0"] == [each["totalRefundedSet"]["shopMoney"]["amount"] for each in states]
        assert "VOID" == states[1]["transactions"][-1]["kind"]


async def test_an_order_that_is_cancelled_or_shipped_can_not_be_cancelled() -> None:
    async with desk(job_seconds=0) as shop:
        order = (await shop.orders())[0]["id"]
        sent = (await shop.orders(fulfillment="FULFILLED"))[0]["id"]
        await shop.do("Cancel", id=order, restock=True)
        told = [await shop.told("Cancel", id=each, restock=True) for each in (order, sent, GONE)]

        assert [
            ("orderId", "Cannot cancel an order that has already been canceled", "INVALID"),
            ("orderId", "Cannot cancel an order that has outstanding fulfillments", "INVALID"),
            ("orderId", "Order does not exist", "NOT_FOUND"),
        ] == [each[0] for each in told]
        assert 1 == len(await shop.effects())


@pytest.mark.parametrize(
    ("asked", "field", "told"),
    [
        ({"note": "x" * 256}, "staffNote", "Staff note is too long. Maximum length is 255 characters."),
        ({"refund": False, "method": ALL_BACK}, "refund", "Only one of the arguments `refund` or `refund_method` is allowed."),
    ],
)
async def test_a_cancellation_is_checked_before_it_is_accepted(asked: dict[str, Any], field: str, told: str) -> None:
    async with desk() as shop:
        order = (await shop.orders())[0]["id"]
        payload = await shop.send("Cancel", id=order, restock=True, **asked)

        assert payload["job"] is None
        assert [{"code": "INVALID", "field": [field], "message": told}] == payload["userErrors"]
        assert [{"field": [field], "message": told}] == payload["plain"]


async def test_a_second_cancellation_is_accepted_while_the_first_waits_and_does_nothing() -> None:
    async with desk(job_seconds=60) as shop:
        order = (await shop.orders())[0]["id"]
        jobs = [(await shop.do("Cancel", id=order, restock=True, method=ALL_BACK))["job"]["id"] for _ in range(2)]
        await shop.advance(60)
        done = [(await shop.read(JOB, id=job))["job"]["done"] for job in jobs]

        assert [True, True] == done
        assert 1 == len((await state(shop, order))["refunds"])
        assert [("order.cancel", order, "CUSTOMER")] == await shop.effects()


async def test_an_order_that_is_shipped_meanwhile_is_not_cancelled_though_the_job_is_done() -> None:
    async with desk(job_seconds=60) as shop:
        order, work = await shop.gathered()
        job = (await shop.do("Cancel", id=order, restock=True))["job"]["id"]
        await shop.do("Ship", fulfillment=shipment(work))
        await shop.advance(60)

        assert (await shop.read(JOB, id=job))["job"]["done"]
        assert (await state(shop, order))["cancelledAt"] is None
