"""Writes to orders of eBay sellers, over real HTTP: packages, cancellations and refunds, none of them twice."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio

from adapters.ebay.manifest import CASES, ORDERS
from adapters.kit.writing import Accepted, Job, NotDone, Unclear
from schema.commands import (
    CancelReason,
    Command,
    LineUnits,
    OrderCancel,
    RefundCreate,
    RefundLineUnits,
    RefundReason,
    ShipmentCreate,
    TrackingFields,
)
from schema.errors import Category
from schema.keys import Kind
from schema.orders import OrderStatus
from tests.platforms.ebay.conftest import Serve, Served
from tests.platforms.ebay.writing import (
    Diary,
    again,
    check,
    do,
    done,
    effects,
    failure,
    job,
    lines,
    look,
    made,
    one,
    perform,
    raw,
    repeated,
    uncertain,
)

ONE, SEND, REFUND, CANCEL = "/order/{orderId}", "/shipping_fulfillment", "issue_refund", "POST /post-order/v2/cancellation"
UPS = TrackingFields("1Z 999-AA1", "ups")
LOST = pytest.mark.parametrize("fault", [{"hang_up": True}, {"status": 500, "body": "{}"}], ids=["cut", "500"])


@pytest_asyncio.fixture
async def slow(serve: Serve) -> Served:
    """Return a seller for whom money takes a minute."""
    return await serve(job_seconds=60)


def order(shop: Served, status: str = "paid") -> str:
    found = shop.row("insert", "order", **({} if status == "paid" else {"status": status}))
    effects(shop)
    return found


async def lost(shop: Served, command: Command, match: str, fault: dict[str, Any]) -> tuple[Job, Diary]:
    """Do something whose answer is lost."""
    wanted, diary = job(command), Diary()
    shop.fail(match=match, after=True, **fault)
    (result,) = await perform(shop, wanted, diary=diary)
    assert uncertain(result)
    return wanted, diary


async def test_a_package_is_told_once_and_read_by_its_key(shop: Served) -> None:
    number, at = order(shop), datetime(2026, 11, 24, 10, tzinfo=UTC)
    (line, units), *_ = (await lines(shop, number)).items()
    (result,) = await do(shop, ShipmentCreate(number, (LineUnits(line, units),), UPS, shipped_at=at))
    shipment = await one(shop, Kind.SHIPMENT, made(result))

    assert [("shipment.create", number, "1Z999AA1")] == effects(shop)
    assert ("UPS", "1Z999AA1") == (shipment.tracking[0].company, shipment.tracking[0].number)
    assert ([(line, units)], at) == ([(each.order_line_id, each.quantity) for each in shipment.lines], shipment.created_at)


async def test_without_lines_all_that_is_left_is_sent(shop: Served) -> None:
    number = order(shop)
    (line, _), *_ = (await lines(shop, number)).items()
    await do(shop, ShipmentCreate(number, (LineUnits(line, 1),)))
    left = await do(shop, ShipmentCreate(number))
    (nothing,) = await do(shop, ShipmentCreate(number))
    found = (await shop.readers.parts["shipments"]([number]))[0]

    assert isinstance(found, list)
    assert sum((await lines(shop, number)).values()) == sum(line.quantity for each in found for line in each.lines)
    assert len(found) == len(effects(shop))
    assert {each.key_id for each in found} >= {made(each) for each in left if not isinstance(each, Exception)}
    assert (Category.CONFLICT, "OVER_SHIPPED") == failure(nothing)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (ShipmentCreate("{order}", (LineUnits("1", 1),)), (Category.VALIDATION, "LINE_UNKNOWN")),
        (ShipmentCreate("{order}", (), TrackingFields("A_1", "UPS")), (Category.VALIDATION, "TRACKING_NUMBER")),
        (ShipmentCreate("{order}", (), TrackingFields(None, "UPS")), (Category.VALIDATION, "NO_NUMBER")),
        (ShipmentCreate("12-00000-00000"), (Category.VALIDATION, "NOT_FOUND")),
        (ShipmentCreate("../x"), (Category.VALIDATION, "NOT_FOUND")),
        (ShipmentCreate("{order}", (), UPS, shipped_at=datetime(2199, 1, 1, tzinfo=UTC)), (Category.VALIDATION, "32500")),
    ],
)
async def test_a_package_that_can_not_be_is_refused(shop: Served, command: ShipmentCreate, expected: tuple[Category, str]) -> None:
    number = order(shop)
    wanted = ShipmentCreate(command.order.format(order=number), command.lines, command.tracking, shipped_at=command.shipped_at)
    (result,) = await do(shop, wanted)

    assert expected == failure(result)
    assert [] == effects(shop)


async def test_more_units_than_there_are_and_a_number_that_was_told_are_refused_by_the_platform(shop: Served) -> None:
    number = order(shop)
    (line, units), *_ = (await lines(shop, number)).items()
    (over,) = await do(shop, ShipmentCreate(number, (LineUnits(line, units + 1),)))
    await do(shop, ShipmentCreate(number, (), UPS))
    (twice,) = await do(shop, ShipmentCreate(number, (LineUnits(line, 1),), UPS))

    assert (Category.VALIDATION, "32600") == failure(over)
    assert (Category.CONFLICT, "34500") == failure(twice)
    assert 1 == len(effects(shop))


@LOST
@pytest.mark.parametrize("tracking", [UPS, TrackingFields()], ids=["tracked", "untracked"])
async def test_a_package_whose_answer_is_lost_is_found_again(shop: Served, fault: dict[str, Any], tracking: TrackingFields) -> None:
    number = order(shop)
    wanted, diary = await lost(shop, ShipmentCreate(number, (), tracking), SEND, fault)
    seen = await look(shop, repeated(wanted, diary))

    assert await one(shop, Kind.SHIPMENT, made(seen))
    assert 1 == len(effects(shop))


async def test_a_package_that_is_not_there_is_not_done_and_a_strange_one_is_left_to_a_person(shop: Served) -> None:
    number = order(shop)
    units = await lines(shop, number)
    wanted = job(ShipmentCreate(number), notes={"packages": 0, "units": dict.fromkeys(units, 77)})
    nothing = await look(shop, wanted)
    await do(shop, ShipmentCreate(number))

    assert NotDone() == nothing
    assert isinstance(await look(shop, wanted), Unclear)


async def test_a_paid_order_is_cancelled_when_its_money_is_back(slow: Served) -> None:
    number = order(slow)
    command = OrderCancel(number, CancelReason.CUSTOMER)
    (accepted,) = await do(slow, command)
    calls, early = slow.calls(), await check(slow, accepted, command)
    slow.advance(61)
    late = await check(slow, accepted, command)

    assert [ONE, CANCEL] == calls
    assert early == accepted
    assert {"status": "CANCELLED"} == done(late).after
    assert [("order.cancel", number, "BUYER_ASKED_CANCEL")] == effects(slow)
    assert OrderStatus.CANCELLED is (await one(slow, Kind.ORDER, number)).status


async def test_what_a_buyer_asked_for_is_granted(slow: Served) -> None:
    number = order(slow, "cancel asked")
    command = OrderCancel(number)
    (accepted,) = await do(slow, command)
    calls = slow.calls()
    slow.advance(61)

    assert f"POST {CASES}/{{cancelId}}/approve" == calls[-1]
    assert {"status": "CANCELLED"} == done(await check(slow, accepted, command)).after
    assert 1 == len(effects(slow))


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("delivered", "CANCEL_WINDOW_ELAPSED"),
        ("cancelled", "ALREADY_CANCELLED"),
        ("all refunded", "FULL_REFUNDED_ORDER"),
        ("return opened", "CASE_EXIST"),
    ],
)
async def test_an_order_that_can_not_be_cancelled_says_why(shop: Served, status: str, code: str) -> None:
    (result,) = await do(shop, OrderCancel(order(shop, status)))

    assert (Category.CONFLICT, code) == failure(result)
    assert [] == effects(shop)


@LOST
async def test_a_cancellation_whose_answer_is_lost_is_waited_for(slow: Served, fault: dict[str, Any]) -> None:
    number = order(slow)
    wanted, diary = await lost(slow, OrderCancel(number), CANCEL, fault)
    (stranger,) = await do(slow, OrderCancel(number))
    accepted = await again(slow, wanted, diary)
    slow.advance(61)

    assert (Category.CONFLICT, "CANCELLATION_EXIST") == failure(stranger)
    assert {"status": "CANCELLED"} == done(await check(slow, accepted, wanted.command)).after
    assert {"status": "CANCELLED"} == done(await again(slow, wanted, diary)).after
    assert 1 == len(effects(slow))


async def test_a_refund_is_done_when_its_money_has_gone(slow: Served) -> None:
    number = order(slow, "delivered")
    command = RefundCreate(number, amount="1.50", currency_code="USD", reason=RefundReason.GOODWILL, note="x" * 200)
    (accepted,) = await do(slow, command)
    early, (second,) = await check(slow, accepted, command), await do(slow, command)
    slow.advance(61)
    late = await check(slow, accepted, command)

    assert isinstance(early, Accepted)
    assert (Category.CONFLICT, "34922") == failure(second)
    assert {"amount": "1.5"} == done(late).after
    assert Decimal("1.50") == (await one(slow, Kind.REFUND, made(late))).amount.amount
    assert [("refund.create", number, "1.50")] == effects(slow)


async def test_units_of_a_line_get_what_was_paid_for_them_and_the_rest_is_all_that_is_left(slow: Served) -> None:
    orders = [order(slow, "delivered") for _ in range(20)]
    found = [await raw(slow, f"{ORDERS}/{each}") for each in orders]
    shown = next(each for each in found if len(each["lineItems"]) > 1)
    number, line = shown["orderId"], shown["lineItems"][0]
    await do(slow, RefundCreate(number, (RefundLineUnits(line["lineItemId"], line["quantity"]),), "all"))
    slow.advance(61)
    rest = RefundCreate(number)
    (accepted,) = await do(slow, rest)
    slow.advance(61)
    await check(slow, accepted, rest)
    (nothing,) = await do(slow, rest)

    first, second = [Decimal(value) for _, _, value in effects(slow)]
    assert Decimal(line["total"]["value"]) == first
    assert Decimal(shown["pricingSummary"]["total"]["value"]) == first + second
    assert (Category.CONFLICT, "NOTHING_LEFT") == failure(nothing)
    assert OrderStatus.REFUNDED is (await one(slow, Kind.ORDER, number)).status


@pytest.mark.parametrize(
    ("status", "fields", "expected"),
    [
        ("delivered", {"amount": "999999.00"}, (Category.CONFLICT, "OVER_REFUNDED")),
        ("delivered", {"shipping": "999.00"}, (Category.CONFLICT, "OVER_REFUNDED")),
        ("delivered", {"amount": "1.00", "currency_code": "EUR"}, (Category.VALIDATION, "CURRENCY")),
        ("delivered", {"lines": (RefundLineUnits("1", 1),)}, (Category.VALIDATION, "LINE_UNKNOWN")),
        ("unpaid", {"amount": "1.00"}, (Category.CONFLICT, "34929")),
        ("return opened", {"amount": "1.00"}, (Category.CONFLICT, "34916")),
    ],
)
async def test_a_refund_that_can_not_be_is_refused(
    shop: Served, status: str, fields: dict[str, Any], expected: tuple[Category, str]
) -> None:
    (result,) = await do(shop, RefundCreate(order(shop, status), **fields))

    assert expected == failure(result)
    assert [] == effects(shop)


@LOST
async def test_a_refund_whose_answer_is_lost_is_waited_for_and_never_made_again(slow: Served, fault: dict[str, Any]) -> None:
    number = order(slow, "delivered")
    wanted, diary = await lost(slow, RefundCreate(number, amount="2.00"), REFUND, fault)
    pending = await look(slow, repeated(wanted, diary))
    accepted = await again(slow, wanted, diary)
    slow.advance(61)
    settled = await look(slow, repeated(wanted, diary))

    assert NotDone() == pending
    assert made(settled) == made(await check(slow, accepted, wanted.command))
    assert 1 == len(effects(slow))


async def test_a_refund_of_another_amount_is_left_to_a_person(slow: Served) -> None:
    number = order(slow, "delivered")
    await do(slow, RefundCreate(number, amount="2.00"))
    wanted = job(RefundCreate(number, amount="3.00"), uncertain=True, notes={"refunds": [], "amount": "3.00"})

    assert isinstance(await look(slow, wanted), Unclear)


async def test_a_refund_that_fails_later_is_a_conflict_and_can_be_made_again(serve: Serve) -> None:
    shop = await serve(job_seconds=60, refunds="FAILED")
    command = RefundCreate(order(shop, "delivered"), amount="2.00")
    (accepted,) = await do(shop, command)
    shop.advance(61)
    failed = await check(shop, accepted, command)

    assert (Category.CONFLICT, "REFUND_FAILED") == failure(failed)
    assert isinstance((await do(shop, command))[0], Accepted)


async def test_where_signatures_are_asked_for_a_refund_says_so_and_holds_no_store(serve: Serve) -> None:
    shop = await serve("parts", orders=4, products=4)
    (refund,), (cancel,) = await do(shop, RefundCreate(order(shop, "delivered"))), await do(shop, OrderCancel(order(shop)))

    assert (Category.VALIDATION, "215001") == failure(refund)
    assert Category.VALIDATION is failure(cancel)[0]
    assert [] == effects(shop)
