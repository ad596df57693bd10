"""A second opinion on every kind of request the adapters send, by a mock server that nobody here wrote.

Its answers are made up, so nothing is asserted of rows: a reader gives some, or none, or a PlatformError, and never anything worse.
"""

from datetime import UTC, datetime
from enum import Enum
from typing import Any

import pytest

from adapters.kit.port import Filter, ListQuery, Ordering, Span
from adapters.kit.registry import names, platforms
from schema.keys import Kind
from schema.orders import FulfilmentStatus, OrderStatus, PaymentStatus
from schema.products import ProductStatus
from tests.second_opinion.asking import outcome
from tests.second_opinion.conftest import Judge
from tests.second_opinion.descriptions import FILES

JUDGED = [name for name in names() if name in FILES]
SPAN = Span(datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 15, 12, 30, 15, tzinfo=UTC))
STATUSES: dict[Kind, tuple[Enum, ...]] = {
    Kind.ORDER: (OrderStatus.OPEN, OrderStatus.CANCELLED),
    Kind.PRODUCT: (ProductStatus.ACTIVE,),
}
# Ids such as the platforms give, for what the made-up lists have no rows of; a SKU may have anything in it.
SKU = "MUG-01 Blue/2 & co"
ORDERS = {"amazon": "902-1845936-5435065", "ebay": "12-34567-89012", "magento": "17", "walmart": "1796277083022"}
PRODUCTS = {"ebay": ("sku:MUG-01", "group:mugs"), "magento": ("17",), "walmart": ("item:MUG-01", "group:mugs")}
VARIANTS = {"magento": ("17", "12-17")}
PARENTS = {
    "lines": Kind.ORDER,
    "shipments": Kind.ORDER,
    "refunds": Kind.ORDER,
    "variants": Kind.PRODUCT,
    "inventory_levels": Kind.VARIANT,
}

KINDS = [(name, kind) for name in JUDGED for kind in platforms()[name].manifest.kinds]
LISTS = [(name, kind, sort) for name, kind in KINDS for sort in platforms()[name].manifest.kinds[kind].sorts]
FILTERS = [
    (name, kind, wanted)
    for name, kind in KINDS
    if platforms()[name].manifest.kinds[kind].sorts
    for wanted in sorted(platforms()[name].manifest.kinds[kind].filters)
]


@pytest.mark.parametrize(("name", "kind", "sort"), LISTS)
async def test_a_list_is_asked_for_as_described(judge: Judge, name: str, kind: Kind, sort: Any) -> None:
    judged = judge(name)
    page = judged.readers.kinds[kind].page
    assert page is not None
    for descending in (True, False):
        begun = await outcome(page(ListQuery(Ordering(sort, descending), 20)))
        if begun is not None and begun.cursor is not None:
            await outcome(page(ListQuery(Ordering(sort, descending), 20, cursor=begun.cursor)))
        if sort not in {"sequence", "name"}:
            await outcome(page(ListQuery(Ordering(sort, descending), 20, start=SPAN.end)))

    assert [] == judged.complaints()


@pytest.mark.parametrize(("name", "kind", "wanted"), FILTERS)
async def test_a_list_is_narrowed_as_described(judge: Judge, name: str, kind: Kind, wanted: str) -> None:
    judged = judge(name)
    page = judged.readers.kinds[kind].page
    assert page is not None
    sort: Any = platforms()[name].manifest.kinds[kind].sorts[0]
    await outcome(page(ListQuery(Ordering(sort, descending=True), 20, filter=_filter(name, kind, wanted))))

    assert [] == judged.complaints()


@pytest.mark.parametrize(("name", "kind"), KINDS)
async def test_entities_are_asked_for_as_described(judge: Judge, name: str, kind: Kind) -> None:
    judged = judge(name)
    reader = judged.readers.kinds[kind]
    ids = [*await _listed(reader.page, name, kind), *_ids(name, kind)]
    if reader.by_ids is not None:
        await outcome(reader.by_ids(ids))

    assert [] == judged.complaints()


@pytest.mark.parametrize(("name", "part"), [(name, part) for name in JUDGED for part in PARENTS])
async def test_parts_are_asked_for_as_described(judge: Judge, name: str, part: str) -> None:
    judged = judge(name)
    if part not in judged.readers.parts:
        pytest.skip("the platform has no such part")
    kind = PARENTS[part]
    ids = [*await _listed(judged.readers.kinds[kind].page, name, kind), *_ids(name, kind)]
    await outcome(judged.readers.parts[part](ids))

    assert [] == judged.complaints()


async def _listed(page: Any, name: str, kind: Kind) -> list[str]:
    """Return ids of rows that a made-up list has."""
    sorts: Any = platforms()[name].manifest.kinds[kind].sorts
    found = await outcome(page(ListQuery(Ordering(sorts[0], descending=True), 3))) if sorts else None
    return [row.key_id for row in found.rows[:3]] if found is not None else []


def _ids(name: str, kind: Kind) -> list[str]:
    """Return ids that read as the platform's do."""
    order = ORDERS[name]
    sold = list(VARIANTS.get(name, (SKU, "MUG-01")))
    known: dict[Kind, list[str]] = {
        Kind.ORDER: [order],
        Kind.PRODUCT: list(PRODUCTS.get(name, (SKU, "MUG-01"))),
        Kind.VARIANT: sold,
        Kind.INVENTORY_LEVEL: [f"{place}:{each}" for each in sold for place in ("1", "default")] + [f"{each}:default" for each in sold],
        Kind.SHIPMENT: [f"{order}-1", "1"],
        Kind.REFUND: [f"{order}-1", "1"],
    }
    return known.get(kind, ["1", "default"])


def _filter(name: str, kind: Kind, wanted: str) -> Filter:
    values: dict[str, Any] = {
        "numbers": (ORDERS[name],),
        "skus": (SKU, "MUG-01"),
        "statuses": STATUSES.get(kind),
        "payment_statuses": (PaymentStatus.PAID,),
        "fulfilment_statuses": (FulfilmentStatus.UNFULFILLED, FulfilmentStatus.PARTIALLY_FULFILLED),
        "created": SPAN,
        "updated": SPAN,
        "email": "ada@example.com",
        "text": "mug",
        "active": True,
        "customer": "1",
        "product": _ids(name, Kind.PRODUCT)[0],
        "orders": (ORDERS[name],),
        "variants": tuple(_ids(name, Kind.VARIANT)),
        "locations": ("1", "default"),
    }
    return Filter(**{wanted: values[wanted]})
