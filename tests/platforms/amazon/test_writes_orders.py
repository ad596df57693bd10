"""Writes to a seller's orders, over real HTTP: packages that are confirmed under one number, and feeds that call off and pay back."""

from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio

from adapters.amazon.envelopes import REFUNDS as KIND
from adapters.amazon.envelopes import adjustment, envelope
from adapters.amazon.feeds import REFUNDS, XML, Feeds
from adapters.amazon.shop import Shop
from adapters.kit.failures import PlatformError
from adapters.kit.writing import Accepted, Job, NotDone, Unclear
from schema.commands import (
    CancelReason,
    LineUnits,
    OrderCancel,
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
from tests.platforms.amazon.conftest import Serve, Served
from tests.platforms.amazon.sandbox_seller import DE, SELLER, US
from tests.platforms.amazon.writing import (
    FEED_SECONDS,
    SLOW,
    Diary,
    advance,
    again,
    changes,
    check,
    do,
    done,
    effects,
    failure,
    job,
    look,
    made,
    one,
    orders,
    perform,
    settle_in,
)

CONFIRMATION = "POST /orders/v0/orders/{orderId}/shipmentConfirmation"
SUBMISSION = ["POST /feeds/2021-06-30/documents", "PUT /feed-documents/{feedDocumentId}", "POST /feeds/2021-06-30/feeds"]
UPS = TrackingFields("1Z9", "ups")


@pytest_asyncio.fixture
async def seller(serve: Serve) -> Served:
    """Return a seller whose feeds take two minutes."""
    return settle_in(await serve(**SLOW))


async def plain(seller: Served) -> list[Any]:
    """Return orders that are sent and of which nothing was paid back, the dearest last."""
    found = await orders(seller, "SHIPPED")
    refunds = await seller.readers.parts["refunds"]([order.key_id for order in found])
    return [order for order, back in zip(found, refunds, strict=True) if back == [] and order.totals.total]


async def back(seller: Served, order_id: str) -> list[Any]:
    advance(seller, 121)
    (found,) = await seller.readers.parts["refunds"]([order_id])
    assert isinstance(found, list)
    return found


async def test_all_that_is_open_is_sent_and_the_order_shows_it(seller: Served) -> None:
    order = (await orders(seller, "UNSHIPPED"))[0]
    (result,) = await do(seller, ShipmentCreate(order.key_id, tracking=UPS))
    calls = changes(seller)
    shipment = await one(seller, Kind.SHIPMENT, made(result))
    after = await one(seller, Kind.ORDER, order.key_id)

    assert ("1Z9", "UPS") == (shipment.tracking[0].number, shipment.tracking[0].company)
    assert {line.platform_id: line.quantity for line in order.parts.lines} == {each.order_line_id: each.quantity for each in shipment.lines}
    assert OrderStatus.COMPLETED is after.status
    assert [CONFIRMATION] == calls
    assert [("shipment.create", order.key_id, "1Z9")] == effects(seller)


async def test_lines_are_sent_one_after_the_other_by_carriers_of_any_name(seller: Served) -> None:
    order = (await orders(seller, "UNSHIPPED"))[0]
    line = order.parts.lines[0]
    wish = ShipmentCreate(order.key_id, (LineUnits(line.platform_id, 1),), TrackingFields("VV2", "Van of the Valley"))
    (first,) = await do(seller, wish)
    (second,) = await do(seller, ShipmentCreate(order.key_id, tracking=UPS))
    shipment = await one(seller, Kind.SHIPMENT, made(first))

    assert [(line.platform_id, 1)] == [(each.order_line_id, each.quantity) for each in shipment.lines]
    assert "Van of the Valley" == shipment.tracking[0].company
    assert made(first) != made(second)
    assert "SHIPPED" == (await one(seller, Kind.ORDER, order.key_id)).platform_status


async def test_a_lost_answer_to_a_shipment_is_mended_by_sending_the_same_package_again(seller: Served) -> None:
    order, diary = (await orders(seller, "UNSHIPPED"))[0], Diary()
    wish = job(ShipmentCreate(order.key_id, tracking=UPS))
    seller.fail(match=CONFIRMATION, after=True, hang_up=True)
    (lost,) = await perform(seller, wish, diary=diary)
    (result,) = await perform(seller, again(wish, diary, uncertain=True), diary=diary)
    (shipments,) = await seller.readers.parts["shipments"]([order.key_id])
    assert isinstance(shipments, list)

    assert Category.TRANSIENT == failure(lost)[0]
    assert [made(result)] == [each.key_id for each in shipments if any(one.number == "1Z9" for one in each.tracking)]
    assert ["shipment.create", "shipment.update"] == [what for what, _, _ in effects(seller)]


@pytest.mark.parametrize(
    ("word", "sent_by", "tracking", "expected"),
    [
        ("SHIPPED", "MERCHANT", UPS, (Category.CONFLICT, "ORDER_STATUS")),
        ("PENDING", "MERCHANT", UPS, (Category.CONFLICT, "ORDER_STATUS")),
        ("SHIPPED", "AMAZON", UPS, (Category.CONFLICT, "FULFILLED_BY_AMAZON")),
        ("UNSHIPPED", "MERCHANT", TrackingFields(None, "UPS"), (Category.VALIDATION, "NO_TRACKING")),
        ("UNSHIPPED", "MERCHANT", TrackingFields("1Z9"), (Category.VALIDATION, "NO_CARRIER")),
    ],
)
async def test_what_can_not_be_sent_is_refused(
    seller: Served, word: str, sent_by: str, tracking: TrackingFields, expected: tuple[Category, str]
) -> None:
    order = (await orders(seller, word, sent_by))[0]
    (result,) = await do(seller, ShipmentCreate(order.key_id, tracking=tracking))

    assert expected == failure(result)
    assert [] == changes(seller)


async def test_orders_of_one_call_fail_alone(seller: Served) -> None:
    order = (await orders(seller, "UNSHIPPED"))[0]
    results = await do(seller, *(ShipmentCreate(key, tracking=UPS) for key in ("000-0000000-0000000", order.key_id, "../orders")))

    assert [(Category.VALIDATION, "NOT_FOUND")] * 2 == [failure(results[0]), failure(results[2])]
    assert done(results[1])


async def test_the_tracking_of_a_package_is_changed_and_its_lines_stay(seller: Served) -> None:
    order = (await orders(seller, "UNSHIPPED"))[0]
    key = made((await do(seller, ShipmentCreate(order.key_id, tracking=UPS)))[0])
    before = await one(seller, Kind.SHIPMENT, key)
    (result,) = await do(seller, ShipmentUpdate(key, TrackingFields("NEW9")))
    after = await one(seller, Kind.SHIPMENT, key)

    assert done(result)
    assert ("NEW9", "UPS", before.lines) == (after.tracking[0].number, after.tracking[0].company, after.lines)
    assert ("shipment.update", order.key_id, "NEW9") == effects(seller)[-1]
    (unknown,) = await do(seller, ShipmentUpdate(f"{order.key_id}:999", UPS))
    assert (Category.VALIDATION, "NOT_FOUND") == failure(unknown)


async def test_orders_are_called_off_by_one_feed_and_each_has_its_result(seller: Served) -> None:
    first, second = (await orders(seller, "UNSHIPPED"))[:2]
    sent, diary = (await orders(seller, "SHIPPED"))[0], Diary()
    jobs = [job(OrderCancel(order.key_id, CancelReason.CUSTOMER)) for order in (first, sent, second)]
    results = await perform(seller, *jobs, diary=diary)
    calls = changes(seller)
    await do(seller, ShipmentCreate(second.key_id, tracking=UPS))
    accepted = [results[0], results[2]]
    waiting = await check(seller, diary, accepted, jobs[0], jobs[2])
    advance(seller, FEED_SECONDS)
    ended = await check(seller, diary, accepted, jobs[0], jobs[2])
    advance(seller, 11)

    assert (Category.CONFLICT, "ORDER_STATUS") == failure(results[1])
    assert SUBMISSION == calls
    assert {Accepted} == {type(each) for each in (*accepted, *waiting)}
    assert done(ended[0]).look
    assert (Category.CONFLICT, "18028") == failure(ended[1])
    assert done((await look(seller, jobs[0]))[0])
    assert OrderStatus.CANCELLED is (await one(seller, Kind.ORDER, first.key_id)).status
    assert ("order.cancel", first.key_id, "BUYER_CANCELLED") == effects(seller)[-1]


async def test_a_cancellation_whose_answer_is_lost_is_waited_for(seller: Served) -> None:
    order, diary = (await orders(seller, "UNSHIPPED"))[0], Diary()
    wish = job(OrderCancel(order.key_id))
    seller.fail(match=SUBMISSION[2], after=True, hang_up=True)
    (lost,) = await perform(seller, wish, diary=diary)
    (early,) = await look(seller, again(wish, diary, uncertain=True))
    advance(seller, FEED_SECONDS)
    (late,) = await look(seller, again(wish, diary, uncertain=True))

    assert Category.TRANSIENT == failure(lost)[0]
    assert (Category.TRANSIENT, "FEED_PENDING") == failure(early)
    assert done(late)
    assert 1 == len(effects(seller))


async def test_a_report_too_long_to_be_read_whole_is_settled_by_the_orders_themselves(serve: Serve) -> None:
    seller = settle_in(await serve(orders=300, **SLOW))
    found, diary = (await orders(seller, "UNSHIPPED"))[:12], Diary()
    jobs = [job(OrderCancel(order.key_id)) for order in found]
    results = await perform(seller, *jobs, diary=diary)
    for order in found[1:]:
        await do(seller, ShipmentCreate(order.key_id, tracking=UPS))
    advance(seller, FEED_SECONDS)
    early = await check(seller, diary, results, *jobs)
    advance(seller, 181)
    late = await check(seller, diary, results, *jobs)

    assert len(found) > 8
    assert Accepted in {type(each) for each in early[1:]}
    assert [done(early[0]), done(late[0])]
    assert {(Category.CONFLICT, "NOT_CANCELLED")} == {failure(each) for each in late[1:]}


async def test_an_amount_is_paid_back_once_and_shows_later(seller: Served) -> None:
    order, diary = (await plain(seller))[0], Diary()
    wish = job(RefundCreate(order.key_id, amount="1.25", currency_code="USD", reason=RefundReason.GOODWILL))
    results = await perform(seller, wish, diary=diary)
    calls = changes(seller)
    waiting = await check(seller, diary, results, wish)
    advance(seller, FEED_SECONDS)
    (ended,) = await check(seller, diary, results, wish)
    refunds = await back(seller, order.key_id)

    assert SUBMISSION == calls
    assert isinstance(waiting[0], Accepted)
    assert not done(ended).look
    assert [Decimal("1.25")] == [refund.amount.amount for refund in refunds]
    assert [("refund.create", order.key_id, "1.25")] == effects(seller)


async def test_everything_that_is_left_is_paid_back_and_then_nothing_more(seller: Served) -> None:
    order, diary = (await plain(seller))[-1], Diary()
    for wish in (RefundCreate(order.key_id, amount="0.50"), RefundCreate(order.key_id)):
        refund = job(wish)
        results = await perform(seller, refund, diary=diary)
        advance(seller, FEED_SECONDS)
        assert done((await check(seller, diary, results, refund))[0])
        advance(seller, 121)
    (nothing,) = await do(seller, RefundCreate(order.key_id))

    assert (Category.CONFLICT, "NOTHING_LEFT") == failure(nothing)
    assert order.totals.total.amount == sum(Decimal(value) for _, _, value in effects(seller))


async def test_lines_are_paid_back_in_proportion_with_their_tax(seller: Served) -> None:
    order = next(each for each in await plain(seller) if each.parts.lines[0].quantity > 1 and each.parts.lines[0].tax)
    line, diary = order.parts.lines[0], Diary()
    wish = job(RefundCreate(order.key_id, lines=(RefundLineUnits(line.platform_id, 1),)))
    results = await perform(seller, wish, diary=diary)
    advance(seller, FEED_SECONDS)
    (ended,) = await check(seller, diary, results, wish)
    ((_, _, value),) = effects(seller)

    assert done(ended)
    assert Decimal(0) < Decimal(value) < line.total.amount + line.tax.amount


async def test_where_prices_contain_the_tax_none_is_named(serve: Serve) -> None:
    seller = settle_in(await serve(**SLOW, marketplaces=[DE]))
    order, diary = (await plain(seller))[0], Diary()
    wish = job(RefundCreate(order.key_id))
    results = await perform(seller, wish, diary=diary)
    advance(seller, FEED_SECONDS)

    assert done((await check(seller, diary, results, wish))[0])
    assert [("refund.create", order.key_id, str(order.totals.total.amount))] == effects(seller)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"amount": "100000.00"}, (Category.CONFLICT, "OVER_REFUNDED")),
        ({"shipping": "100000.00"}, (Category.CONFLICT, "OVER_REFUNDED")),
        ({"amount": "1.00", "currency_code": "EUR"}, (Category.VALIDATION, "CURRENCY")),
        ({"lines": (RefundLineUnits("1", 1),)}, (Category.VALIDATION, "LINE_UNKNOWN")),
    ],
)
async def test_a_refund_that_can_not_be_is_not_handed_in(seller: Served, fields: dict[str, Any], expected: tuple[Category, str]) -> None:
    order = (await plain(seller))[0]
    (result,) = await do(seller, RefundCreate(order.key_id, **fields))

    assert expected == failure(result)
    assert [] == changes(seller)


@pytest.mark.parametrize(
    ("word", "sent_by", "code"), [("UNSHIPPED", "MERCHANT", "ORDER_STATUS"), ("SHIPPED", "AMAZON", "FULFILLED_BY_AMAZON")]
)
async def test_orders_that_can_not_be_paid_back_are_refused(seller: Served, word: str, sent_by: str, code: str) -> None:
    order = (await orders(seller, word, sent_by))[0]
    (result,) = await do(seller, RefundCreate(order.key_id, amount="1.00"))

    assert (Category.CONFLICT, code) == failure(result)


async def test_a_refund_that_amazon_refuses_later_fails_alone(seller: Served) -> None:
    first, second = (await plain(seller))[:2]
    diary, jobs = Diary(), [job(RefundCreate(order.key_id)) for order in (first, second)]
    await pay_back_from_elsewhere(seller, first)
    results = await perform(seller, *jobs, diary=diary)
    advance(seller, FEED_SECONDS)
    ended = await check(seller, diary, results, *jobs)

    assert (Category.CONFLICT, "18028") == failure(ended[0])
    assert done(ended[1])


async def pay_back_from_elsewhere(seller: Served, *found: Any) -> None:
    """Hand in refunds of a cent, as another tool of the seller's does: nobody here is told its feed's id."""
    sums = [(order.key_id, {order.parts.lines[0].platform_id: {"Principal": "0.01"}}) for order in found]
    body = envelope(KIND, SELLER, [adjustment({"orderId": key}, "Other", "USD", parts) for key, parts in sums])
    shared, seller.session.shared = seller.session.shared, None
    await Feeds(Shop(seller.session)).submit(REFUNDS, XML, body, [US])
    seller.session.shared = shared


async def lose(seller: Served, order: Any, **fault: Any) -> tuple[Job, Diary]:
    """Let the answer to a refund be lost."""
    diary, wish = Diary(), job(RefundCreate(order.key_id, amount="1.25"))
    seller.fail(match=SUBMISSION[2], **fault)
    (lost,) = await perform(seller, wish, diary=diary)
    assert isinstance(lost, PlatformError)
    assert lost.uncertain
    return wish, diary


async def test_a_refund_whose_answer_was_lost_is_found_among_the_feeds_and_never_sent_again(seller: Served) -> None:
    order = (await plain(seller))[0]
    await do(seller, RefundCreate((await plain(seller))[1].key_id, amount="1.00"))
    wish, diary = await lose(seller, order, after=True, hang_up=True)
    (early,) = await look(seller, again(wish, diary, uncertain=True))
    advance(seller, FEED_SECONDS)
    (middle,) = await look(seller, again(wish, diary, uncertain=True))
    refunds = await back(seller, order.key_id)
    (late,) = await look(seller, again(wish, diary, uncertain=True))

    assert (Category.TRANSIENT, "FEED_PENDING") == failure(early)
    assert done(middle)
    assert [made(late)] == [refund.key_id for refund in refunds]
    assert 2 == len(effects(seller))


async def test_a_refund_that_was_never_handed_in_may_be_sent_again_when_no_feed_can_come_any_more(seller: Served) -> None:
    first, second = (await plain(seller))[:2]
    await do(seller, RefundCreate(second.key_id, amount="1.00"))
    wish, diary = await lose(seller, first, status=500)
    (early,) = await look(seller, again(wish, diary, uncertain=True))
    advance(seller, 600)
    (late,) = await look(seller, again(wish, diary, uncertain=True))

    assert (Category.TRANSIENT, "FEED_PENDING") == failure(early)
    assert NotDone() == late


@pytest.mark.parametrize("seconds", [0, 480])
async def test_a_feed_of_somebody_elses_leaves_a_lost_refund_to_a_person_if_it_can_be_it(seller: Served, seconds: float) -> None:
    first, *others = (await plain(seller))[:3]
    wish, diary = await lose(seller, first, status=500)
    advance(seller, seconds)
    await pay_back_from_elsewhere(seller, *others)
    advance(seller, 600)
    (seen,) = await look(seller, again(wish, diary, uncertain=True))

    assert isinstance(seen, NotDone if seconds else Unclear)


async def test_a_refund_that_amazon_refused_after_its_answer_was_lost_has_failed(seller: Served) -> None:
    order = (await plain(seller))[0]
    diary, wish = Diary(), job(RefundCreate(order.key_id))
    await pay_back_from_elsewhere(seller, order)
    seller.fail(match=SUBMISSION[2], after=True, status=500)
    await perform(seller, wish, diary=diary)
    advance(seller, FEED_SECONDS)
    (seen,) = await look(seller, again(wish, diary, uncertain=True))

    assert (Category.CONFLICT, "18028") == failure(seen)
