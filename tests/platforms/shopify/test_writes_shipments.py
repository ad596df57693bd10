"""Shipments recorded and followed: from where the goods lie, step by step, each once."""

from collections.abc import Sequence
from typing import Any

import pytest
import pytest_asyncio

from adapters.kit.writing import Done, NotDone
from adapters.shopify.calls import Calls
from schema.commands import LineUnits, ShipmentCreate, ShipmentUpdate, TrackingFields, WriteOperation
from schema.keys import Kind
from schema.orders import FulfilmentStatus
from tests.platforms.shopify.conftest import Serve, Shop, an_order, codes, rows

CREATE, UPDATE = WriteOperation.SHIPMENT_CREATE, WriteOperation.SHIPMENT_UPDATE
NOBODY = "gid://shopify/Order/9999999999"
PARCEL = TrackingFields("T-1", "UPS", "https://track.example/T-1")


@pytest_asyncio.fixture
async def many(serve: Serve) -> Shop:
    """Return a store with orders of every fate."""
    return await serve("small", {"orders": 200})


async def open_orders(shop: Shop, count: int) -> list[Any]:
    found = [
        each
        for each in await rows(shop, Kind.ORDER)
        if (each.platform_payment_status, each.platform_fulfilment_status, each.status.name) == ("PAID", "UNFULFILLED", "OPEN")
    ]
    assert len(found) >= count
    return found


async def open_lines(shop: Shop, order: str) -> list[Any]:
    return [each for each in await shop.parts("lines", order) if each.quantity > (each.fulfilled_quantity or 0)]


async def scattered(shop: Shop) -> tuple[str, tuple[str, str]]:
    """Return an order whose open work lies at two locations, and these."""
    ids = [each.key_id for each in await open_orders(shop, 10)]
    for key, order in (await Calls(shop.session).nodes("ShippableWork", "Order", ids)).items():
        work = [each for each in order["fulfillmentOrders"]["nodes"] if each["status"] == "OPEN"]
        if len(work) == 2:
            first, second = (each["assignedLocation"]["location"]["id"] for each in work)
            return key, (first, second)
    raise AssertionError("no order's work lies at two locations")


def sent(shop: Shop) -> list[tuple[str, Any]]:
    return [(each.entity, each.value) for each in shop.effects("shipment.create")]


def units(shipments: Sequence[Any]) -> dict[str, int]:
    return {line.order_line_id: line.quantity for each in shipments for line in each.lines}


async def test_all_that_is_open_is_shipped(many: Shop) -> None:
    order = await an_order(many, "PAID", "UNFULFILLED")
    lines = await open_lines(many, order.key_id)
    [result] = await many.do(CREATE, ShipmentCreate(order.key_id, tracking=PARCEL))
    [now] = await many.read(Kind.ORDER, order.key_id)
    shipments = await many.parts("shipments", order.key_id)

    assert FulfilmentStatus.FULFILLED is now.fulfilment_status
    assert (Kind.SHIPMENT, shipments[0].key_id) == result.entity
    assert {("T-1", "UPS", "https://track.example/T-1")} == {
        (row.number, row.company, row.url) for each in shipments for row in each.tracking
    }
    assert {each.platform_id: each.quantity for each in lines} == units(shipments)


async def test_ten_orders_are_shipped_with_two_calls(many: Shop) -> None:
    orders = (await open_orders(many, 10))[:10]
    many.calls()
    results = await many.do(CREATE, *(ShipmentCreate(each.key_id, tracking=TrackingFields(f"T-{at}")) for at, each in enumerate(orders)))

    assert ["ShippableWork", "CreateShipment"] == many.calls()
    assert all(isinstance(each, Done) for each in results)
    assert {(each.key_id, f"T-{at}") for at, each in enumerate(orders)} == set(sent(many))


async def test_one_unit_of_one_line_is_shipped(many: Shop) -> None:
    order = await an_order(many, "PAID", "UNFULFILLED")
    line = (await open_lines(many, order.key_id))[0]
    [result] = await many.do(CREATE, ShipmentCreate(order.key_id, (LineUnits(line.platform_id, 1),), PARCEL))
    [shipment] = await many.read(Kind.SHIPMENT, result.entity[1])

    assert {line.platform_id: 1} == units([shipment])


async def test_what_can_not_be_shipped_spoils_no_other(many: Shop) -> None:
    good = await an_order(many, "PAID", "UNFULFILLED")
    done, held = await an_order(many, "PAID", "FULFILLED"), await an_order(many, "PAID", "ON_HOLD")
    line = (await open_lines(many, good.key_id))[0]
    over = ShipmentCreate(good.key_id, (LineUnits(line.platform_id, line.quantity + 1),))
    results = await many.do(CREATE, *(ShipmentCreate(key) for key in (NOBODY, done.key_id, held.key_id)), over, ShipmentCreate(good.key_id))

    assert [
        ("VALIDATION", "NOT_FOUND"),
        ("CONFLICT", "UNFULFILLABLE"),
        ("CONFLICT", "UNFULFILLABLE"),
        ("CONFLICT", "OVER_QUANTITY"),
    ] == codes(results)[:4]
    assert isinstance(results[4], Done)
    assert "ON_HOLD" in results[2].message


@pytest.mark.parametrize("tracking", [PARCEL, TrackingFields()])
async def test_a_shipment_whose_answer_is_lost_is_found_among_the_new_ones(many: Shop, tracking: TrackingFields) -> None:
    order = await an_order(many, "PAID", "UNFULFILLED")
    line = (await open_lines(many, order.key_id))[0]
    job = many.job(ShipmentCreate(order.key_id, (LineUnits(line.platform_id, 1),), tracking))
    many.fail("CreateShipment", after=True, hang_up=True)
    [lost] = await many.do(CREATE, job)
    [seen] = await many.look(CREATE, many.again(job))
    shipments = await many.parts("shipments", order.key_id)

    assert lost.uncertain
    assert Done(entity=(Kind.SHIPMENT, shipments[-1].key_id)) == seen
    assert 1 == len(sent(many))


async def test_an_equal_shipment_that_was_there_before_is_not_the_one(many: Shop) -> None:
    order = next(
        each for each in await rows(many, Kind.ORDER) if each.platform_fulfilment_status == "UNFULFILLED" and each.status.name == "OPEN"
    )
    line = max(await open_lines(many, order.key_id), key=lambda each: each.quantity)
    command = ShipmentCreate(order.key_id, (LineUnits(line.platform_id, 1),), PARCEL)
    await many.do(CREATE, command)
    job = many.job(command)
    many.fail("CreateShipment", hang_up=True)
    await many.do(CREATE, job)

    assert [NotDone()] == await many.look(CREATE, many.again(job))


async def test_a_shipment_that_did_not_arrive_is_made_when_it_is_repeated(many: Shop) -> None:
    order = await an_order(many, "PAID", "UNFULFILLED")
    job = many.job(ShipmentCreate(order.key_id, tracking=PARCEL))
    many.fail("CreateShipment", hang_up=True)
    await many.do(CREATE, job)
    seen = await many.look(CREATE, many.again(job))
    [result] = await many.do(CREATE, many.again(job))

    assert [NotDone()] == seen
    assert isinstance(result, Done)
    assert [(order.key_id, "T-1")] == sent(many)


async def test_what_lies_at_two_locations_is_shipped_from_both(many: Shop) -> None:
    order, places = await scattered(many)
    job = many.job(ShipmentCreate(order, tracking=PARCEL))
    many.fail("CreateShipment", after=True, hang_up=True)
    await many.do(CREATE, job)
    [seen] = await many.look(CREATE, many.again(job))
    shipments = await many.parts("shipments", order)

    assert Done(entity=(Kind.SHIPMENT, shipments[0].key_id)) == seen
    assert set(places) == {each.location_key_id for each in shipments}


async def test_what_lies_at_one_of_two_locations_is_shipped_from_there(many: Shop) -> None:
    order, places = await scattered(many)
    await many.do(CREATE, ShipmentCreate(order, location=places[1]))

    assert [places[1]] == [each.location_key_id for each in await many.parts("shipments", order)]


async def test_an_attempt_that_broke_off_between_two_locations_ships_the_other_one_only(many: Shop) -> None:
    order, places = await scattered(many)
    job = many.job(ShipmentCreate(order, tracking=PARCEL))
    many.fail("CreateShipment", hang_up=True)
    await many.do(CREATE, job)
    await many.do(CREATE, ShipmentCreate(order, location=places[0], tracking=PARCEL))  # what was done of it before the connection broke
    seen = await many.look(CREATE, many.again(job))
    [result] = await many.do(CREATE, many.again(job))
    shipments = await many.parts("shipments", order)

    assert [NotDone()] == seen
    assert isinstance(result, Done)
    assert list(places) == [each.location_key_id for each in shipments]


async def test_a_refused_half_says_what_was_shipped(many: Shop) -> None:
    order, places = await scattered(many)
    job = many.job(ShipmentCreate(order, tracking=PARCEL))
    many.fail("CreateShipment", hang_up=True)
    await many.do(CREATE, job)
    await many.do(CREATE, ShipmentCreate(order, location=places[0], tracking=PARCEL))
    await many.do(CREATE, ShipmentCreate(order, location=places[1], tracking=TrackingFields("OTHER")))
    [result] = await many.do(CREATE, many.again(job))

    assert [("CONFLICT", "UNFULFILLABLE")] == codes([result])
    assert "A part of it was shipped as gid://shopify/Fulfillment/" in result.message


async def test_the_tracking_of_a_shipment_is_changed(many: Shop) -> None:
    order = await an_order(many, "PAID", "FULFILLED")
    shipment = (await many.parts("shipments", order.key_id))[0]
    job = many.job(ShipmentUpdate(shipment.key_id, TrackingFields("NEW-1", "UPS")))
    before = await many.look(UPDATE, job)
    results = await many.do(UPDATE, job)
    [now] = await many.read(Kind.SHIPMENT, shipment.key_id)

    assert [NotDone()] == before
    assert [Done()] == results == await many.look(UPDATE, job)
    assert [("NEW-1", "UPS")] == [(each.number, each.company) for each in now.tracking]


async def test_an_unknown_shipment_is_refused_and_spoils_no_other(many: Shop) -> None:
    order = await an_order(many, "PAID", "FULFILLED")
    shipment = (await many.parts("shipments", order.key_id))[0]
    ids = ("gid://shopify/Fulfillment/9999999999", shipment.key_id)
    results = await many.do(UPDATE, *(ShipmentUpdate(key, TrackingFields("NEW-1")) for key in ids))

    assert ["VALIDATION", ""] == [category for category, _ in codes(results)]
    assert isinstance(results[1], Done)
