"""Writes to a Magento store's orders: shipments, refunds by the right way, cancels and comments; each once, whatever the network does."""

from decimal import Decimal
from typing import Any

import pytest

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, NotDone, Unclear
from adapters.magento.shop import INVOICES, MEMOS, SHIPMENTS, Shop
from schema.commands import (
    CancelReason,
    LineUnits,
    OrderCancel,
    OrderUpdate,
    RefundCreate,
    RefundLineUnits,
    RefundReason,
    ShipmentCreate,
    ShipmentUpdate,
    TrackingFields,
)
from schema.errors import Category
from schema.keys import Kind
from schema.orders import OrderStatus
from tests.platforms.magento.conftest import Serve, Served
from tests.platforms.magento.test_writes import (
    Diary,
    again,
    changes,
    do,
    done,
    effects,
    failure,
    job,
    look,
    made,
    one,
    parts,
    perform,
)

# Orders of the small store: two lines paid and not sent, one line with a discount, three units, all sent; parts; by a card.
TWO_LINES, FIRST, SECOND = "40", "533", "535"
DISCOUNTED, THREE = "3", "6"
NEW, HELD, CANCELLED, CLOSED, REVIEWED, PAID, ONLINE, EUROS = "1", "13", "12", "11", "7", "2", "23", "22"

PARCEL = TrackingFields(number="1Z999", company="UPS")


async def refund(shop: Served, **fields: Any) -> Any:
    """Refund something and return the refund as it is read."""
    (result,) = await do(shop, RefundCreate(**{"order": TWO_LINES, **fields}))
    return await one(shop, Kind.REFUND, made(result))


async def on_hand(shop: Served, variant: str) -> int:
    return sum(level.on_hand for level in await parts(shop, "inventory_levels", variant))


async def comments(shop: Served, order: str) -> list[tuple[str | None, str | None]]:
    found = await one(shop, Kind.ORDER, order)
    return [(each.text, each.status) for each in found.extras.comments]


async def test_all_that_is_open_is_sent_by_one_call_and_read_back(shop: Served) -> None:
    (result,) = await do(shop, ShipmentCreate(TWO_LINES, tracking=PARCEL))

    assert ["POST /V1/order/{orderId}/ship"] == changes(shop)
    assert [("shipment.create", TWO_LINES, "1Z999")] == effects(shop)
    shipment = await one(shop, Kind.SHIPMENT, made(result))
    assert [("UPS", "1Z999")] == [(each.company, each.number) for each in shipment.tracking]
    assert {FIRST: 1, SECOND: 1, "537": 2} == {each.order_line_id: each.quantity for each in shipment.lines}


async def test_some_units_are_sent_from_a_location_that_has_them(shop: Served) -> None:
    lines = (LineUnits(FIRST, 1),)
    refused, sent = [(await do(shop, ShipmentCreate(TWO_LINES, lines, location=source)))[0] for source in ("moon", "default")]

    assert (Category.CONFLICT, "SHIPMENT_REFUSED") == failure(refused)
    shipment = await one(shop, Kind.SHIPMENT, made(sent))
    assert ("default", [FIRST]) == (shipment.location_key_id, [each.order_line_id for each in shipment.lines])
    assert [] == shipment.tracking
    assert OrderStatus.OPEN == (await one(shop, Kind.ORDER, TWO_LINES)).status


async def test_what_can_not_be_sent_is_a_conflict_and_says_why(shop: Served) -> None:
    results = await do(shop, ShipmentCreate(DISCOUNTED), ShipmentCreate(CANCELLED), ShipmentCreate(HELD))

    assert [(Category.CONFLICT, "DOCUMENT_STATE")] * 3 == [failure(each) for each in results]
    assert "status of canceled" in str(results[1])
    assert [] == effects(shop)


@pytest.mark.parametrize("command", [ShipmentCreate("999"), ShipmentCreate("x"), ShipmentCreate(TWO_LINES, (LineUnits("x", 1),))])
async def test_a_shipment_of_what_there_is_not_is_refused(shop: Served, command: ShipmentCreate) -> None:
    (result,) = await do(shop, command)

    assert Category.VALIDATION == failure(result)[0]
    assert [] == effects(shop)


async def test_a_carrier_without_a_number_is_refused_not_lost(shop: Served) -> None:
    (result,) = await do(shop, ShipmentCreate(TWO_LINES, tracking=TrackingFields(company="UPS")))

    assert (Category.VALIDATION, "NUMBER_MISSING") == failure(result)
    assert [] == effects(shop)


async def test_a_shipment_whose_answer_was_lost_is_found_by_its_mark(shop: Served) -> None:
    wish, other = job(ShipmentCreate(TWO_LINES, (LineUnits(FIRST, 1),))), job(ShipmentCreate(TWO_LINES))
    shop.fail(match="/ship", after=True, hang_up=True)
    (result,) = await perform(shop, wish)

    assert isinstance(result, PlatformError)
    assert result.uncertain
    found, missing = await look(shop, again(wish, Diary()), again(other, Diary()))
    assert (Kind.SHIPMENT, made(found)) == done(found).entity
    assert NotDone() == missing
    assert 1 == len(effects(shop))


async def test_a_shipment_that_never_arrived_was_not_made(shop: Served) -> None:
    wish = job(ShipmentCreate(TWO_LINES))
    shop.fail(match="/ship", hang_up=True)
    await perform(shop, wish)

    assert [NotDone()] == await look(shop, again(wish, Diary()))
    done((await perform(shop, again(wish, Diary())))[0])
    assert 1 == len(effects(shop))


async def test_a_tracking_number_is_written_over_the_old_ones(shop: Served) -> None:
    found = await Shop(shop.session).below(SHIPMENTS, "Test", "order_id", map(str, range(1, 41)))
    parcels = {str(each.row["entity_id"]): len(each.row["tracks"]) for rows in found.values() for each in rows}
    for key in (next(key for key, count in parcels.items() if count == wanted) for wanted in (1, 3)):
        wish = job(ShipmentUpdate(key, TrackingFields(number="NEW-1", company="Local Courier")))
        assert [NotDone()] == await look(shop, wish)
        done((await perform(shop, wish))[0])

        shipment = await one(shop, Kind.SHIPMENT, key)
        assert [("Local Courier", "NEW-1")] == [(each.company, each.number) for each in shipment.tracking]
        assert [Done(after={"number": "NEW-1"})] == await look(shop, wish)


async def test_a_new_carrier_leaves_the_number_and_a_new_number_the_carrier(shop: Served) -> None:
    (result,) = await do(shop, ShipmentCreate(TWO_LINES, tracking=PARCEL))
    key = made(result)
    for tracking, expected in ((TrackingFields(company="DHL"), ("DHL", "1Z999")), (TrackingFields(number="2"), ("DHL", "2"))):
        await do(shop, ShipmentUpdate(key, tracking))
        assert [expected] == [(each.company, each.number) for each in (await one(shop, Kind.SHIPMENT, key)).tracking]


async def test_a_shipment_without_a_number_gets_its_first(shop: Served) -> None:
    key = made((await do(shop, ShipmentCreate(TWO_LINES)))[0])
    without, result = [(await do(shop, ShipmentUpdate(key, each)))[0] for each in (TrackingFields(company="DHL"), PARCEL)]

    assert (Category.VALIDATION, "NUMBER_MISSING") == failure(without)
    assert ({"number": None}, {"number": "1Z999"}) == (done(result).before, done(result).after)


async def test_tracking_that_was_half_written_is_finished(shop: Served) -> None:
    found = await Shop(shop.session).below(SHIPMENTS, "Test", "order_id", map(str, range(1, 41)))
    key = next(str(each.row["entity_id"]) for rows in found.values() for each in rows if len(each.row["tracks"]) == 3)
    wish = job(ShipmentUpdate(key, PARCEL))
    shop.fail(match="DELETE /V1/shipment/track", hang_up=True)
    (result,) = await perform(shop, wish)

    assert isinstance(result, PlatformError)
    assert [NotDone()] == await look(shop, again(wish, Diary()))
    done((await perform(shop, again(wish, Diary())))[0])
    assert ["1Z999"] == [each.number for each in (await one(shop, Kind.SHIPMENT, key)).tracking]


async def test_an_order_is_called_off_and_says_why(shop: Served) -> None:
    (result,) = await do(shop, OrderCancel(NEW, CancelReason.OUT_OF_STOCK, note="no more of it"))

    assert {"status": "CANCELLED"} == done(result).after
    assert ["POST /V1/orders/{id}/cancel", "POST /V1/orders/{id}/comments"] == changes(shop)
    assert OrderStatus.CANCELLED == (await one(shop, Kind.ORDER, NEW)).status
    assert ("Cancelled: out of stock: no more of it", "canceled") in await comments(shop, NEW)


async def test_an_order_is_called_off_whether_or_not_the_reason_can_be_written(shop: Served) -> None:
    shop.fail(match="/comments", status=503, body="<html></html>")
    (result,) = await do(shop, OrderCancel(NEW, CancelReason.FRAUD))

    assert {"status": "CANCELLED"} == done(result).after
    assert 1 == len(effects(shop))


@pytest.mark.parametrize(
    ("order", "code"),
    [(CANCELLED, "ALREADY_CANCELLED"), (REVIEWED, "NOT_CANCELLABLE"), (PAID, "ORDER_PAID"), (HELD, "ORDER_PAID"), (CLOSED, "ORDER_PAID")],
)
async def test_an_order_that_can_not_be_called_off_is_a_conflict(shop: Served, order: str, code: str) -> None:
    (result,) = await do(shop, OrderCancel(order))

    assert (Category.CONFLICT, code) == failure(result)
    assert [] == effects(shop)


async def test_a_false_in_a_200_is_no_success(shop: Served) -> None:
    shop.fail(match="/cancel", status=200, body="false")
    (result,) = await do(shop, OrderCancel(NEW))

    assert (Category.CONFLICT, "NOT_CANCELLABLE") == failure(result)


async def test_a_cancel_whose_answer_was_lost_is_done_once(shop: Served) -> None:
    wish = job(OrderCancel(NEW))
    shop.fail(match="/cancel", after=True, hang_up=True)
    await perform(shop, wish)

    assert {"status": "CANCELLED"} == done((await perform(shop, again(wish, Diary())))[0]).after
    assert [("order.cancel", NEW, None)] == effects(shop)


async def test_a_note_becomes_a_comment_and_a_status_a_word_of_the_shop(shop: Served) -> None:
    wish = job(OrderUpdate(PAID, {"note": "Call before delivery.", "status": "awaiting_stock"}))
    assert [NotDone()] == await look(shop, wish)
    (result,) = await perform(shop, wish)

    assert ({"platform_status": "processing"}, {"platform_status": "awaiting_stock"}) == (done(result).before, done(result).after)
    assert ["POST /V1/orders/{id}/comments"] == changes(shop)
    assert ("Call before delivery.", "awaiting_stock") in await comments(shop, PAID)
    assert [Done(after={"platform_status": "awaiting_stock"})] == await look(shop, wish)


async def test_a_status_of_another_state_is_refused(shop: Served) -> None:
    (result,) = await do(shop, OrderUpdate(PAID, {"status": "complete"}))

    assert (Category.VALIDATION, "STATUS_REFUSED") == failure(result)


async def test_an_order_is_put_on_hold_and_taken_off(shop: Served) -> None:
    for status, expected in (("holded", OrderStatus.ON_HOLD), ("processing", OrderStatus.OPEN)):
        (result,) = await do(shop, OrderUpdate(PAID, {"status": status}))
        assert {"platform_status": status} == done(result).after
        assert expected == (await one(shop, Kind.ORDER, PAID)).status
    (result,) = await do(shop, OrderUpdate(CLOSED, {"status": "holded"}))
    assert (Category.CONFLICT, "NOT_HOLDABLE") == failure(result)


async def test_a_note_can_not_be_cleared(shop: Served) -> None:
    (result,) = await do(shop, OrderUpdate(PAID, {"note": None}))

    assert Category.VALIDATION == failure(result)[0]
    assert [] == effects(shop)


async def test_with_nothing_named_all_that_is_left_goes_back(shop: Served) -> None:
    found = await refund(shop)

    assert Decimal("223.44") == found.amount.amount
    assert OrderStatus.REFUNDED == (await one(shop, Kind.ORDER, TWO_LINES)).status
    (again_result,) = await do(shop, RefundCreate(TWO_LINES))
    assert (Category.CONFLICT, "NOTHING_LEFT") == failure(again_result)


async def test_what_is_left_after_an_earlier_goodwill_is_less(shop: Served) -> None:
    """Order 14 gave 2.50 back already, apart from its lines."""
    found = await refund(shop, order="14")

    assert Decimal("110.06") == found.amount.amount


async def test_a_line_goes_back_without_the_shipping_and_into_stock(shop: Served) -> None:
    line = next(each for each in await parts(shop, "lines", DISCOUNTED) if each.platform_id == THREE)
    before = await on_hand(shop, line.variant_key_id)
    lines = (RefundLineUnits(THREE, 2, restock=True),)
    found = await refund(shop, order=DISCOUNTED, lines=lines, reason=RefundReason.DAMAGED, note="scratched")

    assert [(THREE, 2)] == [(each.order_line_id, each.quantity) for each in found.lines]
    assert (Decimal(0), "Damaged or not as described: scratched") == (found.shipping.amount, found.note)
    assert found.lines[0].amount.amount + found.lines[0].tax.amount == found.amount.amount
    assert before + 2 == await on_hand(shop, line.variant_key_id)


async def test_an_amount_for_a_line_is_what_goes_back_for_it(shop: Served) -> None:
    for amount in ("30.00", "60.00"):
        found = await refund(shop, lines=(RefundLineUnits(FIRST if amount == "30.00" else SECOND, 1, amount),))
        assert Decimal(amount) == found.amount.amount


async def test_shipping_and_an_amount_go_back_with_tax(shop: Served) -> None:
    assert Decimal("10.77") == (await refund(shop, shipping="all")).amount.amount
    (over,) = await do(shop, RefundCreate(TWO_LINES, shipping="all"))
    assert (Category.CONFLICT, "OVER_REFUNDED") == failure(over)
    assert Decimal("5.00") == (await refund(shop, order=EUROS, amount="5.00", currency_code="EUR")).amount.amount.quantize(Decimal("0.01"))
    assert Decimal("2.50") == (await refund(shop, order="4", shipping="2.50")).amount.amount.quantize(Decimal("0.01"))


async def test_what_a_card_paid_goes_back_through_its_invoice(shop: Served) -> None:
    for order, route in ((ONLINE, "POST /V1/invoice/{invoiceId}/refund"), (TWO_LINES, "POST /V1/order/{orderId}/refund")):
        (result,) = await do(shop, RefundCreate(order))
        done(result)
        assert [route] == changes(shop)
    assert "total_online_refunded" in (await Shop(shop.session).get(f"orders/{ONLINE}", "Test"))


async def test_refunds_of_orders_paid_by_hand_ask_for_no_invoices(shop: Served) -> None:
    await do(shop, RefundCreate(TWO_LINES), RefundCreate(DISCOUNTED))

    assert 0 == len([call for call in shop.calls() if "invoices" in call])
    assert 2 == len(effects(shop))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"order": NEW}, "NOTHING_LEFT"),
        ({"order": CLOSED}, "NOTHING_LEFT"),
        ({"lines": (RefundLineUnits(FIRST, 2),)}, "OVER_REFUNDED"),
        ({"lines": (RefundLineUnits("999", 1),)}, "LINE_UNKNOWN"),
        ({"lines": (RefundLineUnits("534", 1),)}, "LINE_UNKNOWN"),
        ({"amount": "9999.00"}, "DOCUMENT_STATE"),
        ({"currency_code": "EUR"}, "CURRENCY"),
        ({"order": "999"}, "NOT_FOUND"),
    ],
)
async def test_a_refund_the_order_does_not_have_is_refused(shop: Served, fields: dict[str, Any], code: str) -> None:
    (result,) = await do(shop, RefundCreate(**{"order": TWO_LINES, **fields}))

    assert code == failure(result)[1]
    assert [] == effects(shop)


async def test_a_refund_whose_answer_was_lost_is_made_once(shop: Served) -> None:
    wish = job(RefundCreate(TWO_LINES, amount="5.00"))
    shop.fail(match="/refund", after=True, hang_up=True)
    (result,) = await perform(shop, wish)

    assert isinstance(result, PlatformError)
    assert result.uncertain
    (found,) = await look(shop, again(wish, Diary()))
    assert {"amount": "5"} == done(found).after
    assert made(found) == (await parts(shop, "refunds", TWO_LINES))[0].key_id
    assert [NotDone()] == await look(shop, job(RefundCreate(TWO_LINES, amount="5.00")))
    assert 1 == len(effects(shop))


async def test_marks_are_kept_from_the_buyer_and_from_notes(shop: Served) -> None:
    wish = job(RefundCreate(TWO_LINES, amount="5.00"))
    (result,) = await perform(shop, wish)
    (row,) = (await Shop(shop.session).below(MEMOS, "Test", "order_id", [TWO_LINES]))[TWO_LINES]

    assert [(f"[cartograph {wish.id}]", 0)] == [(each["comment"], each["is_visible_on_front"]) for each in row.row["comments"]]
    assert (await one(shop, Kind.REFUND, made(result))).note is None


@pytest.mark.parametrize(("order", "lost"), [("10", Unclear), (TWO_LINES, NotDone)])
async def test_a_mark_is_in_no_mail_and_a_strange_refund_then_leaves_a_doubt(shop: Served, order: str, lost: type[Any]) -> None:
    """Order 10 has a refund of its owner's already."""
    wish = job(RefundCreate(order, amount="5.00", notify=True))
    assert [lost] == [type(each) for each in await look(shop, wish)]
    key = made((await perform(shop, wish))[0])

    assert key == made((await look(shop, wish))[0])


async def test_a_shipment_that_is_told_of_is_found_by_its_mark(shop: Served) -> None:
    wish, other = job(ShipmentCreate("5", notify=True)), job(ShipmentCreate("40", notify=True))
    assert [Unclear, NotDone] == [type(each) for each in await look(shop, wish, other)]
    key = made((await perform(shop, wish))[0])

    assert key == made((await look(shop, wish))[0])


async def test_an_order_paid_by_several_cards_is_refunded_invoice_by_invoice(serve: Serve) -> None:
    shop = await serve()
    order = "39"  # new, to be paid by a card
    for line in (527, 529):
        await Shop(shop.session).change("POST", f"order/{order}/invoice", "Test", {"items": [{"order_item_id": line, "qty": 1}]})
    effects(shop)
    invoices = (await Shop(shop.session).below(INVOICES, "Test", "order_id", [order]))[order]
    (whole,) = await do(shop, RefundCreate(order))
    (one_line,) = await do(shop, RefundCreate(order, (RefundLineUnits("529", 1),)))

    assert 2 == len(invoices)
    assert (Category.VALIDATION, "SEVERAL_INVOICES") == failure(whole)
    assert "529" == (await one(shop, Kind.REFUND, made(one_line))).lines[0].order_line_id


async def test_several_orders_fail_and_succeed_each_by_itself(shop: Served) -> None:
    results = await do(shop, ShipmentCreate(TWO_LINES), ShipmentCreate(CANCELLED), ShipmentCreate(PAID))

    assert [Done, PlatformError, Done] == [type(each) for each in results]
    assert 2 == len(effects(shop))
