"""A Magento shop that runs for real: what the adapter says of it is what the shop's own API says."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest

from adapters.magento.manifest import ORDER_STATUSES, PRODUCT_STATUSES
from schema.keys import Kind
from schema.orders import OrderStatus
from schema.products import ProductStatus
from tests.live.live import FIRST, MOST_COUNTED, Facts, Live, newest, second

LISTS = [pytest.param(Kind.ORDER, "orders", id="orders"), pytest.param(Kind.CUSTOMER, "customers/search", id="customers")]
HIDDEN = 1  # the visibility of what is shown as a part of other products only
CANCELED = 3  # a credit memo that was called off
SKUS = 20  # of one question: an address has an end


@pytest.mark.parametrize(("kind", "path"), LISTS)
async def test_there_are_as_many(magento: Live, kind: Kind, path: str) -> None:
    total = (await magento.told(path, _search(size=1)))["total_count"]
    if total > MOST_COUNTED:
        pytest.skip(f"the shop has {total}: too many to be walked through")

    ids = [row.key_id for row in await magento.listed(kind, most=MOST_COUNTED + 1)]
    assert total == len(ids) == len(set(ids))


async def test_orders_are_what_the_shop_says(magento: Live) -> None:
    told = await _newest_rows(magento, "orders")
    read = await magento.listed(Kind.ORDER)

    assert newest(_order_told(row) for row in told) == newest(_order_read(order) for order in read)


async def test_customers_are_what_the_shop_says(magento: Live) -> None:
    told = await _newest_rows(magento, "customers/search")
    read = await magento.listed(Kind.CUSTOMER)

    assert newest(_customer_told(row) for row in told) == newest(_customer_read(customer) for customer in read)


async def test_products_are_what_the_shop_says(magento: Live) -> None:
    rows = await _newest_rows(magento, "products")
    by_ids = magento.readers.kinds[Kind.PRODUCT].by_ids
    assert by_ids is not None
    read = await by_ids([str(row["id"]) for row in rows])
    # What is hidden may be a part of another product, and no product of its own.
    expected = [_product_told(row) for row, product in zip(rows, read, strict=True) if row["visibility"] != HIDDEN or product is not None]

    assert expected == [_product_read(product) for product in read if product is not None]


async def test_variants_and_their_stock_are_what_the_shop_says(magento: Live) -> None:
    products = [product.key_id for product in await magento.listed(Kind.PRODUCT)]
    read = [variant for variants in (await magento.part("variants", products)).values() for variant in variants]
    skus = list(dict.fromkeys(variant.sku for variant in read))
    wares = {row["sku"]: row for row in await _among(magento, "products", "sku", skus)}
    items = await _among(magento, "inventory/source-items", "sku", skus)
    levels = await magento.part("inventory_levels", [variant.key_id for variant in read])
    stocked = [variant for variant in read if wares[variant.sku]["type_id"] != "bundle"]

    assert [_ware_told(wares[variant.sku]) for variant in read] == [_ware_read(variant) for variant in read]
    assert {variant.key_id: _stock_told(items, variant.sku) for variant in stocked} == {
        variant.key_id: {level.location_key_id: level.on_hand for level in levels[variant.key_id]} for variant in stocked
    }


async def test_refunds_are_what_the_shop_says(magento: Live) -> None:
    orders = [str(row["entity_id"]) for row in await _newest_rows(magento, "orders")]
    told = [_refund_told(row) for row in await _among(magento, "creditmemos", "order_id", orders) if row["state"] != CANCELED]
    read = await magento.part("refunds", orders)

    assert sorted(told, key=_by_id) == sorted((_refund_read(each) for refunds in read.values() for each in refunds), key=_by_id)


async def test_shipments_are_what_the_shop_says(magento: Live) -> None:
    orders = [str(row["entity_id"]) for row in await _newest_rows(magento, "orders")]
    told = [_shipment_told(row) for row in await _among(magento, "shipments", "order_id", orders)]
    read = await magento.part("shipments", orders)

    assert sorted(told, key=_by_id) == sorted((_shipment_read(each) for shipments in read.values() for each in shipments), key=_by_id)


async def test_an_order_by_its_id_is_the_one_that_is_listed(magento: Live) -> None:
    ids = [str(row["entity_id"]) for row in (await _newest_rows(magento, "orders"))[:20]]
    by_ids = magento.readers.kinds[Kind.ORDER].by_ids
    assert by_ids is not None
    found = await by_ids(ids)

    assert [_order_told(await magento.told(f"orders/{key}")) for key in ids] == [_order_read(order) for order in found]


async def _newest_rows(live: Live, path: str) -> list[Facts]:
    ordered = {"searchCriteria[sortOrders][0][field]": "created_at", "searchCriteria[sortOrders][0][direction]": "DESC"}
    found: list[Facts] = (await live.told(path, {**_search(), **ordered}))["items"] or []
    return found


async def _among(live: Live, path: str, field: str, values: Sequence[str]) -> list[Facts]:
    """Return all rows whose field has one of some values; each value is a filter, since a SKU may hold a comma."""
    found: list[Facts] = []
    for first in range(0, len(values), SKUS):
        filters: dict[str, str] = {}
        for place, value in enumerate(values[first : first + SKUS]):
            name = f"searchCriteria[filterGroups][0][filters][{place}]"
            filters |= {f"{name}[field]": field, f"{name}[value]": value, f"{name}[conditionType]": "eq"}
        total, page = 1, 0
        while page * FIRST < total:
            page += 1
            body = await live.told(path, {**_search(page), **filters})
            total = body["total_count"]
            found += body["items"] or []
    return found


def _search(page: int = 1, size: int = FIRST) -> dict[str, str]:
    return {"searchCriteria[pageSize]": str(size), "searchCriteria[currentPage]": str(page)}


def _by_id(facts: Facts) -> str:
    return str(facts["id"])


def _number(row: Mapping[str, Any], name: str) -> Decimal | None:
    return None if row.get(name) is None else Decimal(row[name])


def _order_told(row: Facts) -> Facts:
    return {
        "id": str(row["entity_id"]),
        "number": row["increment_id"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "status": (row["status"], ORDER_STATUSES.get(row["state"], OrderStatus.OTHER)),
        "currency": row["order_currency_code"],
        "total": _number(row, "grand_total"),
        "tax": _number(row, "tax_amount"),
        "refunded": _number(row, "total_refunded") or Decimal(0),
        "email": row["customer_email"],
        "customer": str(row["customer_id"]) if row.get("customer_id") else None,
        "lines": [(str(each["item_id"]), each["sku"], int(each["qty_ordered"])) for each in row["items"] if not each.get("parent_item_id")],
    }


def _order_read(order: Any) -> Facts:
    return {
        "id": order.platform_id,
        "number": order.number,
        "created_at": second(order.created_at),
        "updated_at": second(order.updated_at),
        "status": (order.platform_status, order.status),
        "currency": order.currency_code,
        "total": _amount(order.totals.total),
        "tax": _amount(order.totals.tax),
        "refunded": _amount(order.totals.refunded),
        "email": order.contact.email if order.contact else None,
        "customer": order.customer_key_id,
        "lines": [(line.platform_id, line.sku, line.quantity) for line in order.parts.lines],
    }


def _customer_told(row: Facts) -> Facts:
    return {
        "id": str(row["id"]),
        "email": row["email"],
        "name": (row["firstname"], row["lastname"]),
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
    }


def _customer_read(customer: Any) -> Facts:
    return {
        "id": customer.platform_id,
        "email": customer.email,
        "name": (customer.first_name, customer.last_name),
        "created_at": second(customer.created_at),
        "updated_at": second(customer.updated_at),
    }


def _product_told(row: Facts) -> Facts:
    return {
        "id": str(row["id"]),
        "title": row["name"],
        "status": (str(row["status"]), PRODUCT_STATUSES.get(str(row["status"]), ProductStatus.OTHER)),
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
    }


def _product_read(product: Any) -> Facts:
    return {
        "id": product.platform_id,
        "title": product.title,
        "status": (product.platform_status, product.status),
        "created_at": second(product.created_at),
        "updated_at": second(product.updated_at),
    }


def _ware_told(row: Facts) -> Facts:
    return {"id": str(row["id"]), "sku": row["sku"], "price": _number(row, "price"), "updated_at": row["updated_at"]}


def _ware_read(variant: Any) -> Facts:
    return {
        "id": variant.platform_id,
        "sku": variant.sku,
        "price": _amount(variant.extras.regular_price),
        "updated_at": second(variant.updated_at),
    }


def _stock_told(items: Sequence[Facts], sku: str) -> dict[str, int]:
    return {each["source_code"]: int(each["quantity"]) for each in items if each["sku"] == sku}


def _refund_told(row: Facts) -> Facts:
    return {
        "id": str(row["entity_id"]),
        "order": str(row["order_id"]),
        "created_at": row["created_at"],
        "amount": _number(row, "grand_total"),
        "shipping": _number(row, "shipping_amount"),
    }


def _refund_read(refund: Any) -> Facts:
    return {
        "id": refund.platform_id,
        "order": refund.order_key_id,
        "created_at": second(refund.created_at),
        "amount": _amount(refund.amount),
        "shipping": _amount(refund.shipping),
    }


def _shipment_told(row: Facts) -> Facts:
    return {
        "id": str(row["entity_id"]),
        "order": str(row["order_id"]),
        "number": row["increment_id"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "tracking": [each["track_number"] for each in row["tracks"]],
        "lines": [(str(each["order_item_id"]), int(each["qty"])) for each in row["items"]],
    }


def _shipment_read(shipment: Any) -> Facts:
    return {
        "id": shipment.platform_id,
        "order": shipment.order_key_id,
        "number": shipment.name,
        "created_at": second(shipment.created_at),
        "updated_at": second(shipment.updated_at),
        "tracking": [each.number for each in shipment.tracking],
        "lines": [(line.order_line_id, line.quantity) for line in shipment.lines],
    }


def _amount(money: Any) -> Decimal | None:
    return None if money is None else money.amount
