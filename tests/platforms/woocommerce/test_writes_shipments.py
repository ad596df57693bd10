"""Shipments written to WooCommerce stores: as fulfilments, with the Shipment Tracking plugin, or in the order itself; read back alike."""

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, NotDone
from schema.commands import LineUnits, RefundCreate, RefundLineUnits, ShipmentCreate, ShipmentUpdate, TrackingFields
from schema.errors import Category
from schema.keys import Kind
from schema.orders import OrderStatus
from schema.shipments import ShipmentStatus
from tests.platforms.woocommerce.conftest import Serve, Served
from tests.platforms.woocommerce.test_writes import Diary, changes, do, done, effects, failure, job, listed, look, made, one, perform

FEATURE: dict[str, Any] = {"fulfillments": True}
PLUGIN: dict[str, Any] = {"fulfillments": False, "shipment_tracking": True}
NEITHER: dict[str, Any] = {"fulfillments": False}
WAYS = pytest.mark.parametrize("way", [FEATURE, PLUGIN, NEITHER], ids=["fulfilments", "plugin", "order"])
PARCEL = TrackingFields("1Z999AA10123456784", "UPS")
OTHER = TrackingFields("1Z999AA10123456785", "UPS")


async def open_order(shop: Served) -> Any:
    """Return an order of which nothing was sent, with two units at least."""
    for order in await listed(shop, Kind.ORDER, statuses=(OrderStatus.OPEN,)):
        if not await shipments(shop, order.key_id) and sum(line.quantity for line in order.parts.lines) > 1:
            return order
    raise AssertionError("no such order")


async def shipments(shop: Served, order: str) -> list[Any]:
    (found,) = await shop.readers.parts["shipments"]([order])
    assert isinstance(found, list)
    return found


async def shipment(shop: Served, key: str) -> Any:
    found = await one(shop, Kind.SHIPMENT, key)
    assert found is not None
    return found


def sent(shop: Served, way: Any) -> int:
    """Return how often a shipment was recorded; to the platform one in the order itself is a change of the order."""
    seen = effects(shop)
    if way == NEITHER:
        return len([each for each in seen if each[0] == "order.update" and "meta_data" in each[2]])
    return len([each for each in seen if each[0] == "shipment.create"])


async def insist(shop: Served, work: Job) -> list[Any]:
    """Carry a job out, looking before each repetition as the queue does, until it is done; return what came of each attempt."""
    diary = Diary()
    results: list[Any] = await perform(shop, work, diary=diary)
    while not isinstance(results[-1], Done) and len(results) < 9:
        again = Job(work.id, work.command, uncertain=True, notes=diary.notes.get(work.id, {}))
        seen = await look(shop, again)
        results += seen if isinstance(seen[0], Done) else await perform(shop, again, diary=diary)
    return results


@WAYS
async def test_all_that_is_open_is_sent_and_the_order_completed(serve: Serve, way: Any) -> None:
    shop = await serve(**way)
    order = await open_order(shop)
    (result,) = await do(shop, ShipmentCreate(order.key_id, tracking=PARCEL, shipped_at=datetime(2026, 11, 20, 10, tzinfo=UTC)))
    found = await shipment(shop, made(result))

    assert [made(result)] == [each.key_id for each in await shipments(shop, order.key_id)]
    assert ([PARCEL.number], ["UPS"]) == ([each.number for each in found.tracking], [each.company for each in found.tracking])
    assert {line.platform_id: line.quantity for line in order.parts.lines} == {line.order_line_id: line.quantity for line in found.lines}
    assert (ShipmentStatus.SHIPPED, order.key_id) == (found.status, found.order_key_id)
    assert OrderStatus.COMPLETED is (await one(shop, Kind.ORDER, order.key_id)).status


@WAYS
async def test_a_part_is_sent_then_the_rest_and_no_more(serve: Serve, way: Any) -> None:
    shop = await serve(**way)
    order = await open_order(shop)
    line = order.parts.lines[0]
    (first,) = await do(shop, ShipmentCreate(order.key_id, (LineUnits(line.platform_id, 1),), PARCEL))
    between = (await one(shop, Kind.ORDER, order.key_id)).status
    (rest,) = await do(shop, ShipmentCreate(order.key_id, tracking=OTHER))
    (more,) = await do(shop, ShipmentCreate(order.key_id, (LineUnits(line.platform_id, 1),)))

    assert [(line.platform_id, 1)] == [(each.order_line_id, each.quantity) for each in (await shipment(shop, made(first))).lines]
    assert OrderStatus.OPEN is between
    assert OrderStatus.COMPLETED is (await one(shop, Kind.ORDER, order.key_id)).status
    assert {made(first), made(rest)} == {each.key_id for each in await shipments(shop, order.key_id)}
    assert (Category.CONFLICT, "OVER_SHIPPED") == failure(more)


@WAYS
async def test_a_shipment_needs_no_tracking(serve: Serve, way: Any) -> None:
    shop = await serve(**way)
    order = await open_order(shop)
    (result,) = await do(shop, ShipmentCreate(order.key_id))

    assert [] == (await shipment(shop, made(result))).tracking


@WAYS
async def test_a_lost_answer_makes_no_second_shipment(serve: Serve, way: Any) -> None:
    shop = await serve(**way)
    order = await open_order(shop)
    work = job(ShipmentCreate(order.key_id, tracking=PARCEL))
    for step in ("fulfillments", "shipment-trackings", "PUT orders"):
        shop.fail(match=f"POST orders/{{id}}/{step}" if " " not in step else step, after=True, hang_up=True)
    results = await insist(shop, work)

    assert isinstance(results[0], PlatformError)
    assert results[0].uncertain
    assert 1 == len([each for each in await shipments(shop, order.key_id) if each.tracking])
    assert 1 == sent(shop, way)
    assert OrderStatus.COMPLETED is (await one(shop, Kind.ORDER, order.key_id)).status


@WAYS
async def test_what_was_refunded_is_not_sent(serve: Serve, way: Any) -> None:
    shop = await serve(**way)
    order = await open_order(shop)
    line = max(order.parts.lines, key=lambda each: each.quantity)
    done((await do(shop, RefundCreate(order.key_id, (RefundLineUnits(line.platform_id, 1),))))[0])
    (result,) = await do(shop, ShipmentCreate(order.key_id))
    units = {each.order_line_id: each.quantity for each in (await shipment(shop, made(result))).lines}

    assert line.quantity - 1 == units.get(line.platform_id, 0)


@WAYS
async def test_tracking_is_changed_and_the_rest_kept(serve: Serve, way: Any) -> None:
    shop = await serve(**way)
    order = await open_order(shop)
    (first,) = await do(shop, ShipmentCreate(order.key_id, tracking=PARCEL))
    work = job(ShipmentUpdate(made(first), TrackingFields(OTHER.number)))
    before = await look(shop, work)
    (result,) = await perform(shop, work)
    after = await look(shop, work)
    (found,) = await shipments(shop, order.key_id)

    assert [NotDone, Done, Done] == [type(each) for each in (*before, result, *after)]
    assert [(OTHER.number, "UPS")] == [(each.number, each.company) for each in found.tracking]
    assert sum(line.quantity for line in order.parts.lines) == sum(line.quantity for line in found.lines)
    assert found.key_id == (made(result) if done(result).entity else made(first))


@WAYS
async def test_a_changed_tracking_whose_answer_was_lost_is_changed_once(serve: Serve, way: Any) -> None:
    shop = await serve(**way)
    order = await open_order(shop)
    (first,) = await do(shop, ShipmentCreate(order.key_id, tracking=PARCEL))
    work = job(ShipmentUpdate(made(first), OTHER))
    for match in ("PUT orders", "shipment-trackings"):
        shop.fail(match=match, after=True, hang_up=True)
    results = await insist(shop, work)

    assert isinstance(results[0], PlatformError)
    assert [[OTHER.number]] == [[each.number for each in found.tracking] for found in await shipments(shop, order.key_id)]


@WAYS
async def test_what_can_not_be_sent_is_not(serve: Serve, way: Any) -> None:
    shop = await serve(**way)
    order = (await open_order(shop)).key_id
    commands = [
        *(ShipmentCreate(each) for each in ("159", "161", "999", "x")),
        ShipmentCreate(order, (LineUnits("999999", 1),)),
        ShipmentCreate(order, location="elsewhere"),
    ]
    results = await do(shop, *commands)
    trackings = await do(shop, *(ShipmentUpdate(key, OTHER) for key in ("160-999", "160-r9", "160-tnone", "160", "x-1")))

    assert ["ORDER_CLOSED", "ORDER_CLOSED", "NOT_FOUND", "NOT_FOUND"] == [failure(each)[1] for each in results[:4]]
    assert ["LINE_UNKNOWN", "LOCATION_UNKNOWN"] == [failure(each)[1] for each in results[4:]]
    assert {Category.VALIDATION} == {failure(each)[0] for each in trackings}
    assert ([], []) == (effects(shop), changes(shop))


@pytest.mark.parametrize(
    ("way", "notify", "notes"), [(FEATURE, True, 0), (PLUGIN, True, 1), (PLUGIN, False, 0), (NEITHER, True, 1), (NEITHER, False, 1)]
)
async def test_the_shops_people_and_on_demand_the_buyer_are_told(serve: Serve, way: Any, notify: bool, notes: int) -> None:
    shop = await serve(**way)
    order = await open_order(shop)
    await do(shop, ShipmentCreate(order.key_id, tracking=PARCEL, notify=notify))

    assert notes == len([call for call in changes(shop) if "notes" in call])


async def test_orders_are_read_together_and_sent_one_by_one(shop: Served) -> None:
    orders = [each.key_id for each in await listed(shop, Kind.ORDER, statuses=(OrderStatus.OPEN,))]
    free = [order for order in orders if not await shipments(shop, order)][:3]
    results = await do(shop, *(ShipmentCreate(order, tracking=PARCEL) for order in free))
    calls = shop.calls()

    assert [Done] * len(free) == [type(each) for each in results]
    assert 1 == calls.count("GET orders")
    assert len(free) == len([call for call in calls if call.startswith("POST orders/{id}/fulfillments")])
