"""Writes to Walmart's orders: taken on, sent, tracked anew and called off, each once, and never against the order's own state."""

from typing import Any

import pytest

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, NotDone, Unclear
from schema.commands import (
    CancelReason,
    LineUnits,
    OrderAcknowledge,
    OrderCancel,
    ShipmentCreate,
    ShipmentUpdate,
    TrackingFields,
)
from schema.errors import Category
from schema.keys import Kind
from schema.orders import OrderStatus
from tests.platforms.walmart.conftest import Served
from tests.platforms.walmart.test_writes import (
    SECOND,
    SKU,
    Diary,
    changes,
    do,
    done,
    effects,
    failure,
    job,
    level,
    look,
    one,
    perform,
    uncertain,
)

ACKNOWLEDGE, SHIP, CANCEL = (f"POST /v3/orders/{{purchaseOrderId}}/{what}" for what in ("acknowledge", "shipping", "cancel"))
UPS = TrackingFields("1Z77", "ups")


def order_of(shop: Served, status: str = "Acknowledged", **fields: Any) -> str:
    order = shop.row("insert", "order", **{"lines": [[SKU, 3], [SECOND, 1]], **fields})
    if fields.get("ship_node_type") is None:
        shop.row("touch", "order", order, status=status)
    return order


async def lines(shop: Served, order: str) -> list[Any]:
    found = (await one(shop, Kind.ORDER, order)).parts.lines
    assert found
    return list(found)


async def shipments(shop: Served, order: str) -> list[Any]:
    (found,) = await shop.readers.parts["shipments"]([order])
    assert isinstance(found, list)
    return found


def shipment(order: str, *units: tuple[str, int], **tracking: Any) -> ShipmentCreate:
    how = TrackingFields(**tracking) if tracking else UPS
    return ShipmentCreate(order, tuple(LineUnits(line, count) for line, count in units), how)


async def test_an_order_is_taken_on_once(shop: Served) -> None:
    order = order_of(shop, "Created")
    results = await do(shop, OrderAcknowledge(order)) + await do(shop, OrderAcknowledge(order))

    assert [Done, Done] == [type(each) for each in results]
    assert OrderStatus.OPEN is (await one(shop, Kind.ORDER, order)).status
    assert [("order.acknowledge", order, None)] == effects(shop)


@pytest.mark.parametrize("status", ["Shipped", "Cancelled", "Delivered"])
async def test_what_went_further_is_not_taken_on(shop: Served, status: str) -> None:
    (result,) = await do(shop, OrderAcknowledge(order_of(shop, status)))

    assert (Category.CONFLICT, "NOT_OPEN") == failure(result)
    assert not changes(shop)


async def test_an_acknowledgement_whose_answer_was_lost_is_seen(shop: Served) -> None:
    taken, other = (job(OrderAcknowledge(order_of(shop, "Created"))) for _ in range(2))
    shop.fail(match=ACKNOWLEDGE, after=True, hang_up=True)
    (lost,) = await perform(shop, taken)
    found = await look(shop, taken, other)

    assert uncertain(lost)
    assert [Done, NotDone] == [type(each) for each in found]


@pytest.mark.parametrize("command", [OrderAcknowledge, OrderCancel, shipment])
async def test_what_others_fulfil_is_not_the_sellers_to_change(shop: Served, command: Any) -> None:
    orders = [order_of(shop, ship_node_type=kind) for kind in ("WFSFulfilled", "3PLFulfilled")]
    results = await do(shop, *(command(order) for order in orders), command("999"), command("x/../y"))

    assert [(Category.CONFLICT, "NOT_THE_SELLERS")] * 2 == [failure(each) for each in results[:2]]
    assert [(Category.VALIDATION, "NOT_FOUND")] * 2 == [failure(each) for each in results[2:]]
    assert not changes(shop)


async def test_all_that_is_open_is_sent_in_one_call_and_read_back(shop: Served) -> None:
    order = order_of(shop)
    (result,) = await do(shop, shipment(order))
    (parcel,) = await shipments(shop, order)

    assert {SHIP: 1} == changes(shop)
    assert (Kind.SHIPMENT, parcel.key_id) == done(result).entity
    assert ("UPS", "1Z77", [3, 1]) == (parcel.tracking[0].company, parcel.tracking[0].number, [each.quantity for each in parcel.lines])
    assert OrderStatus.COMPLETED is (await one(shop, Kind.ORDER, order)).status
    assert [("shipment.create", order, "1Z77")] == effects(shop)


async def test_a_part_is_sent_and_the_rest_with_another_carrier(shop: Served) -> None:
    order = order_of(shop)
    first, second = [line.platform_id for line in await lines(shop, order)]
    done((await do(shop, shipment(order, (first, 2))))[0])
    more, unknown, address = await do(
        shop,
        shipment(order, (first, 2)),
        shipment(order_of(shop), ("77", 1)),
        shipment(order_of(shop), number="P-1", company="Prairie Wheels"),
    )
    (rest,) = await do(shop, shipment(order, number="P-1", company="Prairie Wheels", url="https://parcels.example.com/P-1"))

    assert [(Category.CONFLICT, "OVER_SHIPPED"), (Category.VALIDATION, "LINE_UNKNOWN"), (Category.VALIDATION, "CARRIER_UNKNOWN")] == [
        failure(each) for each in (more, unknown, address)
    ]
    assert (Kind.SHIPMENT, f"{order}-P-1") == done(rest).entity
    assert [3, 1] == [line.fulfilled_quantity for line in await lines(shop, order)]
    assert second


@pytest.mark.parametrize("tracking", [{"number": "1Z"}, {"company": "UPS"}])
async def test_nothing_is_sent_without_a_way_to_follow_it(shop: Served, tracking: dict[str, str]) -> None:
    (result,) = await do(shop, shipment(order_of(shop), **tracking))

    assert (Category.VALIDATION, "TRACKING_REQUIRED") == failure(result)


async def test_an_order_is_acknowledged_before_it_is_sent(shop: Served) -> None:
    new, half = order_of(shop, "Created"), order_of(shop, "half new")
    first = (await lines(shop, new))[0].platform_id
    results = await do(shop, shipment(new), shipment(half)) + await do(shop, shipment(new, (first, 1)))

    assert [(Category.CONFLICT, "NOT_ACKNOWLEDGED")] * 3 == [failure(each) for each in results]
    assert not effects(shop)


async def test_what_is_sent_or_called_off_is_not_sent_again(shop: Served) -> None:
    results = await do(shop, shipment(order_of(shop, "Shipped")), shipment(order_of(shop, "Cancelled")))

    assert [(Category.CONFLICT, "OVER_SHIPPED")] * 2 == [failure(each) for each in results]


async def test_what_left_is_recorded_though_the_buyer_wants_it_no_more(shop: Served) -> None:
    (result,) = await do(shop, shipment(order_of(shop, "unwanted")))

    assert isinstance(result, Done)


async def test_an_order_too_old_to_be_sent_is_a_conflict(shop: Served) -> None:
    order = order_of(shop)
    shop.row("touch", "order", order, created=f"{shop.clock.now().replace(year=shop.clock.now().year - 1):%Y-%m-%dT%H:%M:%SZ}")
    (result,) = await do(shop, shipment(order))

    assert Category.CONFLICT is failure(result)[0]


async def test_a_shipment_whose_answer_was_lost_is_seen_although_its_parcel_held_something(shop: Served) -> None:
    order, diary = order_of(shop), Diary()
    first = (await lines(shop, order))[0].platform_id
    done((await do(shop, shipment(order, (first, 1))))[0])
    lost, unsent = job(shipment(order, (first, 2))), job(shipment(order, (first, 1)))
    shop.fail(match=SHIP, hang_up=True)
    await perform(shop, lost, diary=diary)
    (before,) = await look(shop, diary.again(lost, uncertain=True))
    shop.fail(match=SHIP, after=True, hang_up=True)
    (result,) = await perform(shop, lost, diary=diary)
    (after,) = await look(shop, diary.again(lost, uncertain=True))

    assert uncertain(result)
    assert isinstance(before, NotDone)
    assert (Kind.SHIPMENT, f"{order}-1Z77") == done(after).entity
    assert [NotDone] == [type(each) for each in await look(shop, unsent)]
    assert 2 == len(effects(shop))


async def test_a_shipment_that_shows_in_part_is_unclear(shop: Served) -> None:
    order = order_of(shop)
    first = (await lines(shop, order))[0].platform_id
    done((await do(shop, shipment(order, (first, 1))))[0])
    half = Job("w", shipment(order, (first, 2)), uncertain=True, notes={"before": {first: 0}, "sent": {first: 2}})

    assert [Unclear] == [type(each) for each in await look(shop, half)]


async def test_tracking_is_corrected_for_all_lines_of_a_parcel(shop: Served) -> None:
    order = order_of(shop)
    made = done((await do(shop, shipment(order)))[0]).entity
    assert made is not None
    (result,) = await do(shop, ShipmentUpdate(made[1], TrackingFields("1Z78", "FedEx")))
    (parcel,) = await shipments(shop, order)

    assert (Kind.SHIPMENT, parcel.key_id) == done(result).entity
    assert ("FedEx", "1Z78", [3, 1]) == (parcel.tracking[0].company, parcel.tracking[0].number, [each.quantity for each in parcel.lines])
    assert [("shipment.create", order, "1Z77"), ("shipment.update", order, "1Z78")] == effects(shop)


async def test_a_corrected_number_whose_answer_was_lost_is_seen_by_its_new_key(shop: Served) -> None:
    order = order_of(shop)
    done((await do(shop, shipment(order)))[0])
    work = job(ShipmentUpdate(f"{order}-1Z77", TrackingFields("1Z78")))
    same = job(ShipmentUpdate(f"{order}-1Z77", TrackingFields("1Z77", "FedEx")))
    before = await look(shop, work, same)
    shop.fail(match=SHIP, after=True, hang_up=True)
    (lost,) = await perform(shop, work)
    (after,) = await look(shop, work)

    assert uncertain(lost)
    assert [NotDone, NotDone] == [type(each) for each in before]
    assert (Kind.SHIPMENT, f"{order}-1Z78") == done(after).entity
    assert [Unclear] == [type(each) for each in await look(shop, job(ShipmentUpdate(f"{order}-none", TrackingFields("nothing"))))]


async def test_tracking_is_corrected_for_four_hours_only(shop: Served) -> None:
    order = order_of(shop)
    done((await do(shop, shipment(order)))[0])
    shop.clock.leap(4 * 3600 + 60)
    late, unknown = await do(
        shop, ShipmentUpdate(f"{order}-1Z77", TrackingFields("1Z78")), ShipmentUpdate(f"{order_of(shop)}-1Z77", TrackingFields("1Z78"))
    )

    assert Category.CONFLICT is failure(late)[0]
    assert (Category.CONFLICT, "NO_PARCEL") == failure(unknown)


@pytest.mark.parametrize("status", ["Created", "Acknowledged", "half new", "unwanted"])
async def test_a_whole_order_is_called_off(shop: Served, status: str) -> None:
    order = order_of(shop, status)
    (result,) = await do(shop, OrderCancel(order))

    assert {"status": "CANCELLED"} == done(result).after
    assert {CANCEL: 1} == changes(shop)
    assert OrderStatus.CANCELLED is (await one(shop, Kind.ORDER, order)).status
    assert ["order.cancel"] == [each[0] for each in effects(shop)]


@pytest.mark.parametrize(
    ("status", "reason", "word"),
    [
        ("Acknowledged", CancelReason.PRICING, "SELLER_CANCEL_PRICING_ERROR"),
        ("Acknowledged", CancelReason.PAYMENT, "SELLER_CANCEL_PRICING_ERROR"),
        ("Acknowledged", CancelReason.ADDRESS, "SELLER_CANCEL_ADDRESS_NOT_SERVICEABLE"),
        ("Acknowledged", CancelReason.FRAUD, "SELLER_CANCEL_FRAUD_STOP_SHIPMENT"),
        ("unwanted", CancelReason.CUSTOMER, "CUSTOMER_REQUESTED_SELLER_TO_CANCEL"),
        ("unwanted", CancelReason.OTHER, "CUSTOMER_REQUESTED_SELLER_TO_CANCEL"),
    ],
)
async def test_a_reason_is_said_in_walmarts_words(shop: Served, status: str, reason: CancelReason, word: str) -> None:
    order = order_of(shop, status)
    done((await do(shop, OrderCancel(order, reason)))[0])

    assert word == (await one(shop, Kind.ORDER, order)).cancel_reason


async def test_what_is_out_of_stock_is_so_at_walmart(shop: Served) -> None:
    done((await do(shop, OrderCancel(order_of(shop), CancelReason.OUT_OF_STOCK)))[0])

    assert 0 == (await level(shop, SKU)).available


async def test_an_order_that_went_further_is_not_called_off(shop: Served) -> None:
    orders = [order_of(shop, status) for status in ("Shipped", "partly", "Cancelled")]
    *late, unasked = await do(shop, *map(OrderCancel, orders), OrderCancel(order_of(shop), CancelReason.CUSTOMER))

    assert [(Category.CONFLICT, "NOT_CANCELLABLE")] * 3 == [failure(each) for each in late]
    assert (Category.CONFLICT, "NO_INTENT_TO_CANCEL") == failure(unasked)
    assert not changes(shop)


async def test_a_cancellation_whose_answer_was_lost_is_done(shop: Served) -> None:
    work = job(OrderCancel(order_of(shop)))
    shop.fail(match=CANCEL, after=True, hang_up=True)
    (lost,) = await perform(shop, work)
    (again,) = await perform(shop, Job(work.id, work.command, uncertain=True))

    assert uncertain(lost)
    assert isinstance(again, Done)
    assert 1 == len(effects(shop))


async def test_an_order_that_can_not_be_read_is_not_in_doubt(shop: Served) -> None:
    shop.fail(match="GET /v3/orders/{purchaseOrderId}", times=-1, status=503, body="{}")
    results = await do(shop, OrderCancel(order_of(shop)), OrderCancel(order_of(shop)))

    assert [(Category.TRANSIENT, False)] * 2 == [(failure(each)[0], uncertain(each)) for each in results]
    assert all(isinstance(each, PlatformError) for each in results)
