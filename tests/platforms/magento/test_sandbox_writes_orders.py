"""What the local Magento promises of writes to orders: shipments, parcels, invoices, cancellations, holds and comments."""

from typing import Any

import pytest

from tests.platforms.magento.sandbox_writes_client import Desk, desk, told

UPS = {"track_number": "1Z999", "title": "UPS", "carrier_code": "ups"}
# Orders of the small store by what became of them so far.
NEW, PAID, DONE, REVIEW, CANCELLED, HELD, OWN_WORD, VIRTUAL = 1, 2, 3, 7, 12, 13, 17, 18


async def lines(shop: Desk, order: int) -> list[dict[str, Any]]:
    return list((await shop.get(f"orders/{order}"))["items"])


async def test_a_whole_order_is_shipped_with_its_parcel_and_completed() -> None:
    async with desk() as shop:
        before, lying = await shop.get(f"orders/{PAID}"), await shop.on_hand("LAN-0027")
        await shop.advance(60)
        answer = await shop.post(f"order/{PAID}/ship", {"tracks": [UPS], "notify": False})

        shipment, order = await shop.get(f"shipment/{answer.json()}"), await shop.get(f"orders/{PAID}")
        assert (200, str) == (answer.status_code, type(answer.json()))
        assert [(3, 1), (4, 1)] == [(row["order_item_id"], row["qty"]) for row in shipment["items"]]
        assert [UPS] == [{name: track[name] for name in UPS} for track in shipment["tracks"]]
        assert "default" == shipment["extension_attributes"]["source_code"]
        assert ("complete", "complete") == (order["state"], order["status"])
        assert before["updated_at"] < order["updated_at"]
        assert [1, 1, 0] == [row["qty_shipped"] for row in order["items"]]
        assert (lying or 0) - 1 == await shop.on_hand("LAN-0027")
        assert [("shipment.create", str(PAID), "1Z999")] == await shop.effects()


async def test_an_order_is_shipped_line_by_line_and_each_only_once() -> None:
    async with desk() as shop:
        one, other = ({"items": [{"order_item_id": line, "qty": 1}]} for line in (3, 4))
        answers = [await shop.post(f"order/{PAID}/ship", body) for body in (one, one, other, {})]

        assert [200, 400, 200, 400] == [answer.status_code for answer in answers]
        assert 'greater than the unshipped quantity for product SKU "LAN-0027"' in answers[1].json()["message"]
        assert "The order does not allow a shipment to be created." in answers[3].json()["message"]
        assert 2 == len(await shop.effects())


@pytest.mark.parametrize(
    ("order", "body", "word"),
    [
        (CANCELLED, {}, "status of canceled"),
        (HELD, {}, "status of holded"),
        (REVIEW, {}, "status of payment_review"),
        (DONE, {}, "does not allow a shipment"),
        (VIRTUAL, {}, "does not allow a shipment"),
        (PAID, {"items": [{"order_item_id": 3, "qty": 2}]}, "greater than the unshipped"),
        (PAID, {"items": [{"order_item_id": 3, "qty": -1}]}, "invalid quantity"),
        (PAID, {"items": [{"order_item_id": 3, "qty": 0.5}]}, "invalid quantity"),
        (PAID, {"items": [{"order_item_id": 3, "qty": 0}]}, "without products"),
        (PAID, {"items": [{"order_item_id": 5, "qty": 1}]}, "greater than the unshipped"),
        (PAID, {"items": [{"order_item_id": 999, "qty": 1}]}, "not part of the original order"),
        (PAID, {"tracks": [{**UPS, "track_number": ""}]}, "enter a tracking number"),
    ],
)
async def test_what_cannot_be_shipped_is_a_validation_error_of_the_document(order: int, body: dict[str, Any], word: str) -> None:
    async with desk() as shop:
        status, message = told(await shop.post(f"order/{order}/ship", body))

        assert (400, True) == (status, message.startswith("Shipment Document Validation Error(s):\n"))
        assert word in message
        assert [] == await shop.effects()


async def test_a_shipment_leaves_from_the_source_it_names_and_from_no_other() -> None:
    async with desk() as shop:
        item = {"sku": "LAN-0027", "source_code": "east", "quantity": 5, "status": 1}
        await shop.post("inventory/source-items", {"sourceItems": [item]})
        body = {"items": [{"order_item_id": 3, "qty": 1}], "arguments": {"extension_attributes": {"source_code": "moon"}}}
        refused = await shop.post(f"order/{PAID}/ship", body)
        body["arguments"] = {"extension_attributes": {"source_code": "east"}}
        answer = await shop.post(f"order/{PAID}/ship", body)

        assert (400, "Could not save a shipment, see error log for details") == told(refused)
        assert "east" == (await shop.get(f"shipment/{answer.json()}"))["extension_attributes"]["source_code"]
        assert 4 == await shop.on_hand("LAN-0027", "east")


@pytest.mark.parametrize("backorders", [True, False])
async def test_a_shipment_of_more_than_lies_there_needs_backorders(backorders: bool) -> None:
    async with desk(backorders=backorders) as shop:
        await shop.put("products/LAN-0027/stockItems/1", {"stockItem": {"qty": 0}})
        answer = await shop.post(f"order/{PAID}/ship", {"items": [{"order_item_id": 3, "qty": 1}]})

        assert ((200, -1) if backorders else (400, 0)) == (answer.status_code, await shop.on_hand("LAN-0027"))


async def test_a_comment_comes_with_the_document_it_was_sent_with() -> None:
    async with desk() as shop:
        body = {"comment": {"comment": "gw:01J", "is_visible_on_front": 0}, "appendComment": True}
        shipment = (await shop.post(f"order/{PAID}/ship", body)).json()
        memo = (await shop.post(f"order/{PAID}/refund", {**body, "items": [{"order_item_id": 3, "qty": 1}]})).json()

        rows = [await shop.get(path) for path in (f"shipment/{shipment}", f"creditmemo/{memo}")]
        assert [["gw:01J"]] * 2 == [[one["comment"] for one in row["comments"]] for row in rows]


async def test_a_number_that_comes_in_later_touches_neither_order_nor_shipment() -> None:
    async with desk() as shop:
        order, shipment = await shop.get(f"orders/{DONE}"), (await shop.rows("shipments", ("order_id", "eq", str(DONE))))[0]
        await shop.advance(60)
        entity = {"order_id": DONE, "parent_id": shipment["entity_id"], "weight": 0, "qty": 1, "description": "", **UPS}
        track = (await shop.post("shipment/track", {"entity": entity})).json()
        changed = await shop.post("shipment/track", {"entity": {**entity, "entity_id": track["entity_id"], "track_number": "1Z000"}})
        first = shipment["tracks"][0]["entity_id"]
        removed = [await shop.delete(f"shipment/track/{track_id}") for track_id in (first, first, 999_999)]

        after = await shop.get(f"shipment/{shipment['entity_id']}")
        assert ["1Z000"] == [one["track_number"] for one in after["tracks"]]
        assert track["entity_id"] == changed.json()["entity_id"]
        assert [(200, True)] * 3 == [(answer.status_code, answer.json()) for answer in removed]
        assert (shipment["updated_at"], order["updated_at"]) == (after["updated_at"], (await shop.get(f"orders/{DONE}"))["updated_at"])
        assert [("shipment.update", str(DONE), number) for number in ("1Z999", "1Z000", None)] == await shop.effects()


@pytest.mark.parametrize("change", [{"order_id": 1}, {"parent_id": 999}, {"track_number": None}])
async def test_a_parcel_has_to_belong_to_its_order_and_have_a_number(change: dict[str, Any]) -> None:
    async with desk() as shop:
        shipment = (await shop.rows("shipments", ("order_id", "eq", str(DONE))))[0]
        answer = await shop.post("shipment/track", {"entity": {"order_id": DONE, "parent_id": shipment["entity_id"], **UPS, **change}})

        assert (400, []) == (answer.status_code, await shop.effects())


async def test_an_order_is_cancelled_once_and_what_it_waited_for_is_free_again() -> None:
    async with desk() as shop:
        path = "inventory/get-product-salable-quantity/JAC-0002-Plum-S/2"
        await shop.put("products/JAC-0002-Plum-S/stockItems/1", {"stockItem": {"qty": 50, "is_in_stock": True}})
        before = await shop.get(path)
        answers = [await shop.post(f"orders/{NEW}/cancel") for _ in range(2)]

        order = await shop.get(f"orders/{NEW}")
        assert [(200, True), (200, False)] == [(answer.status_code, answer.json()) for answer in answers]
        assert ("canceled", order["grand_total"]) == (order["state"], order["total_canceled"])
        assert [1, 1] == [row["qty_canceled"] for row in order["items"]]
        assert before + 1 == await shop.get(path)
        assert [("order.cancel", str(NEW), None)] == (await shop.effects())[1:]


@pytest.mark.parametrize("order", [PAID, DONE, REVIEW, CANCELLED, HELD])
async def test_what_is_invoiced_or_over_is_not_cancelled_and_says_so_in_a_200(order: int) -> None:
    async with desk() as shop:
        answer = await shop.post(f"orders/{order}/cancel")

        assert (200, False, []) == (answer.status_code, answer.json(), await shop.effects())


async def test_the_invoiced_part_of_an_order_survives_its_cancellation() -> None:
    async with desk() as shop:
        first = (await lines(shop, 20))[0]["item_id"]
        await shop.post("order/20/invoice", {"items": [{"order_item_id": first, "qty": 1}]})
        answer = await shop.post("orders/20/cancel")

        order = await shop.get("orders/20")
        assert (True, "processing") == (answer.json(), order["state"])
        assert (1, 1) == (order["items"][0]["qty_invoiced"], order["items"][0]["qty_canceled"])
        assert order["grand_total"] == pytest.approx(order["total_paid"] + order["total_canceled"], abs=0.02)


async def test_without_sources_a_cancellation_puts_pieces_back() -> None:
    async with desk(msi=False) as shop:
        await shop.put("products/JAC-0002-Plum-S/stockItems/1", {"stockItem": {"qty": 5}})
        await shop.post(f"orders/{NEW}/cancel")

        assert 6 == (await shop.get("stockItems/JAC-0002-Plum-S"))["qty"]


async def test_a_hold_is_taken_back_into_the_state_before() -> None:
    async with desk() as shop:
        answers = [await shop.post(f"orders/{OWN_WORD}/{step}") for step in ("hold", "hold", "unhold", "unhold")]

        order = await shop.get(f"orders/{OWN_WORD}")
        assert [200, 400, 200, 400] == [answer.status_code for answer in answers]
        assert ["A hold action is not available.", "You cannot remove the hold."] == [answer.json()["message"] for answer in answers[1::2]]
        assert ("processing", "awaiting_stock") == (order["state"], order["status"])
        assert [("order.update", str(OWN_WORD), {"hold": value}) for value in (True, False)] == await shop.effects()


async def test_a_comment_may_change_the_status_within_the_state_only() -> None:
    async with desk() as shop:
        before = await shop.get(f"orders/{PAID}")
        await shop.advance(60)
        sent = {"comment": "Waiting", "status": "awaiting_stock", "is_customer_notified": 0, "is_visible_on_front": 1, "parent_id": PAID}
        answer = await shop.post(f"orders/{PAID}/comments", {"statusHistory": sent})
        refused = await shop.post(f"orders/{PAID}/comments", {"statusHistory": {**sent, "status": "complete"}})

        order = await shop.get(f"orders/{PAID}")
        assert [(200, True), 400] == [(answer.status_code, answer.json()), refused.status_code]
        assert ["complete"] == refused.json()["parameters"]
        assert ("processing", "awaiting_stock", "Waiting") == (order["state"], order["status"], order["status_histories"][-1]["comment"])
        assert before["updated_at"] < order["updated_at"]
        assert "Waiting" == (await shop.get(f"orders/{PAID}/comments"))["items"][-1]["comment"]
        assert [("order.update", str(PAID), sent)] == await shop.effects()


async def test_an_invoice_moves_a_new_order_on_and_two_make_up_the_whole() -> None:
    async with desk() as shop:
        first = (await lines(shop, 20))[0]["item_id"]
        half = await shop.post("order/20/invoice", {"items": [{"order_item_id": first, "qty": 1}], "capture": True})
        state = (await shop.get("orders/20"))["state"]
        rest = await shop.post("order/20/invoice")
        none = await shop.post("order/20/invoice")

        order = await shop.get("orders/20")
        assert [200, 200, 400] == [half.status_code, rest.status_code, none.status_code]
        assert ("processing", "processing") == (state, order["state"])
        assert (order["grand_total"], 0) == (order["total_paid"], order["total_due"])
        assert none.json()["message"].startswith("Invoice Document Validation Error(s):")
        sums = [(await shop.get(f"invoices/{answer.json()}"))["grand_total"] for answer in (half, rest)]
        assert order["grand_total"] == pytest.approx(sum(sums))


async def test_a_shipped_order_is_complete_when_it_is_invoiced() -> None:
    async with desk() as shop:
        states = []
        for step in ("ship", "invoice"):
            await shop.post(f"order/{NEW}/{step}")
            states.append((await shop.get(f"orders/{NEW}"))["state"])

        assert ["processing", "complete"] == states


@pytest.mark.parametrize(("method", "path"), [("POST", "orders"), ("PUT", "orders/create")])
async def test_plain_fields_of_an_order_can_be_saved(method: str, path: str) -> None:
    async with desk() as shop:
        answer = await shop.call(method, path, {"entity": {"entity_id": PAID, "ext_order_id": "ERP-7", "status": "awaiting_stock"}})
        unknown = await shop.call(method, path, {"entity": {"entity_id": 999}})
        placed = await shop.call(method, path, {"entity": {"ext_order_id": "ERP-8"}})

        assert [200, 404, 400] == [one.status_code for one in (answer, unknown, placed)]
        assert [PAID] == [row["entity_id"] for row in await shop.rows("orders", ("ext_order_id", "eq", "ERP-7"))]
        assert "awaiting_stock" == (await shop.get(f"orders/{PAID}/statuses"))
        assert [("order.update", str(PAID), {"ext_order_id": "ERP-7", "status": "awaiting_stock"})] == await shop.effects()


@pytest.mark.parametrize(
    "path", ["order/{}/ship", "order/{}/invoice", "order/{}/refund", "orders/{}/cancel", "orders/{}/hold", "orders/{}/comments"]
)
async def test_an_order_nobody_knows_is_a_404_and_no_number_a_400(path: str) -> None:
    async with desk() as shop:
        statuses = [(await shop.post(path.format(order), {})).status_code for order in ("9999", "abc")]

        assert [404, 400] == statuses
