"""What the local Shopify promises of giving money and goods back."""

from decimal import Decimal
from typing import Any

import pytest

from tests.platforms.shopify.sandbox_writes_client import Desk, desk

BAG = "{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }"
SUGGEST = f"""query Suggest($id: ID!, $lines: [RefundLineItemInput!], $shipping: Money, $all: Boolean) {{ order(id: $id) {{
    suggestedRefund(refundLineItems: $lines, shippingAmount: $shipping, suggestFullRefund: $all) {{
        amountSet {BAG} subtotalSet {BAG} totalTaxSet {BAG} maximumRefundableSet {BAG}
        refundLineItems {{ quantity lineItem {{ id }} }}
        suggestedTransactions {{ amountSet {BAG} gateway kind parentTransaction {{ id }} }} }} }} }}"""
NO_PARENT = "Transactions require a parent_id associated with the order"
TOO_MUCH = "Refund amount is greater than the amount that can be refunded"
TOO_MANY = "Quantity cannot refund more items than were purchased"
PLACE = "gid://shopify/Location/71000000000"


async def paid(shop: Desk, fulfillment: str = "UNFULFILLED", *, foreign: bool = False) -> dict[str, Any]:
    """Find a paid order, in the shop's currency or another."""
    for order in await shop.orders(fulfillment=fulfillment):
        if foreign is (order["currencyCode"] != order["presentmentCurrencyCode"]):
            return order
    raise LookupError("no such order was paid")


def money(order: dict[str, Any], amount: str, **changed: Any) -> dict[str, Any]:
    """Return the transaction that gives an amount back along an order's payment."""
    parent = next(row for row in order["transactions"] if row["kind"] in {"SALE", "CAPTURE"} and row["status"] == "SUCCESS")
    return {"orderId": order["id"], "parentId": parent["id"], "kind": "REFUND", "gateway": parent["gateway"], "amount": amount, **changed}


def total(order: dict[str, Any], side: str = "shopMoney") -> str:
    amount: str = order["totalReceivedSet"][side]["amount"]
    return amount


async def suggested(shop: Desk, order: dict[str, Any], **variables: Any) -> Any:
    return (await shop.read(SUGGEST, id=order["id"], all=False, **variables))["order"]["suggestedRefund"]


async def test_an_amount_is_given_back_and_shows_wherever_money_shows() -> None:
    async with desk() as shop:
        order = await paid(shop)
        payload = await shop.do("Refund", input={"orderId": order["id"], "note": "sorry", "transactions": [money(order, "1.50")]})
        after = await shop.order(order["id"])

        refund = payload["refund"]
        assert "1.5" == refund["totalRefundedSet"]["shopMoney"]["amount"] == payload["order"]["totalRefundedSet"]["shopMoney"]["amount"]
        assert [("REFUND", "SUCCESS")] == [(row["kind"], row["status"]) for row in refund["transactions"]["nodes"]]
        assert "PARTIALLY_REFUNDED" == after["displayFinancialStatus"]
        assert Decimal("1.5") == Decimal(total(order)) - Decimal(after["currentTotalPriceSet"]["shopMoney"]["amount"])
        assert refund["transactions"]["nodes"][0]["id"] == after["transactions"][-1]["id"]
        assert [("refund.create", order["id"], "1.50")] == await shop.effects()


async def test_all_that_is_suggested_leaves_nothing() -> None:
    async with desk() as shop:
        order = await paid(shop)
        offer = (await shop.read(SUGGEST, id=order["id"], all=True))["order"]["suggestedRefund"]
        [way] = offer["suggestedTransactions"]
        lines = [{"lineItemId": row["lineItem"]["id"], "quantity": row["quantity"]} for row in offer["refundLineItems"]]
        sent = money(order, way["amountSet"]["presentmentMoney"]["amount"], parentId=way["parentTransaction"]["id"])
        await shop.do(
            "Refund", input={"orderId": order["id"], "refundLineItems": lines, "shipping": {"fullRefund": True}, "transactions": [sent]}
        )
        after = await shop.order(order["id"])

        assert ("SUGGESTED_REFUND", total(order)) == (way["kind"], way["amountSet"]["shopMoney"]["amount"])
        assert ("REFUNDED", "0.0", "0.0") == (
            after["displayFinancialStatus"], after["currentTotalPriceSet"]["shopMoney"]["amount"],
            after["currentShippingPriceSet"]["shopMoney"]["amount"],
        )  # fmt: skip
        assert {0} == {line["refundableQuantity"] for line in after["lineItems"]["nodes"]}


async def test_a_suggestion_adds_lines_taxes_and_shipping_up() -> None:
    async with desk() as shop:
        order = next(each for each in await shop.orders() if Decimal(each["currentShippingPriceSet"]["shopMoney"]["amount"]) > 1)
        line = {"lineItemId": order["lineItems"]["nodes"][0]["id"], "quantity": 1}
        bare, shipped = await suggested(shop, order, lines=[line]), await suggested(shop, order, lines=[line], shipping="1")

        parts = [Decimal(bare[name]["shopMoney"]["amount"]) for name in ("subtotalSet", "totalTaxSet")]
        assert sum(parts) == Decimal(bare["amountSet"]["shopMoney"]["amount"])
        assert Decimal(bare["amountSet"]["presentmentMoney"]["amount"]) < Decimal(shipped["amountSet"]["presentmentMoney"]["amount"])
        assert [] == await shop.effects()


async def test_units_that_were_not_sent_are_cancelled_and_lie_on_the_shelf_again() -> None:
    async with desk() as shop:
        for order in await shop.orders():
            line = order["lineItems"]["nodes"][0]
            item = await shop.item_of(line)
            if item["tracked"] and PLACE in await shop.levels(item["id"]):
                break
        before = (await shop.levels(item["id"]))[PLACE]["available"]
        row = {"lineItemId": line["id"], "quantity": 1, "restockType": "CANCEL", "locationId": PLACE}
        payload = await shop.do("Refund", input={"orderId": order["id"], "refundLineItems": [row]})
        after = (await shop.order(order["id"]))["lineItems"]["nodes"][0]
        waiting = [part["remainingQuantity"] for work in await shop.work(order["id"]) for part in work["lineItems"]["nodes"]]

        assert [{"quantity": 1, "restockType": "CANCEL", "lineItem": {"id": line["id"]}, "location": {"id": PLACE}}] == payload["refund"][
            "refundLineItems"
        ]["nodes"]
        assert (line["unfulfilledQuantity"] - 1, line["refundableQuantity"] - 1) == (
            after["unfulfilledQuantity"],
            after["refundableQuantity"],
        )
        assert before + 1 == (await shop.levels(item["id"]))[PLACE]["available"]
        assert sum(each["unfulfilledQuantity"] for each in order["lineItems"]["nodes"]) - 1 == sum(waiting)


async def test_units_that_were_sent_come_back_as_returned() -> None:
    async with desk() as shop:
        order = await paid(shop, "FULFILLED")
        line = order["lineItems"]["nodes"][0]
        told = await shop.told("Refund", input={"orderId": order["id"], "refundLineItems": [
            {"lineItemId": line["id"], "quantity": 1, "restockType": "CANCEL", "locationId": PLACE}]})  # fmt: skip
        await shop.do("Refund", input={"orderId": order["id"], "refundLineItems": [
            {"lineItemId": line["id"], "quantity": 1, "restockType": "RETURN", "locationId": PLACE}]})  # fmt: skip
        after = await shop.order(order["id"])

        assert [TOO_MANY] == [message for _, message, _ in told]
        assert line["refundableQuantity"] - 1 == after["lineItems"]["nodes"][0]["refundableQuantity"]
        assert ("PAID", "FULFILLED") == (after["displayFinancialStatus"], after["displayFulfillmentStatus"])


@pytest.mark.parametrize(
    ("changed", "field", "told"),
    [
        ({"kind": "AUTHORIZATION"}, "", "Kind authorization is not a valid transaction"),
        ({"parentId": "gid://shopify/OrderTransaction/1"}, "transactions", NO_PARENT),
        ({"parentId": None}, "transactions", NO_PARENT),
        ({"amount": "100000"}, "transactions", TOO_MUCH),
        ({"amount": "-1"}, "transactions", "Amount must be greater than 0"),
    ],
)
async def test_money_is_checked(changed: dict[str, Any], field: str, told: str) -> None:
    async with desk() as shop:
        order = await paid(shop)
        payload = await shop.send("Refund", input={"orderId": order["id"], "transactions": [{**money(order, "1"), **changed}]})

        assert [(field, told)] == [(".".join(each["field"] or ()), each["message"]) for each in payload["userErrors"]]
        assert (None, "PAID") == (payload["refund"], payload["order"]["displayFinancialStatus"])
        assert [] == await shop.effects()


async def test_no_more_than_what_is_left_is_given_back() -> None:
    async with desk() as shop:
        order = await paid(shop)
        most = Decimal(total(order))
        await shop.do("Refund", input={"orderId": order["id"], "transactions": [money(order, str(most - 1))]})
        told = await shop.told("Refund", input={"orderId": order["id"], "transactions": [money(order, "1.01")]})
        await shop.do("Refund", input={"orderId": order["id"], "transactions": [money(order, "1.00")]})

        assert [("transactions", TOO_MUCH, None)] == told
        assert "REFUNDED" == (await shop.order(order["id"]))["displayFinancialStatus"]


async def test_another_gateway_than_the_payments_is_not_heard() -> None:
    async with desk() as shop:
        order = await paid(shop)
        payload = await shop.do("Refund", input={"orderId": order["id"], "transactions": [money(order, "1", gateway="elsewhere")]})

        assert [money(order, "1")["gateway"]] == [row["gateway"] for row in payload["refund"]["transactions"]["nodes"]]


@pytest.mark.parametrize(
    ("line", "field", "told"),
    [
        ({"quantity": 99}, "refundLineItems.0.quantity", TOO_MANY),
        ({"quantity": 0}, "refundLineItems.0.quantity", "Quantity must be greater than 0"),
        ({"lineItemId": "gid://shopify/LineItem/1"}, "refundLineItems.0.lineItemId", "Line item does not exist"),
        ({"restockType": "CANCEL"}, "refundLineItems.0.locationId", "Location must be given when items are restocked"),
    ],
)
async def test_units_are_checked(line: dict[str, Any], field: str, told: str) -> None:
    async with desk() as shop:
        order = await paid(shop)
        row = {"lineItemId": order["lineItems"]["nodes"][0]["id"], "quantity": 1, **line}

        assert [(field, told, None)] == await shop.told("Refund", input={"orderId": order["id"], "refundLineItems": [row]})


async def test_nothing_is_no_refund_and_nobody_is_no_order() -> None:
    async with desk() as shop:
        order = await paid(shop)
        told = [await shop.told("Refund", input={"orderId": each}) for each in (order["id"], "gid://shopify/Order/1")]

        assert [("", "Refund must contain line items, shipping or transactions", None)] == told[0]
        assert [("orderId", "Order does not exist", None)] == told[1]


async def test_shipping_is_given_back_in_part_but_never_more_than_was_paid() -> None:
    async with desk() as shop:
        order = next(each for each in await shop.orders() if Decimal(each["currentShippingPriceSet"]["shopMoney"]["amount"]) > 1)
        told = await shop.told("Refund", input={"orderId": order["id"], "shipping": {"amount": "1000"}})
        await shop.do("Refund", input={"orderId": order["id"], "shipping": {"fullRefund": True}})

        assert ["shipping.amount"] == [field for field, _, _ in told]
        assert "0.0" == (await shop.order(order["id"]))["currentShippingPriceSet"]["shopMoney"]["amount"]


async def test_foreign_money_is_named_and_goes_back_in_both_currencies() -> None:
    async with desk() as shop:
        order = await paid(shop, "FULFILLED", foreign=True)
        sent = [money(order, total(order, "presentmentMoney"))]
        told = await shop.told("Refund", input={"orderId": order["id"], "transactions": sent})
        currency = order["presentmentCurrencyCode"]
        payload = await shop.do("Refund", input={"orderId": order["id"], "currency": currency, "transactions": sent})

        assert [("currency", f"Currency must be the presentment currency of the order ({currency})", None)] == told
        assert order["totalReceivedSet"] == payload["refund"]["totalRefundedSet"]
        assert "REFUNDED" == payload["order"]["displayFinancialStatus"]


async def test_a_repeated_key_gives_nothing_back_twice_and_shows_the_order_as_it_is_now() -> None:
    async with desk() as shop:
        order = await paid(shop)
        sent = {"orderId": order["id"], "transactions": [money(order, "1")]}
        first = await shop.do("Refund", key="once", input=sent)
        await shop.do("Refund", input=sent)
        again = await shop.do("Refund", key="once", input=sent)

        assert first["refund"] == again["refund"]
        assert "2.0" == again["order"]["totalRefundedSet"]["shopMoney"]["amount"]
        assert 2 == len(await shop.effects())
