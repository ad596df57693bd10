"""What the local Magento promises of refunds: which route, how much, what goes back to stock, and what becomes of the order."""

from decimal import Decimal
from typing import Any

import pytest

from tests.platforms.magento.sandbox_writes_client import Desk, desk, told

# Orders of the small store by what became of them so far.
NEW, PAID, SHIPPED, CLOSED, HELD, CARD = 1, 2, 3, 11, 13, 23
NOTHING = {"shipping_amount": 0, "adjustment_positive": 0, "adjustment_negative": 0}


def refund(*items: tuple[int, float], **arguments: Any) -> dict[str, Any]:
    return {"items": [{"order_item_id": line, "qty": quantity} for line, quantity in items], "arguments": {**NOTHING, **arguments}}


async def memo(shop: Desk, answer: Any) -> dict[str, Any]:
    assert 200 == answer.status_code, answer.text
    return dict(await shop.get(f"creditmemo/{answer.json()}"))


def exact(*amounts: float) -> Decimal:
    return sum((Decimal(str(amount)) for amount in amounts), Decimal(0))


async def test_a_whole_refund_gives_all_back_and_closes_the_order() -> None:
    async with desk() as shop:
        before = await shop.get(f"orders/{SHIPPED}")
        await shop.advance(60)
        answer = await shop.post(f"order/{SHIPPED}/refund")
        again = await shop.post(f"order/{SHIPPED}/refund")

        row, order = await memo(shop, answer), await shop.get(f"orders/{SHIPPED}")
        assert str is type(answer.json())
        assert [before["grand_total"]] * 2 == [row["grand_total"], order["total_refunded"]]
        assert before["shipping_amount"] == row["shipping_amount"]
        assert ("closed", "closed") == (order["state"], order["status"])
        assert before["updated_at"] < order["updated_at"]
        assert (400, True) == (again.status_code, "status of closed" in again.json()["message"])
        assert [("refund.create", str(SHIPPED), "43.32")] == await shop.effects()


async def test_a_refund_by_line_leaves_the_rest_and_parts_add_up_to_the_cent() -> None:
    async with desk() as shop:
        line = (await shop.get(f"orders/{SHIPPED}"))["items"][0]["item_id"]
        memos = [await memo(shop, await shop.post(f"order/{SHIPPED}/refund", refund((line, 1)))) for _ in range(2)]
        state = (await shop.get(f"orders/{SHIPPED}"))["state"]
        memos.append(await memo(shop, await shop.post(f"order/{SHIPPED}/refund")))

        order = await shop.get(f"orders/{SHIPPED}")
        assert [0, 0, order["shipping_amount"]] == [row["shipping_amount"] for row in memos]
        assert exact(order["grand_total"]) == exact(*(row["grand_total"] for row in memos))
        assert exact(order["subtotal"]) == exact(*(row["items"][0]["row_total"] for row in memos))
        assert ("complete", "closed", 3) == (state, order["state"], order["items"][0]["qty_refunded"])


async def test_without_a_word_on_shipping_all_of_it_is_given_back() -> None:
    async with desk() as shop:
        line = (await shop.get(f"orders/{SHIPPED}"))["items"][0]["item_id"]
        row = await memo(shop, await shop.post(f"order/{SHIPPED}/refund", {"items": [{"order_item_id": line, "qty": 1}]}))

        assert 4.95 == row["shipping_amount"]


async def test_shipping_alone_and_amounts_alone_can_be_given_back_while_shipping_is_left() -> None:
    async with desk() as shop:
        line = (await shop.get(f"orders/{SHIPPED}"))["items"][0]["item_id"]
        bodies = [
            refund((line, 0), shipping_amount=2),
            refund((line, 0), adjustment_positive=1.5, adjustment_negative=0.25),
            refund((line, 0), shipping_amount=2.96),
            refund((line, 0), shipping_amount=2.95),
            refund((line, 0), adjustment_positive=1),
        ]
        answers = [await shop.post(f"order/{SHIPPED}/refund", body) for body in bodies]

        order = await shop.get(f"orders/{SHIPPED}")
        assert [200, 200, 400, 200, 400] == [answer.status_code for answer in answers]
        assert {"message": "Maximum shipping amount allowed to refund is: %1", "parameters": ["2.95"]} == answers[2].json()
        assert "without products" in answers[4].json()["message"]
        second = await memo(shop, answers[1])
        assert (1.25, 1.25, 1.5, 0.25) == tuple(
            second[name] for name in ("grand_total", "adjustment", "adjustment_positive", "adjustment_negative")
        )
        assert (4.95, 1.5, 0.25) == tuple(order[name] for name in ("shipping_refunded", "adjustment_positive", "adjustment_negative"))


@pytest.mark.parametrize(
    ("order", "items", "arguments", "word"),
    [
        (NEW, (), {}, "does not allow a creditmemo"),
        (HELD, (), {}, "status of holded"),
        (CLOSED, (), {}, "status of closed"),
        (SHIPPED, ((6, 4),), {}, "greater than the unrefunded quantity"),
        (SHIPPED, ((6, -1),), {}, "invalid quantity"),
        (SHIPPED, ((999, 1),), {}, "not part of the original order"),
        (SHIPPED, ((6, 0),), {}, "total must be positive"),
        (SHIPPED, ((6, 1),), {"adjustment_negative": 100}, "total must be positive"),
        (SHIPPED, ((6, 3),), {"adjustment_positive": 100}, "most money available to refund is 43.32"),
        (SHIPPED, ((6, 1),), {"extension_attributes": {"return_to_stock_items": [999]}}, "return to stock argument"),
        (PAID, ((3, 1),), {"extension_attributes": {"return_to_stock_items": [4]}}, "not part of the current creditmemo"),
    ],
)
async def test_what_cannot_be_refunded_is_a_validation_error_of_the_document(
    order: int, items: tuple[tuple[int, int], ...], arguments: dict[str, Any], word: str
) -> None:
    async with desk() as shop:
        status, message = told(await shop.post(f"order/{order}/refund", refund(*items, **arguments)))

        assert (400, True) == (status, message.startswith("Creditmemo Document Validation Error(s):\n"))
        assert word in message
        assert [] == await shop.effects()


async def test_a_card_is_refunded_by_its_invoice_and_anything_else_by_the_order() -> None:
    async with desk() as shop:
        invoices = {order: (await shop.rows("invoices", ("order_id", "eq", str(order))))[0] for order in (CARD, SHIPPED)}
        online = {"isOnline": True}
        wrong = [await shop.post(f"order/{CARD}/refund"), await shop.post(f"invoice/{invoices[SHIPPED]['entity_id']}/refund", online)]
        right = await shop.post(f"invoice/{invoices[CARD]['entity_id']}/refund", online)
        unknown = await shop.post("invoice/9999/refund", online)

        row, order = await memo(shop, right), await shop.get(f"orders/{CARD}")
        assert [400, 400, 404] == [answer.status_code for answer in (*wrong, unknown)]
        assert invoices[CARD]["entity_id"] == row["invoice_id"]
        assert invoices[CARD]["transaction_id"] == order["payment"]["last_trans_id"]
        assert order["grand_total"] == order["total_refunded"] == order["total_online_refunded"]
        assert "total_offline_refunded" not in order
        assert [("refund.create", str(CARD), "42.21")] == await shop.effects()


async def test_goods_go_back_where_they_were_sent_from() -> None:
    async with desk() as shop:
        await shop.post("inventory/source-items", {"sourceItems": [{"sku": "LAN-0027", "source_code": "east", "quantity": 5, "status": 1}]})
        source = {"arguments": {"extension_attributes": {"source_code": "east"}}}
        await shop.post(f"order/{PAID}/ship", {"items": [{"order_item_id": 3, "qty": 1}], **source})
        before = await shop.on_hand("BAC-0028-Slate")
        back = {"return_to_stock_items": [3, 4]}
        await shop.post(f"order/{PAID}/refund", refund((3, 1), (4, 1), extension_attributes=back))

        assert [5, before] == [await shop.on_hand("LAN-0027", "east"), await shop.on_hand("BAC-0028-Slate")]
        assert "closed" == (await shop.get(f"orders/{PAID}"))["state"]


async def test_goods_that_are_not_named_do_not_go_back() -> None:
    async with desk() as shop:
        lying = await shop.on_hand("ROP-0047")
        await shop.post(f"order/{SHIPPED}/refund")

        assert lying == await shop.on_hand("ROP-0047")


async def test_without_sources_goods_go_back_to_the_one_shelf() -> None:
    async with desk(msi=False) as shop:
        before = (await shop.get("stockItems/LAN-0027"))["qty"]
        await shop.post(f"order/{PAID}/refund", refund((3, 1), extension_attributes={"return_to_stock_items": [3]}))

        assert before + 1 == (await shop.get("stockItems/LAN-0027"))["qty"]


async def test_what_was_refunded_is_neither_waited_for_nor_sent() -> None:
    async with desk() as shop:
        path = "inventory/get-product-salable-quantity/LAN-0027/2"
        await shop.put("products/LAN-0027/stockItems/1", {"stockItem": {"qty": 500, "is_in_stock": True}})
        before = await shop.get(path)
        await shop.post(f"order/{PAID}/refund", refund((3, 1)))
        shipped = await shop.post(f"order/{PAID}/ship", {"items": [{"order_item_id": 3, "qty": 1}]})
        rest = await shop.post(f"order/{PAID}/ship")

        assert [before + 1, 400, 200] == [await shop.get(path), shipped.status_code, rest.status_code]
        assert "complete" == (await shop.get(f"orders/{PAID}"))["state"]


async def test_a_bundle_is_shipped_and_refunded_as_a_whole() -> None:
    async with desk() as shop:
        await shop.post("order/25/invoice")
        bundle = (await shop.get("orders/25"))["items"][0]
        lying = await shop.on_hand("MUG-0034") or 0
        await shop.post("order/25/ship", {"items": [{"order_item_id": bundle["item_id"], "qty": 1}]})
        sent = await shop.on_hand("MUG-0034")
        child = await shop.post("order/25/refund", refund((bundle["item_id"] + 1, 1)))
        row = await memo(shop, await shop.post("order/25/refund", refund((bundle["item_id"], 1), shipping_amount=9.95)))

        assert (lying - 1, 400) == (sent, child.status_code)
        assert ("closed", row["grand_total"]) == ((await shop.get("orders/25"))["state"], (await shop.get("orders/25"))["grand_total"])


async def test_a_refund_in_another_currency_is_asked_for_in_the_base_currency() -> None:
    async with desk() as shop:
        abroad = next(
            row
            for row in await shop.rows("orders", ("store_id", "eq", "2"), ("state", "in", "complete,processing"))
            if row.get("total_paid")
        )
        line = abroad["items"][0]["item_id"]
        answer = await shop.post(f"order/{abroad['entity_id']}/refund", refund((line, 1), adjustment_positive=1))

        row = await memo(shop, answer)
        assert ("EUR", 0.92, 1) == (row["order_currency_code"], row["adjustment_positive"], row["base_adjustment_positive"])
        assert Decimal(str(row["grand_total"])) == Decimal((await shop.effects())[0][2])
