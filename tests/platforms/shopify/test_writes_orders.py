"""Orders cancelled, annotated, archived and refunded: each once, whatever became of the answer."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Accepted, Done, NotDone
from schema.commands import CancelReason, OrderCancel, OrderUpdate, RefundCreate, RefundLineUnits, WriteOperation
from schema.errors import Category
from schema.keys import Kind
from schema.orders import OrderStatus
from tests.platforms.shopify.conftest import Serve, Shop, an_order, codes, rows

CANCEL, UPDATE, REFUND = WriteOperation.ORDER_CANCEL, WriteOperation.ORDER_UPDATE, WriteOperation.REFUND_CREATE
TEN_SECONDS = timedelta(seconds=10)
NOBODY = "gid://shopify/Order/9999999999"


@pytest_asyncio.fixture
async def many(serve: Serve) -> Shop:
    """Return a store with orders of every fate."""
    return await serve("small", {"orders": 200})


async def settled(shop: Shop, *jobs: Any) -> list[Any]:
    """Ask after accepted jobs until the sandbox's clock has passed their ends."""
    shop.running.control.offset += TEN_SECONDS
    return [(await shop.check(CANCEL, job))[0] for job in jobs]


async def refunds(shop: Shop, order: str) -> list[Any]:
    return [each.value for each in shop.effects("refund.create") if each.entity == order]


async def test_an_order_is_cancelled_when_its_job_has_ended(many: Shop) -> None:
    order = await an_order(many, "PAID", "UNFULFILLED")
    job = many.job(OrderCancel(order.key_id, CancelReason.OUT_OF_STOCK, note="sold out"))
    [accepted] = await many.do(CANCEL, job)
    assert isinstance(accepted, Accepted)
    job = many.again(job, uncertain=False, handle=accepted.handle)
    [early] = await many.check(CANCEL, job)
    [done] = await settled(many, job)
    [now] = await many.read(Kind.ORDER, order.key_id)

    assert accepted == early
    assert Done(after={"status": "CANCELLED"}) == done
    assert (OrderStatus.CANCELLED, "INVENTORY") == (now.status, now.cancel_reason)
    assert now.totals.refunded.amount > 0


async def test_an_order_is_cancelled_without_giving_money_back(many: Shop) -> None:
    order = await an_order(many, "PAID", "UNFULFILLED")
    job = many.job(OrderCancel(order.key_id, refund=False, restock=False))
    [accepted] = await many.do(CANCEL, job)
    await settled(many, many.again(job, handle=accepted.handle))
    [now] = await many.read(Kind.ORDER, order.key_id)

    assert (OrderStatus.CANCELLED, 0) == (now.status, now.totals.refunded.amount)


async def test_what_can_not_be_cancelled_is_told_and_spoils_no_other(many: Shop) -> None:
    cancelled = next(each for each in await rows(many, Kind.ORDER) if each.status is OrderStatus.CANCELLED)
    good = await an_order(many, "PAID", "UNFULFILLED")
    results = await many.do(CANCEL, *(OrderCancel(key) for key in (cancelled.key_id, NOBODY, good.key_id)))

    assert [("CONFLICT", "ALREADY_CANCELLED"), ("VALIDATION", "NOT_FOUND")] == codes(results)[:2]
    assert isinstance(results[2], Accepted)


async def test_a_cancellation_that_ended_without_cancelling_is_a_conflict(many: Shop) -> None:
    order = await an_order(many, "PAID", "UNFULFILLED")
    other = await an_order(many, "PAID", "FULFILLED")
    job = many.job(OrderCancel(order.key_id))
    [accepted] = await many.do(CANCEL, job)
    # Its job has ended, and this order does not show it.
    [result] = await settled(many, many.again(many.job(OrderCancel(other.key_id)), handle=accepted.handle))

    assert [("CONFLICT", "NOT_CANCELLED")] == codes([result])


async def test_an_order_gets_tags_and_a_note_and_is_archived(many: Shop) -> None:
    order = await an_order(many, "PAID", "UNFULFILLED")
    changes: Any = {"tags": ["b", "a"], "note": "ring twice", "status": "closed"}
    job = many.job(OrderUpdate(order.key_id, changes))
    before = await many.look(UPDATE, job)
    results = await many.do(UPDATE, job)
    [now] = await many.read(Kind.ORDER, order.key_id)

    assert [NotDone()] == before
    assert [Done(after=changes)] == results == await many.look(UPDATE, job)
    assert ({"a", "b"}, "ring twice", OrderStatus.ARCHIVED) == (set(now.tags), now.note, now.status)


async def test_an_order_is_reopened_and_loses_its_note(many: Shop) -> None:
    order = await an_order(many, "PAID", "UNFULFILLED")
    await many.do(UPDATE, OrderUpdate(order.key_id, {"note": "x", "status": "closed"}))
    await many.do(UPDATE, OrderUpdate(order.key_id, {"note": None, "status": "open"}))
    [now] = await many.read(Kind.ORDER, order.key_id)

    assert (None, OrderStatus.OPEN) == (now.note or None, now.status)


async def test_a_status_no_order_can_be_set_to_changes_nothing(many: Shop) -> None:
    order = await an_order(many, "PAID", "UNFULFILLED")
    results = await many.do(UPDATE, OrderUpdate(order.key_id, {"note": "x", "status": "shipped"}), OrderUpdate(NOBODY, {"note": "x"}))

    assert [("VALIDATION", "STATUS"), ("VALIDATION", "NOT_FOUND")] == codes(results)
    assert [] == many.effects("order.update")


async def test_orders_are_changed_in_one_document(many: Shop) -> None:
    found = (await rows(many, Kind.ORDER))[:20]
    many.calls()
    await many.do(UPDATE, *(OrderUpdate(each.key_id, {"tags": ["seen"]}) for each in found))

    assert ["UpdateOrder"] == many.calls()
    assert 20 == len(many.effects("order.update"))


async def test_everything_that_is_left_is_given_back(many: Shop) -> None:
    order = await an_order(many, "PAID", "FULFILLED")
    [result] = await many.do(REFUND, RefundCreate(order.key_id))
    [now] = await many.read(Kind.ORDER, order.key_id)
    [again] = await many.do(REFUND, RefundCreate(order.key_id))

    assert order.totals.total.amount == now.totals.refunded.amount == Decimal(result.after["amount"])
    assert [("CONFLICT", "OVER_REFUNDED")] == codes([again])


async def test_a_line_is_given_back_for_what_was_paid_and_put_back_to_stock(many: Shop) -> None:
    order = await an_order(many, "PAID", "FULFILLED")
    line = (await many.parts("lines", order.key_id))[0]
    [result] = await many.do(REFUND, RefundCreate(order.key_id, (RefundLineUnits(line.platform_id, 1, restock=True),), note="broken"))
    [refund] = await many.read(Kind.REFUND, result.entity[1])

    assert (order.key_id, "broken") == (refund.order_key_id, refund.note)
    assert [(line.platform_id, 1, True)] == [(each.order_line_id, each.quantity, each.restocked) for each in refund.lines]
    assert refund.amount.amount > 0


async def test_an_amount_of_its_own_is_given_back(many: Shop) -> None:
    order = await an_order(many, "PAID", "FULFILLED")
    [result] = await many.do(REFUND, RefundCreate(order.key_id, amount="1.5"))
    [refund] = await many.read(Kind.REFUND, result.entity[1])

    assert (Decimal("1.5"), []) == (refund.amount.amount, refund.lines)


async def test_a_line_is_given_back_for_an_amount_of_its_own(many: Shop) -> None:
    order = await an_order(many, "PAID", "FULFILLED")
    lines = await many.parts("lines", order.key_id)
    [result] = await many.do(REFUND, RefundCreate(order.key_id, (RefundLineUnits(lines[0].platform_id, 1, amount="0.75"),)))

    assert Decimal("0.75") == Decimal(result.after["amount"])


async def test_shipping_is_given_back(many: Shop) -> None:
    found = [each for each in await rows(many, Kind.ORDER) if each.totals.shipping.amount > 0 and each.platform_payment_status == "PAID"]
    order = next(each for each in found if each.extras.presentment_total.currency_code == each.currency_code)
    [result] = await many.do(REFUND, RefundCreate(order.key_id, shipping="all"))
    [refund] = await many.read(Kind.REFUND, result.entity[1])

    assert refund.shipping.amount > 0
    assert [] == refund.lines


@pytest.mark.parametrize("payment", ["PENDING", "REFUNDED"])
async def test_what_was_not_paid_or_was_given_back_is_a_conflict(many: Shop, payment: str) -> None:
    order = next(each for each in await rows(many, Kind.ORDER) if each.platform_payment_status == payment)
    [result] = await many.do(REFUND, RefundCreate(order.key_id, amount="1.00", currency_code=order.currency_code))

    assert "CONFLICT" == codes([result])[0][0]
    assert [] == await refunds(many, order.key_id)


async def test_an_unknown_order_is_not_refunded(many: Shop) -> None:
    assert [("VALIDATION", "NOT_FOUND")] == codes(await many.do(REFUND, RefundCreate(NOBODY)))


async def test_a_refund_in_the_buyers_currency_needs_no_amount(many: Shop) -> None:
    foreign = [each for each in await rows(many, Kind.ORDER) if each.extras.presentment_total.currency_code != each.currency_code]
    order = next(each for each in foreign if each.platform_payment_status == "PAID")
    line = (await many.parts("lines", order.key_id))[0]
    [amount] = await many.do(REFUND, RefundCreate(order.key_id, amount="1.00"))
    [result] = await many.do(REFUND, RefundCreate(order.key_id, (RefundLineUnits(line.platform_id, 1),)))

    assert [("VALIDATION", "CURRENCY")] == codes([amount])
    assert isinstance(result, Done)


async def test_a_refund_whose_answer_is_lost_is_made_once(many: Shop) -> None:
    """The suggestion it was made of is another one by then; it is repeated as it was."""
    order = await an_order(many, "PAID", "FULFILLED")
    line = (await many.parts("lines", order.key_id))[0]
    job = many.job(RefundCreate(order.key_id, (RefundLineUnits(line.platform_id, 1),), note="to Ada"))
    many.fail("CreateRefund", after=True, hang_up=True)
    [lost] = await many.do(REFUND, job)
    [repeated] = await many.do(REFUND, many.again(job))

    assert isinstance(lost, PlatformError)
    assert lost.uncertain
    assert isinstance(repeated, Done)
    assert 1 == len(await refunds(many, order.key_id))
    assert "Ada" not in str(many.notes)


async def test_a_refund_is_not_repeated_when_the_platform_has_forgotten_its_key(many: Shop) -> None:
    order = await an_order(many, "PAID", "FULFILLED")
    job = many.job(RefundCreate(order.key_id, amount="1.00"))
    many.fail("CreateRefund", after=True, hang_up=True)
    await many.do(REFUND, job)
    many.clock.ahead += timedelta(days=1).total_seconds()
    results = await many.do(REFUND, many.again(job))

    assert [("VALIDATION", "KEY_FORGOTTEN")] == codes(results)
    assert 1 == len(await refunds(many, order.key_id))


async def test_a_suggestion_that_can_not_be_had_leaves_nothing_open(many: Shop) -> None:
    order = await an_order(many, "PAID", "FULFILLED")
    many.fail("SuggestedRefund", times=-1, status=503)
    [result] = await many.do(REFUND, RefundCreate(order.key_id))

    assert (Category.TRANSIENT, False) == (result.category, result.uncertain)
