"""Whether a write was done, told from what the platform shows: never "not done" where nothing was looked at."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, NotDone, Unclear
from resolvers.writes import seen
from resolvers.writes.reads import Reads
from schema import commands
from schema.commands import WriteOperation
from schema.keys import Kind
from schema.money import Money
from schema.orders import OrderStatus
from schema.products import ProductOption, ProductStatus, Weight
from schema.shipments import Shipment, Tracking
from tests.support.desk import Desk, operation_of
from tests.support.fakes import SORTS, entity

TRACKING = commands.TrackingFields("T1", "Carrier")


def money(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency_code="EUR")


def parcel(number: str | None) -> list[Tracking]:
    return [Tracking(company=None, number=number, url=None)]


async def looked(office: Desk, *wishes: Any, notes: dict[str, Any] | None = None) -> list[Any]:
    jobs = [Job(str(place), wish, notes=notes or {}) for place, wish in enumerate(wishes)]
    return list(await seen.look(Reads(office.made.core, "east"), operation_of(wishes[0]), jobs))


async def kinds(office: Desk, *wishes: Any, **more: Any) -> list[str]:
    return [type(each).__name__ for each in await looked(office, *wishes, **more)]


SHOWN: tuple[tuple[Any, Kind, dict[str, Any], dict[str, Any]], ...] = (
    (commands.InventorySet("1", 5), Kind.INVENTORY_LEVEL, {"available": 5}, {"available": 6}),
    (commands.PriceSet("1", "9.50", "EUR"), Kind.VARIANT, {"price": money("9.5")}, {"price": money("9.51")}),
    (commands.PriceSet("1", "9", "EUR"), Kind.VARIANT, {"price": money("9")}, {"price": None}),
    (
        commands.PriceSet("1", "9", "EUR", ""),
        Kind.VARIANT,
        {"price": money("9"), "compare_at_price": None},
        {"price": money("9"), "compare_at_price": money("12")},
    ),
    (
        commands.PriceSet("1", "9", "EUR", "12"),
        Kind.VARIANT,
        {"price": money("9"), "compare_at_price": money("12.00")},
        {"price": money("9"), "compare_at_price": None},
    ),
    (commands.ProductUpdate("1", {"title": "B", "tags": ["y", "x"]}), Kind.PRODUCT, {"title": "B", "tags": ["x", "y"]}, {"title": "B"}),
    (commands.ProductUpdate("1", {"status": "ACTIVE"}), Kind.PRODUCT, {"status": ProductStatus.ACTIVE}, {"status": ProductStatus.DRAFT}),
    (
        commands.ProductUpdate("1", {"options": [{"name": "Size", "values": ["S"]}]}),
        Kind.PRODUCT,
        {"options": [ProductOption(name="Size", values=["S"])]},
        {"options": []},
    ),
    (commands.VariantUpdate("1", {"sku": None}), Kind.VARIANT, {"sku": None}, {"sku": "A"}),
    (
        commands.VariantUpdate("1", {"weight": {"value": "1.50", "unit": "KILOGRAMS"}}),
        Kind.VARIANT,
        {"weight": Weight(value=Decimal("1.5"), unit="KILOGRAMS")},
        {"weight": None},
    ),
    (commands.CustomerUpdate("1", {"email": "ann@example.com"}), Kind.CUSTOMER, {"email": "ann@example.com"}, {"email": None}),
    (commands.OrderUpdate("1", {"note": None, "tags": []}), Kind.ORDER, {"note": "", "tags": []}, {"note": None, "tags": ["a"]}),
    (commands.OrderCancel("1"), Kind.ORDER, {"status": OrderStatus.CANCELLED}, {"status": OrderStatus.OPEN}),
    (commands.ShipmentUpdate("1", TRACKING), Kind.SHIPMENT, {"tracking": parcel("T1")}, {"tracking": parcel("T2")}),
)
NAMES = [f"{type(row[0]).__name__}-{place}" for place, row in enumerate(SHOWN)]


@pytest.mark.parametrize(("command", "kind", "done", "undone"), SHOWN, ids=NAMES)
async def test_what_shows_was_done_and_what_does_not_show_was_not(
    office: Desk, command: Any, kind: Kind, done: dict[str, Any], undone: dict[str, Any]
) -> None:
    row = office.made.shops["east"].add(kind, "1", **undone)
    before = await kinds(office, command)
    office.made.shops["east"].rows.remove(row)
    office.clock.advance(1)
    office.made.shops["east"].add(kind, "1", **done)

    assert (["NotDone"], ["Done"]) == (before, await kinds(office, command))


@pytest.mark.parametrize(("command", "kind", "done", "_"), SHOWN, ids=NAMES)
async def test_a_store_that_can_t_answer_tells_nothing(office: Desk, command: Any, kind: Kind, done: Any, _: Any) -> None:
    office.made.shops["east"].fail()

    assert ["PlatformError"] == await kinds(office, command)


async def test_what_is_gone_shows_no_change(office: Desk) -> None:
    assert ["NotDone"] == await kinds(office, commands.InventorySet("9", 5))


@pytest.mark.parametrize(("available", "expected"), [(5, "NotDone"), (8, "Done"), (7, "Unclear")])
async def test_a_delta_is_told_by_what_stood_there_before(office: Desk, available: int, expected: str) -> None:
    office.made.shops["east"].add(Kind.INVENTORY_LEVEL, "1", available=available)

    assert [expected] == await kinds(office, commands.InventoryAdjust("1", 3), notes={"before": 5, "after": 8})


async def test_a_delta_without_a_note_was_not_sent(office: Desk) -> None:
    office.made.shops["east"].add(Kind.INVENTORY_LEVEL, "1", available=5)

    assert ["NotDone"] == await kinds(office, commands.InventoryAdjust("1", 3))


async def test_what_was_deleted_is_gone_or_in_the_bin(office: Desk) -> None:
    office.made.shops["east"].add(Kind.PRODUCT, "1", status=ProductStatus.ACTIVE)

    assert ["NotDone", "Done"] == await kinds(office, commands.ProductDelete("1"), commands.ProductDelete("2"))
    assert ["Done"] == await kinds(office, commands.VariantDelete("2"))


async def test_a_shipment_is_known_by_its_number_and_unclear_without_one(office: Desk) -> None:
    office.made.shops["east"].parts["shipments", "1"] = [entity(Shipment, "east", "77", tracking=parcel("T1"))]
    sent, other = commands.ShipmentCreate("1", tracking=TRACKING), commands.ShipmentCreate("1", tracking=commands.TrackingFields("T2"))
    first, second, third = await looked(office, sent, other, commands.ShipmentCreate("1"))

    assert Done(entity=(Kind.SHIPMENT, "77")) == first
    assert isinstance(second, NotDone)
    assert isinstance(third, Unclear)


async def test_where_shipments_can_t_be_read_a_shipment_is_unclear(office: Desk) -> None:
    readers = office.made.core._readers["east"]
    readers.parts.pop("shipments")  # type: ignore[attr-defined]

    assert ["Unclear"] == await kinds(office, commands.ShipmentCreate("1", tracking=TRACKING))


async def test_a_variant_is_known_by_its_sku(office: Desk) -> None:
    made = office.made.shops["east"].add(Kind.VARIANT, "5", sku="A")
    office.made.shops["east"].parts["variants", "1"] = [made]
    found = await looked(office, *(commands.VariantCreate("1", {"sku": sku}) for sku in ("A", "B", None)))

    assert Done(entity=(Kind.VARIANT, "5")) == found[0]
    assert ["NotDone", "Unclear"] == [type(each).__name__ for each in found[1:]]


async def test_a_product_is_known_by_a_variant_s_sku(office: Desk) -> None:
    office.made.shops["east"].add(Kind.VARIANT, "5", sku="A", product_key_id="3")
    found = await looked(office, *(commands.ProductCreate({}, ({"sku": sku},) if sku else ()) for sku in ("A", "B", None)))

    assert Done(entity=(Kind.PRODUCT, "3")) == found[0]
    assert ["NotDone", "Unclear"] == [type(each).__name__ for each in found[1:]]


async def test_a_customer_is_known_by_the_address_however_it_is_written(office: Desk) -> None:
    office.made.shops["east"].add(Kind.CUSTOMER, "5", email="Ann@Example.com")
    found = await looked(office, *(commands.CustomerCreate({"email": email}) for email in ("ann@example.COM", "bob@example.com", None)))

    assert Done(entity=(Kind.CUSTOMER, "5")) == found[0]
    assert ["NotDone", "Unclear"] == [type(each).__name__ for each in found[1:]]


async def test_where_nothing_can_be_listed_what_was_made_is_unclear(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Reads, "can_list", lambda *_: False)

    assert ["Unclear"] == await kinds(office, commands.CustomerCreate({"email": "ann@example.com"}))
    assert ["Unclear"] == await kinds(office, commands.ProductCreate({}, ({"sku": "A"},)))


@pytest.mark.parametrize("wish", [commands.RefundCreate("1"), commands.OrderAcknowledge("1")])
async def test_what_nothing_tells_of_is_unclear(office: Desk, wish: Any) -> None:
    assert ["Unclear"] == await kinds(office, wish)


async def test_a_list_that_fails_tells_nothing(office: Desk) -> None:
    office.made.shops["east"].fail()
    found = await looked(office, commands.CustomerCreate({"email": "ann@example.com"}))

    assert isinstance(found[0], PlatformError)
    assert Kind.CUSTOMER in SORTS


def test_every_operation_has_a_look_or_none_on_purpose() -> None:
    assert {WriteOperation.REFUND_CREATE, WriteOperation.ORDER_ACKNOWLEDGE} == set(WriteOperation) - set(seen._LOOKS)


MADE = (
    (commands.ProductCreate({"title": "A"}, ({"sku": "A-1"},)), Kind.VARIANT, {"sku": "A-1"}),
    (commands.CustomerCreate({"email": "ann@example.com"}), Kind.CUSTOMER, {"email": "ann@example.com"}),
)


@pytest.mark.parametrize(("wish", "kind", "row"), MADE, ids=["product", "customer"])
async def test_what_is_older_than_the_wish_was_not_made_for_it(office: Desk, wish: Any, kind: Kind, row: dict[str, Any]) -> None:
    office.made.shops["east"].add(kind, "9", created_at=office.clock.now() - timedelta(hours=1), **row)
    job = Job("1", wish, uncertain=True, accepted_at=office.clock.now())
    (old,) = await seen.look(Reads(office.made.core, "east"), operation_of(wish), [job])
    office.clock.advance(1)
    office.made.shops["east"].add(kind, "10", created_at=office.clock.now(), **row)
    (new,) = await seen.look(Reads(office.made.core, "east"), operation_of(wish), [job])

    assert [NotDone, Done] == [type(old), type(new)]
