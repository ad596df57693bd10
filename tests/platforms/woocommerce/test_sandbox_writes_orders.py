"""What the local WooCommerce promises of orders that are changed, called off, refunded and noted on: money, stock and times with them."""

from typing import Any

import jsonschema
import pytest

from tests.platforms.woocommerce.shop import Json, shared
from tests.platforms.woocommerce.test_sandbox_writes import Writer, refusal, writing

REFUSED = "woocommerce_rest_cannot_create_order_refund"
BY_HAND = {"api_refund": False}
# Of the small shop: paid by hand, by a card that pays back by itself; one line of a product whose stock is counted; not yet paid.
PAID_BY_HAND, PAID_BY_CARD, COUNTED, PENDING = 130, 160, 138, 157


async def stock(there: Writer, line: Json) -> int:
    path = f"products/{line['product_id']}"
    row = await there.get(f"{path}/variations/{line['variation_id']}" if line["variation_id"] else path)
    return int(row["stock_quantity"])


async def test_an_orders_own_fields_are_changed_and_read_back() -> None:
    sent = {"customer_note": "Ring twice", "billing": {"city": "Elsewhere"}, "meta_data": [{"key": "_write", "value": "w1"}]}
    async with writing() as there:
        before = await there.get(f"orders/{PENDING}")
        row = await there.done("PUT", f"orders/{PENDING}", sent)

        assert [("order.update", str(PENDING), sent)] == there.effects()
        assert ("Ring twice", before["billing"] | {"city": "Elsewhere"}) == (row["customer_note"], row["billing"])
        assert row == await there.get(f"orders/{PENDING}")
        assert [PENDING] == await there.changed("orders")
        jsonschema.validate(row, shared("spec/order.schema.json"))


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("orders/999999", {"status": "cancelled"}, "woocommerce_rest_shop_order_invalid_id"),
        ("orders/157", {"status": "shipped"}, "rest_invalid_param"),
        ("orders/157", {"status": "trash"}, "rest_invalid_param"),
        ("orders/157", {"customer_note": 5}, "rest_invalid_param"),
        ("orders/157", {"billing": {"email": "nobody"}}, "rest_invalid_param"),
        ("orders/157", {"customer_note": "x", "customer_id": 999_999}, "woocommerce_rest_invalid_customer_id"),
    ],
)
async def test_a_refused_change_of_an_order_changes_nothing(path: str, body: Json, code: str) -> None:
    async with writing() as there:
        answer = await there.send("PUT", path, body)

        assert (400, code, [], []) == (*refusal(answer), there.effects(), await there.changed("orders"))


async def test_an_order_called_off_gives_its_stock_back_once() -> None:
    async with writing() as there:
        line = (await there.get(f"orders/{COUNTED}"))["line_items"][0]
        before = await stock(there, line)
        rows = [await there.done("PUT", f"orders/{COUNTED}", {"status": "cancelled"}) for _ in range(2)]

        assert ["cancelled", "cancelled"] == [row["status"] for row in rows]
        assert before + line["quantity"] == await stock(there, line)
        assert 2 * [("order.cancel", str(COUNTED), None)] == there.effects()
        assert ([line["product_id"]], []) == (await there.changed("products"), rows[0]["refunds"])
        assert ["Stock levels increased", "Order status changed"] == [
            note["note"][:22].rstrip(":") if "Stock" in note["note"] else note["note"][:20]
            for note in (await there.get(f"orders/{COUNTED}/notes"))[:2]
        ]


@pytest.mark.parametrize("body", [{"status": "processing"}, {"status": "completed"}, {"status": "on-hold"}, {"set_paid": True}])
async def test_an_order_that_is_taken_on_takes_its_stock_once(body: dict[str, Any]) -> None:
    async with writing() as there:
        line = (await there.get(f"orders/{PENDING}"))["line_items"][0]
        await there.done("PUT", f"products/13/variations/{line['variation_id']}", {"stock_quantity": 1})
        row = await there.done("PUT", f"orders/{PENDING}", body)
        await there.done("PUT", f"orders/{PENDING}", {"status": "completed"})

        assert 1 - line["quantity"] == await stock(there, line)
        assert str(line["quantity"]) == {entry["key"]: entry["value"] for entry in row["line_items"][0]["meta_data"]}["_reduced_stock"]
        assert (body == {"status": "on-hold"}) is (row["date_paid"] is None)


async def test_a_change_of_nothing_moves_the_time_of_change_and_no_stock() -> None:
    async with writing() as there:
        await there.done("PUT", f"orders/{COUNTED}", {"status": "completed"})

        assert [("order.update", str(COUNTED), {"status": "completed"})] == there.effects()
        assert ([COUNTED], []) == (await there.changed("orders"), await there.changed("products"))


async def test_a_change_of_status_does_not_rewrite_what_was_shipped_and_noted() -> None:
    async with writing() as there:
        before = [await there.get(f"orders/{PAID_BY_CARD}/{part}") for part in ("notes", "fulfillments")]
        await there.done("PUT", f"orders/{PAID_BY_CARD}", {"status": "completed"})

        assert before[0] == (await there.get(f"orders/{PAID_BY_CARD}/notes"))[1:]
        assert before[1] == await there.get(f"orders/{PAID_BY_CARD}/fulfillments")


async def test_an_order_in_the_trash_was_answered_as_it_had_been() -> None:
    async with writing() as there:
        answers = [await there.send("DELETE", f"orders/{PENDING}", **query) for query in ({}, {}, {"force": "true"})]

        assert [200, 410, 200] == [answer.status_code for answer in answers]
        assert ["pending", "trash"] == [answers[place].json()["status"] for place in (0, 2)]
        assert 404 == (await there.send("GET", f"orders/{PENDING}")).status_code


async def test_a_batch_of_orders_answers_each_for_itself() -> None:
    body = {"update": [{"id": PENDING, "status": "cancelled"}, {"id": 999_999, "status": "cancelled"}, {"id": COUNTED, "customer_note": 7}]}
    async with writing() as there:
        rows = (await there.done("POST", "orders/batch", body))["update"]

        assert ["cancelled", None, "completed"] == [row.get("status") for row in rows]
        assert ("woocommerce_rest_shop_order_invalid_id", "7") == (rows[1]["error"]["code"], rows[2]["customer_note"])
        assert ["order.cancel", "order.update"] == [what for what, _, _ in there.effects()]


async def test_lines_of_an_order_are_not_served() -> None:
    async with writing() as there:
        answer = await there.send("PUT", f"orders/{PENDING}", {"line_items": [{"id": 1, "quantity": 0}]})

        assert (501, []) == (answer.status_code, there.effects())


async def test_a_refund_by_line_pays_tax_puts_back_stock_and_shows_everywhere() -> None:
    async with writing() as there:
        order = await there.get(f"orders/{COUNTED}")
        line, before = order["line_items"][0], await stock(there, order["line_items"][0])
        wanted = {"id": line["id"], "quantity": 1, "refund_total": 48.5, "refund_tax": [{"id": 1, "refund_total": 4}]}
        answer = await there.send("POST", f"orders/{COUNTED}/refunds", {**BY_HAND, "reason": "Broken", "line_items": [wanted]})
        made, after = answer.json(), await there.get(f"orders/{COUNTED}")
        shown = made["line_items"][0]

        assert (201, "52.50", "Broken", False) == (answer.status_code, *(made[name] for name in ("amount", "reason", "refunded_payment")))
        assert [("refund.create", str(COUNTED), "52.50")] == there.effects()
        assert (-1, "-48.50", "-4.00", str(line["id"])) == (
            *(shown[name] for name in ("quantity", "total", "total_tax")),
            shown["meta_data"][0]["value"],
        )
        assert [{"id": made["id"], "reason": "Broken", "total": "-52.50"}] == after["refunds"]
        assert ("completed", before + 1, [COUNTED]) == (after["status"], await stock(there, line), await there.changed("orders"))
        assert made["id"] in {row["id"] for row in await there.get("refunds", per_page=5)}
        assert made == await there.get(f"orders/{COUNTED}/refunds/{made['id']}")
        jsonschema.validate(made, shared("spec/order_refund.schema.json"))


async def test_a_refund_without_restocking_leaves_the_shelf_alone() -> None:
    async with writing() as there:
        line = (await there.get(f"orders/{COUNTED}"))["line_items"][0]
        before = await stock(there, line)
        body = {**BY_HAND, "api_restock": False, "line_items": [{"id": line["id"], "quantity": 1, "refund_total": 10}]}
        await there.done("POST", f"orders/{COUNTED}/refunds", body)

        assert before == await stock(there, line)


async def test_shipping_is_refunded_as_a_line_too() -> None:
    async with writing() as there:
        line = (await there.get(f"orders/{PAID_BY_HAND}"))["shipping_lines"][0]
        body = {**BY_HAND, "amount": "2.00", "line_items": [{"id": line["id"], "refund_total": "2.00"}]}
        made = await there.done("POST", f"orders/{PAID_BY_HAND}/refunds", body)

        assert ([], ["-2.00"]) == (made["line_items"], [each["total"] for each in made["shipping_lines"]])


async def test_a_refund_of_all_that_is_left_closes_the_order() -> None:
    async with writing() as there:
        total = (await there.get(f"orders/{PAID_BY_CARD}"))["total"]
        first = await there.done("POST", f"orders/{PAID_BY_CARD}/refunds", {"amount": "10.00", "meta_data": [{"key": "_w", "value": "1"}]})
        rest = f"{float(total) - 10:.2f}"
        await there.done("POST", f"orders/{PAID_BY_CARD}/refunds", {"amount": rest})
        over = await there.send("POST", f"orders/{PAID_BY_CARD}/refunds", {"amount": "0.01"})

        assert (True, "1") == (first["refunded_payment"], first["meta_data"][-1]["value"])
        assert "refunded" == (await there.get(f"orders/{PAID_BY_CARD}"))["status"]
        assert (500, REFUSED, 500) == (*refusal(over), over.json()["data"])
        assert [("refund.create", str(PAID_BY_CARD), amount) for amount in ("10.00", rest)] == there.effects()


@pytest.mark.parametrize(
    ("order", "body", "status", "code", "number"),
    [
        (PAID_BY_HAND, {"amount": "99999.00", **BY_HAND}, 500, REFUSED, 500),
        (PAID_BY_HAND, {"amount": "abc", **BY_HAND}, 500, REFUSED, 500),
        (PAID_BY_HAND, {"amount": "1.00"}, 500, REFUSED, 500),
        (PAID_BY_HAND, {"amount": "-1.00", **BY_HAND}, 500, "woocommerce_rest_invalid_order_refund", 400),
        (999_999, {"amount": "1.00"}, 500, "woocommerce_rest_invalid_order_id", 404),
        (PAID_BY_HAND, {"amount": 1}, 400, "rest_invalid_param", None),
    ],
)
async def test_a_refused_refund_is_an_error_500_with_a_bare_number(
    order: int, body: Json, status: int, code: str, number: int | None
) -> None:
    async with writing() as there:
        answer = await there.send("POST", f"orders/{order}/refunds", body)

        assert (status, code, []) == (*refusal(answer), there.effects())
        assert answer.json()["data"] == number or number is None


async def test_the_status_refunded_books_what_was_left_without_moving_money() -> None:
    async with writing() as there:
        row = await there.done("PUT", f"orders/{PAID_BY_HAND}", {"status": "refunded"})

        assert [f"-{row['total']}"] == [refund["total"] for refund in row["refunds"]]
        assert [("order.update", str(PAID_BY_HAND), {"status": "refunded"})] == there.effects()


async def test_a_refunds_record_can_be_deleted_without_force() -> None:
    async with writing() as there:
        made = await there.done("POST", f"orders/{PAID_BY_HAND}/refunds", {"amount": "1.00", **BY_HAND})
        path = f"orders/{PAID_BY_HAND}/refunds/{made['id']}"
        answers = [await there.send("DELETE", path) for _ in range(2)]

        assert [200, 500] == [answer.status_code for answer in answers]
        assert [] == (await there.get(f"orders/{PAID_BY_HAND}"))["refunds"]


async def test_a_note_is_added_told_and_deleted_and_the_order_did_not_change() -> None:
    async with writing() as there:
        sent = {"note": "On its way", "customer_note": True}
        answer = await there.send("POST", f"orders/{PENDING}/notes", sent)
        note = answer.json()
        told = await there.get(f"orders/{PENDING}/notes", type="customer")
        deleted = [await there.send("DELETE", f"orders/{PENDING}/notes/{note['id']}", **force) for force in ({}, {"force": "true"})]

        assert (201, [note]) == (answer.status_code, told)
        assert [("order.update", str(PENDING), sent)] == there.effects()
        assert ([501, 200], []) == ([each.status_code for each in deleted], await there.changed("orders"))
        jsonschema.validate(note, shared("spec/order_note.schema.json"))


@pytest.mark.parametrize(
    ("order", "body", "status", "code"),
    [
        (999_999, {"note": "x"}, 404, "woocommerce_rest_order_invalid_id"),
        (PENDING, {}, 400, "rest_missing_callback_param"),
        (PENDING, {"note": 5}, 400, "rest_invalid_param"),
    ],
)
async def test_a_note_needs_an_order_and_a_text(order: int, body: Json, status: int, code: str) -> None:
    async with writing() as there:
        answer = await there.send("POST", f"orders/{order}/notes", body)

        assert (status, code, []) == (*refusal(answer), there.effects())
