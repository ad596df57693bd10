"""Every row is checked against every condition, whatever the platform made of it."""

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from schema import filters
from schema.address import Contact
from schema.errors import Code, InputError
from schema.filters import TimeRange
from schema.keys import Key, Kind
from schema.orders import FulfilmentStatus, OrderStatus, PaymentStatus
from schema.products import ProductStatus
from schema.shipments import ShipmentStatus
from tests.support.fakes import DAY, Mall, failed, mall

HOUR = timedelta(hours=1)
FILTERS: dict[Kind, type] = {
    Kind.ORDER: filters.OrderFilter,
    Kind.PRODUCT: filters.ProductFilter,
    Kind.VARIANT: filters.VariantFilter,
    Kind.CUSTOMER: filters.CustomerFilter,
    Kind.INVENTORY_LEVEL: filters.InventoryLevelFilter,
    Kind.LOCATION: filters.LocationFilter,
    Kind.SHIPMENT: filters.ShipmentFilter,
    Kind.REFUND: filters.RefundFilter,
}
SPAN = TimeRange(from_=DAY, to=DAY + HOUR)


def times(field: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return rows inside and outside of SPAN; its start is inside, its end is not."""
    inside = [{field: DAY}, {field: DAY + HOUR / 2}]
    return inside, [{field: DAY - timedelta(microseconds=1)}, {field: DAY + HOUR}]


def optional_times(field: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    inside, outside = times(field)
    return inside, [*outside, {field: None}]


def key(kind: Kind, key_id: str, store: str = "east") -> str:
    return Key(kind, store, key_id).encode()


# Of each kind: what is asked for, rows that fit, rows that do not.
TABLE: dict[Kind, list[tuple[dict[str, Any], tuple[list[dict[str, Any]], list[dict[str, Any]]]]]] = {
    Kind.ORDER: [
        ({"numbers": ["#1", "#2"]}, ([{"number": "#1"}, {"number": "#2"}], [{"number": "1"}, {"number": "#11"}])),
        (
            {"statuses": [OrderStatus.OPEN, OrderStatus.DRAFT]},
            ([{"status": OrderStatus.OPEN}, {"status": OrderStatus.DRAFT}], [{"status": OrderStatus.OTHER}]),
        ),
        (
            {"payment_statuses": [PaymentStatus.PAID]},
            ([{"payment_status": PaymentStatus.PAID}], [{"payment_status": None}, {"payment_status": PaymentStatus.VOIDED}]),
        ),
        (
            {"fulfilment_statuses": [FulfilmentStatus.FULFILLED]},
            ([{"fulfilment_status": FulfilmentStatus.FULFILLED}], [{"fulfilment_status": None}]),
        ),
        ({"created": SPAN}, times("created_at")),
        ({"updated": SPAN}, times("updated_at")),
        (
            {"email": "Ann@example.com"},
            (
                [{"contact": Contact(email="ann@EXAMPLE.com")}],
                [{"contact": Contact(email="joann@example.com")}, {"contact": Contact()}, {"contact": None}],
            ),
        ),
        ({"email": ""}, ([], [{"contact": None}, {"contact": Contact()}, {"contact": Contact(email="a@example.com")}])),
        (
            {"customer": key(Kind.CUSTOMER, "7")},
            ([{"customer_key_id": "7"}], [{"customer_key_id": "77"}, {"customer_key_id": None}]),
        ),
        (
            {"numbers": ["#1"], "statuses": [OrderStatus.OPEN]},
            ([{"number": "#1", "status": OrderStatus.OPEN}], [{"number": "#1"}, {"number": "#2", "status": OrderStatus.OPEN}]),
        ),
    ],
    Kind.PRODUCT: [
        ({"statuses": [ProductStatus.ACTIVE]}, ([{"status": ProductStatus.ACTIVE}], [{"status": ProductStatus.ARCHIVED}])),
        ({"created": SPAN}, optional_times("created_at")),
        ({"updated": SPAN}, optional_times("updated_at")),
    ],
    Kind.VARIANT: [
        ({"skus": ["A-1"]}, ([{"sku": "A-1"}], [{"sku": "a-1"}, {"sku": None}, {"sku": "A-10"}])),
        ({"product": key(Kind.PRODUCT, "7")}, ([{"product_key_id": "7"}], [{"product_key_id": "8"}])),
        ({"updated": SPAN}, optional_times("updated_at")),
    ],
    Kind.CUSTOMER: [
        ({"email": "ann@example.com"}, ([{"email": "Ann@example.com"}], [{"email": None}, {"email": "x@example.com"}])),
        ({"created": SPAN}, optional_times("created_at")),
        ({"updated": SPAN}, optional_times("updated_at")),
    ],
    Kind.INVENTORY_LEVEL: [
        ({"locations": [key(Kind.LOCATION, "7")]}, ([{"location_key_id": "7"}], [{"location_key_id": "8"}])),
    ],
    Kind.LOCATION: [
        ({"active": True}, ([{"is_active": True}], [{"is_active": False}, {"is_active": None}])),
        ({"active": False}, ([{"is_active": False}], [{"is_active": True}, {"is_active": None}])),
    ],
    Kind.SHIPMENT: [
        ({"statuses": [ShipmentStatus.SHIPPED]}, ([{"status": ShipmentStatus.SHIPPED}], [{"status": ShipmentStatus.FAILED}])),
        ({"created": SPAN}, optional_times("created_at")),
    ],
    Kind.REFUND: [({"created": SPAN}, optional_times("created_at"))],
}
CASES = [pytest.param(kind, *row, id=f"{kind}-{'-'.join(row[0])}") for kind, rows in TABLE.items() for row in rows]
PARENTS = {
    Kind.SHIPMENT: ("orders", Kind.ORDER, "shipments"),
    Kind.REFUND: ("orders", Kind.ORDER, "refunds"),
    Kind.INVENTORY_LEVEL: ("variants", Kind.VARIANT, "inventory_levels"),
}


@pytest.fixture
def made(fast: Redis) -> Mall:
    return mall(fast, ["east", "west"])


async def ids(made: Mall, kind: Kind, **wanted: Any) -> set[tuple[str, str]]:
    page = await made.page(kind, filter=FILTERS[kind](**wanted))
    assert {} == failed(page.sources)
    return {(row.store_name, row.key_id) for row in page.nodes}


@pytest.mark.parametrize(("kind", "wanted", "rows"), CASES)
async def test_only_rows_that_meet_the_condition_come(
    made: Mall, kind: Kind, wanted: dict[str, Any], rows: tuple[list[dict[str, Any]], list[dict[str, Any]]]
) -> None:
    """The fake platform answers no filter at all, so that every row gets here."""
    for word, some in zip(("fits", "other"), rows, strict=True):
        for number, fields in enumerate(some):
            made.shops["east"].add(kind, f"{word}{number}", **fields)

    assert {("east", f"fits{number}") for number in range(len(rows[0]))} == await ids(made, kind, **wanted)


def test_every_field_of_every_filter_is_in_the_table() -> None:
    looked_up = {kind: {"ids", "text", PARENTS[kind][0]} if kind in PARENTS else {"ids", "text"} for kind in FILTERS}
    fields = {kind: {field.name for field in dataclasses.fields(shape)} - looked_up[kind] for kind, shape in FILTERS.items()}

    assert fields == {kind: {name for wanted, _ in rows for name in wanted} for kind, rows in TABLE.items()}


@pytest.mark.parametrize("kind", Kind)
async def test_rows_asked_for_by_id_are_those_and_no_others(made: Mall, kind: Kind) -> None:
    for shop in made.shops.values():
        for number in range(3):
            shop.add(kind, f"r{number}")
    wanted = [key(kind, "r1"), key(kind, "r9"), key(kind, "r2", "west"), key(kind, "r1"), key(kind, "r1", "nowhere")]

    assert {("east", "r1"), ("west", "r2")} == await ids(made, kind, ids=wanted)
    assert set() == await ids(made, kind, ids=[])


async def test_rows_asked_for_by_id_must_meet_the_other_conditions_too(made: Mall) -> None:
    made.shops["east"].add(Kind.ORDER, "a", status=OrderStatus.OPEN)
    made.shops["east"].add(Kind.ORDER, "b", status=OrderStatus.DRAFT)
    both = [key(Kind.ORDER, each) for each in "ab"]

    assert {("east", "b")} == await ids(made, Kind.ORDER, ids=both, statuses=[OrderStatus.DRAFT])


async def test_rows_asked_for_by_id_are_paged_as_a_list_is(made: Mall) -> None:
    for shop in made.shops.values():
        shop.orders(1, 2, 3)
    wanted = filters.OrderFilter(ids=[key(Kind.ORDER, f"o{number}", name) for number in range(3) for name in made.shops])  # type: ignore[misc]
    first = await made.page(first=4, filter=wanted)
    second = await made.page(first=4, filter=wanted, after=first.page_info.end_cursor)

    assert ["o2", "o2", "o1", "o1", "o0", "o0"] == [row.key_id for row in [*first.nodes, *second.nodes]]
    assert (True, False) == (first.page_info.has_next_page, second.page_info.has_next_page)


@pytest.mark.parametrize("kind", PARENTS)
async def test_rows_below_named_parents_are_those_and_no_others(made: Mall, kind: Kind) -> None:
    name, parent, part = PARENTS[kind]
    for shop in made.shops.values():
        for number in range(3):
            shop.parts[part, f"p{number}"] = [shop.add(kind, f"{word}{number}", created_at=DAY) for word in "rs"]
    wanted = [key(parent, "p1"), key(parent, "p9"), key(parent, "p2", "west")]

    assert {("east", "r1"), ("east", "s1"), ("west", "r2"), ("west", "s2")} == await ids(made, kind, **{name: wanted})
    assert {("east", "r1")} == await ids(made, kind, **{name: wanted, "ids": [key(kind, "r1"), key(kind, "r0")]})


@pytest.mark.parametrize("name", ["customer", "product", "locations", "orders", "variants"])
async def test_ids_of_another_store_have_no_rows_here(made: Mall, name: str) -> None:
    kinds = {"customer": Kind.ORDER, "product": Kind.VARIANT, "locations": Kind.INVENTORY_LEVEL, "orders": Kind.REFUND}
    named = {"customer": Kind.CUSTOMER, "product": Kind.PRODUCT, "locations": Kind.LOCATION, "orders": Kind.ORDER}
    kind = kinds.get(name, Kind.INVENTORY_LEVEL)
    foreign = key(named.get(name, Kind.VARIANT), "1", "elsewhere")
    for shop in made.shops.values():
        shop.add(kind, "1")

    assert set() == await ids(made, kind, **{name: foreign if name in {"customer", "product"} else [foreign]})
    assert [] == [read for shop in made.shops.values() for read in shop.reads]


async def test_conditions_that_name_different_stores_have_no_rows(made: Mall) -> None:
    wanted = {"variants": [key(Kind.VARIANT, "1", "east")], "locations": [key(Kind.LOCATION, "1", "west")]}

    assert set() == await ids(made, Kind.INVENTORY_LEVEL, **wanted)


@pytest.mark.parametrize("name", ["numbers", "statuses", "payment_statuses", "fulfilment_statuses"])
async def test_of_an_empty_list_nothing_can_be_met_and_no_store_is_asked(made: Mall, name: str) -> None:
    made.shops["east"].orders(1)

    assert set() == await ids(made, Kind.ORDER, **{name: []})
    assert [] == made.shops["east"].reads


async def test_an_empty_filter_narrows_nothing(made: Mall) -> None:
    made.shops["east"].orders(1)

    assert {("east", "o0")} == await ids(made, Kind.ORDER)


async def test_an_open_span_is_open(made: Mall) -> None:
    made.shops["east"].orders(1, 3600)

    assert {("east", "o1")} == await ids(made, Kind.ORDER, created=TimeRange(from_=DAY + HOUR))
    assert {("east", "o0")} == await ids(made, Kind.ORDER, created=TimeRange(to=DAY + HOUR))


async def test_only_platforms_that_can_search_are_searched(fast: Redis) -> None:
    made = mall(fast, ["east", "west"], platforms={"west": "bare"})
    for shop in made.shops.values():
        shop.orders(1)
    page = await made.page(filter=filters.OrderFilter(text="blue"))

    assert {"east": "UNSUPPORTED"} == failed(page.sources)
    assert ["west"] == [row.store_name for row in page.nodes]


IDS = [key(Kind.ORDER, str(number)) for number in range(251)]
BAD: list[tuple[Kind, dict[str, Any], Code, str]] = [
    (Kind.ORDER, {"ids": ["?"]}, Code.ID_INVALID, "'\\?' can't be used: it is not an id this API has given out"),
    (Kind.ORDER, {"ids": ["ü"]}, Code.ID_INVALID, "not an id this API has given out"),
    (Kind.ORDER, {"ids": [""]}, Code.ID_INVALID, "not an id this API has given out"),
    (Kind.ORDER, {"ids": [key(Kind.PRODUCT, "1")]}, Code.ID_INVALID, "it names something of type Product, here Order is wanted"),
    (Kind.ORDER, {"ids": [key(Kind.ORDER, "")]}, Code.ID_INVALID, "names no entity"),
    (Kind.ORDER, {"ids": IDS}, Code.TOO_MANY_IDS, "`ids` has 251 ids; ask for at most 250"),
    (Kind.ORDER, {"numbers": ["1"] * 251}, Code.FILTER_INVALID, "`numbers` has 251 values"),
    (Kind.ORDER, {"customer": key(Kind.ORDER, "1")}, Code.ID_INVALID, "here Customer is wanted"),
    (Kind.ORDER, {"created": TimeRange(from_=DAY, to=DAY)}, Code.FILTER_INVALID, "`created` ends before it begins"),
    (Kind.ORDER, {"updated": TimeRange(from_=DAY + HOUR, to=DAY)}, Code.FILTER_INVALID, "`updated` ends before it begins"),
    (Kind.ORDER, {"ids": IDS[:1], "text": "blue"}, Code.FILTER_INVALID, "`text` .* can't be combined with `ids`"),
    (Kind.REFUND, {"orders": IDS}, Code.TOO_MANY_IDS, "`orders` has 251 ids"),
    (Kind.INVENTORY_LEVEL, {"locations": ["x"]}, Code.ID_INVALID, "not an id this API has given out"),
]


@pytest.mark.parametrize(("kind", "wanted", "code", "sentence"), BAD)
async def test_a_filter_that_can_t_be_is_refused_with_a_sentence(
    made: Mall, kind: Kind, wanted: dict[str, Any], code: Code, sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence) as caught:
        await ids(made, kind, **wanted)

    assert code is caught.value.code
    assert [] == made.shops["east"].reads
