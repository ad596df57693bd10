"""Writes to WooCommerce's orders: called off, changed, refunded, each once, and never against the order's own state."""

from decimal import Decimal
from typing import Any

import pytest

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, NotDone, Unclear
from schema.commands import CancelReason, OrderCancel, OrderUpdate, RefundCreate, RefundLineUnits, RefundReason
from schema.errors import Category
from schema.keys import Kind
from schema.orders import OrderStatus
from tests.platforms.woocommerce.conftest import Served
from tests.platforms.woocommerce.test_writes import Diary, changes, do, done, effects, failure, job, listed, look, made, one, perform, put

CARD, CASH, UNPAID = "160", "150", "157"  # paid by a gateway that gives money back, by one that can't, and not paid
SHIPPED, BROKEN, CANCELLED = "158", "156", "159"  # completed, completed and refunded in part, cancelled


async def lines(shop: Served, order: str) -> list[Any]:
    found = (await one(shop, Kind.ORDER, order)).parts.lines
    assert found
    return list(found)


async def refunds(shop: Served, order: str) -> list[Any]:
    (found,) = await shop.readers.parts["refunds"]([order])
    assert isinstance(found, list)
    return found


async def left(shop: Served, order: str) -> Decimal:
    totals = (await one(shop, Kind.ORDER, order)).totals
    return Decimal(totals.total.amount - totals.refunded.amount)


async def test_a_paid_order_is_called_off_and_its_money_goes_back(shop: Served) -> None:
    (result,) = await do(shop, OrderCancel(CARD, CancelReason.OUT_OF_STOCK, "Sorry.", notify=True))
    order = await one(shop, Kind.ORDER, CARD)

    assert {"status": "CANCELLED"} == done(result).after
    assert (OrderStatus.CANCELLED, Decimal(0)) == (order.status, await left(shop, CARD))
    assert ["refund.create", "order.cancel", "order.update"] == [each[0] for each in effects(shop)]  # money, status, note
    assert 3 == len(changes(shop))


@pytest.mark.parametrize(("order", "refund"), [(CASH, True), (UNPAID, True), (CARD, False)])
async def test_no_money_moves_where_none_can_or_shall(shop: Served, order: str, *, refund: bool) -> None:
    before = await left(shop, order)
    done((await do(shop, OrderCancel(order, refund=refund)))[0])

    assert before == await left(shop, order)
    assert ["order.cancel"] == [each[0] for each in effects(shop)]


async def test_many_orders_are_called_off_by_one_call(shop: Served) -> None:
    orders = [CASH, UNPAID, "147", "143", CANCELLED, SHIPPED, "999", "x"]
    results = await do(shop, *(OrderCancel(order) for order in orders))

    assert [Done] * 4 == [type(each) for each in results[:4]]
    assert ["ALREADY_CANCELLED", "NOT_CANCELLABLE", "NOT_FOUND", "NOT_FOUND"] == [failure(each)[1] for each in results[4:]]
    assert ["POST orders/batch"] == changes(shop)


async def test_a_cancelled_order_whose_answer_was_lost_is_done(shop: Served) -> None:
    work = job(OrderCancel(CARD))
    shop.fail(match="PUT orders", after=True, hang_up=True)
    (lost,) = await perform(shop, work)
    (again,) = await perform(shop, Job(work.id, work.command, uncertain=True))

    assert isinstance(lost, PlatformError)
    assert lost.uncertain
    assert isinstance(again, Done)
    assert ["refund.create", "order.cancel"] == [each[0] for each in effects(shop)]


async def test_money_whose_answer_was_lost_is_not_given_back_twice(shop: Served) -> None:
    work, diary = job(OrderCancel(CARD)), Diary()
    shop.fail(match="refunds", after=True, hang_up=True)
    (lost,) = await perform(shop, work, diary=diary)
    (again,) = await perform(shop, Job(work.id, work.command, uncertain=True, notes=diary.notes[work.id]))

    assert isinstance(lost, PlatformError)
    assert lost.uncertain
    assert isinstance(again, Done)
    assert OrderStatus.CANCELLED is (await one(shop, Kind.ORDER, CARD)).status
    assert ["refund.create", "order.cancel"] == [each[0] for each in effects(shop)]


async def test_a_refund_that_is_refused_leaves_the_order_as_it_is(shop: Served) -> None:
    body = '{"code":"woocommerce_rest_cannot_create_order_refund","message":"","data":500}'
    shop.fail(match="POST orders/{id}/refunds", status=500, body=body)
    (result,) = await do(shop, OrderCancel(CARD))

    assert (Category.CONFLICT, "woocommerce_rest_cannot_create_order_refund") == failure(result)
    assert [] == effects(shop)


async def test_a_note_that_fails_costs_nothing(shop: Served) -> None:
    shop.fail(match="notes", status=500, body="<html>")

    assert done((await do(shop, OrderCancel(CASH, note="Called us.")))[0])


async def test_an_orders_note_and_status_are_changed_and_seen(shop: Served) -> None:
    works = [job(OrderUpdate(CASH, {"note": "Ring twice", "status": "on-hold"})), job(OrderUpdate(UNPAID, {"note": None}))]
    before = await look(shop, *works)
    results = await perform(shop, *works)
    called = changes(shop)
    order = await one(shop, Kind.ORDER, CASH)

    assert [Done, Done] == [type(each) for each in results]
    assert ["POST orders/batch"] == called
    assert ("Ring twice", OrderStatus.ON_HOLD) == (order.note, order.status)
    assert NotDone is type(before[0])
    assert [Done, Done] == [type(each) for each in await look(shop, *works)]


async def test_a_status_nobody_knows_is_refused_and_never_becomes_another(shop: Served) -> None:
    results = await do(shop, OrderUpdate(CASH, {"status": "teleported"}), OrderUpdate(UNPAID, {"note": "Fine"}))

    assert (Category.VALIDATION, "rest_invalid_param") == failure(results[0])
    assert "status" in str(results[0])
    assert done(results[1])
    assert OrderStatus.OPEN is (await one(shop, Kind.ORDER, CASH)).status


async def test_units_are_refunded_with_their_tax_and_put_back(shop: Served) -> None:
    line = (await lines(shop, CARD))[0]
    command = RefundCreate(CARD, (RefundLineUnits(line.platform_id, 1, restock=True),), reason=RefundReason.DAMAGED, note="Chipped")
    (result,) = await do(shop, command)
    refund = await one(shop, Kind.REFUND, made(result))
    due = (line.total.amount + line.tax.amount) / line.quantity

    assert [(line.platform_id, 1)] == [(each.order_line_id, each.quantity) for each in refund.lines]
    assert abs(refund.amount.amount - due) <= Decimal("0.01")
    assert refund.amount.amount == sum(each.amount.amount + each.tax.amount for each in refund.lines)
    assert "Damaged or not as described: Chipped" == refund.note
    assert ["refund.create"] == [each[0] for each in effects(shop)]


async def test_the_units_of_a_line_one_by_one_come_to_what_was_paid(shop: Served) -> None:
    line = max(await lines(shop, CARD), key=lambda each: each.quantity)
    for _ in range(line.quantity):
        done((await do(shop, RefundCreate(CARD, (RefundLineUnits(line.platform_id, 1),))))[0])
    back = await refunds(shop, CARD)
    (more,) = await do(shop, RefundCreate(CARD, (RefundLineUnits(line.platform_id, 1),)))

    assert line.total.amount + line.tax.amount == sum(each.amount.amount for each in back)
    assert (Category.CONFLICT, "OVER_REFUNDED") == failure(more)


async def test_everything_left_is_refunded_and_the_order_is_refunded(shop: Served) -> None:
    rest = await left(shop, BROKEN)
    (result,) = await do(shop, RefundCreate(BROKEN))
    (again,) = await do(shop, RefundCreate(BROKEN))

    assert rest == (await one(shop, Kind.REFUND, made(result))).amount.amount
    assert OrderStatus.REFUNDED is (await one(shop, Kind.ORDER, BROKEN)).status
    assert (Category.CONFLICT, "NOTHING_LEFT") == failure(again)


async def test_shipping_and_an_amount_of_its_own_are_refunded(shop: Served) -> None:
    order = next(each for each in await listed(shop, Kind.ORDER) if each.totals.shipping.amount > 2 and not each.totals.refunded.amount)
    paid = order.totals.shipping.amount
    (first,) = await do(shop, RefundCreate(order.key_id, shipping="1.00", amount="2.50"))
    (rest,) = await do(shop, RefundCreate(order.key_id, shipping="all"))

    assert Decimal("3.50") == (await one(shop, Kind.REFUND, made(first))).amount.amount
    assert paid - 1 == (await one(shop, Kind.REFUND, made(rest))).shipping.amount


@pytest.mark.parametrize(
    ("more", "category", "code"),
    [
        ({"amount": "99999.00"}, Category.CONFLICT, "OVER_REFUNDED"),
        ({"shipping": "99999.00"}, Category.CONFLICT, "OVER_REFUNDED"),
        ({"lines": (RefundLineUnits("999999", 1),)}, Category.VALIDATION, "LINE_UNKNOWN"),
        ({"lines": (RefundLineUnits("x", 1),)}, Category.VALIDATION, "LINE_UNKNOWN"),
        ({"amount": "1.00", "currency_code": "EUR"}, Category.VALIDATION, "CURRENCY"),
        ({"order": "999"}, Category.VALIDATION, "NOT_FOUND"),
        ({"order": "1-2"}, Category.VALIDATION, "NOT_FOUND"),
    ],
)
async def test_a_refund_the_order_does_not_have_is_never_sent(shop: Served, more: Any, category: Category, code: str) -> None:
    (result,) = await do(shop, RefundCreate(**{"order": CARD, **more}))

    assert (category, code) == failure(result)
    assert ([], []) == (effects(shop), changes(shop))


async def test_goods_come_back_all_or_none(shop: Served) -> None:
    ids = [line.platform_id for line in await lines(shop, "123")][:2]
    units = tuple(RefundLineUnits(line, 1, restock=turn == 0) for turn, line in enumerate(ids))

    assert (Category.VALIDATION, "MIXED_RESTOCK") == failure((await do(shop, RefundCreate("123", units)))[0])


async def test_a_refund_is_looked_for_by_its_mark_and_made_once(shop: Served) -> None:
    work, diary = job(RefundCreate(CARD, amount="5.00")), Diary()
    shop.fail(match="refunds", after=True, hang_up=True)
    (lost,) = await perform(shop, work, diary=diary)
    again = Job(work.id, work.command, uncertain=True, notes=diary.notes[work.id])
    (seen,), (result,) = await look(shop, again), await perform(shop, again)

    assert isinstance(lost, PlatformError)
    assert lost.uncertain
    assert isinstance(seen, Done)
    assert seen.entity == done(result).entity
    assert [("refund.create", CARD, "5.00")] == effects(shop)


async def test_a_refund_that_was_never_made_is_not_mistaken_for_another(shop: Served) -> None:
    work, other, diary = job(RefundCreate(CARD, amount="5.00")), job(RefundCreate(CARD, amount="5.00")), Diary()
    shop.fail(match="POST orders/{id}/refunds", hang_up=True)
    await perform(shop, work, diary=diary)
    await perform(shop, other)
    (seen,) = await look(shop, Job(work.id, work.command, uncertain=True, notes=diary.notes[work.id]))

    assert isinstance(seen, NotDone)


async def test_a_refund_without_a_mark_that_came_meanwhile_is_left_to_a_person(shop: Served) -> None:
    work, diary = job(RefundCreate(CARD, amount="5.00")), Diary()
    shop.fail(match="POST orders/{id}/refunds", hang_up=True)
    await perform(shop, work, diary=diary)
    await put(shop, f"orders/{CARD}", status="refunded")  # the platform books a refund of its own
    (seen,) = await look(shop, Job(work.id, work.command, uncertain=True, notes=diary.notes[work.id]))

    assert isinstance(seen, Unclear)


async def test_a_refund_is_recorded_where_the_gateway_can_not_pay(shop: Served) -> None:
    (result,) = await do(shop, RefundCreate(CASH, amount="5.00"))

    assert ({"amount": "5.00"}, [("refund.create", CASH, "5.00")]) == (done(result).after, effects(shop))
