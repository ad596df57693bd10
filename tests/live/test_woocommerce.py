"""A WooCommerce shop that runs for real: what the adapter says of it is what the shop's own API says."""

from decimal import Decimal
from typing import Any

import pytest

from adapters.woocommerce.manifest import ORDER_STATUSES, PRODUCT_STATUSES
from schema.keys import Kind
from schema.orders import OrderStatus
from schema.products import ProductStatus
from tests.live.live import FIRST, MOST_COUNTED, Facts, Live, digits, newest, second

NEWEST = {"per_page": FIRST, "orderby": "date", "order": "desc", "status": "any"}
# Each list: the kind, its path, and how all of it is asked for.
LISTS = [
    pytest.param(Kind.ORDER, "orders", {"status": "any"}, id="orders"),
    pytest.param(Kind.PRODUCT, "products", {"status": "any"}, id="products"),
    pytest.param(Kind.CUSTOMER, "customers", {"role": "all"}, id="customers"),
]


@pytest.mark.parametrize(("kind", "path", "everything"), LISTS)
async def test_there_are_as_many(woocommerce: Live, kind: Kind, path: str, everything: dict[str, str]) -> None:
    total = int((await woocommerce.answer(path, {**everything, "per_page": 1})).headers["x-wp-total"])
    if total > MOST_COUNTED:
        pytest.skip(f"the shop has {total}: too many to be walked through")

    ids = [row.key_id for row in await woocommerce.listed(kind, most=MOST_COUNTED + 1)]
    assert total == len(ids) == len(set(ids))


async def test_orders_are_what_the_shop_says(woocommerce: Live) -> None:
    told = await woocommerce.told("orders", NEWEST)
    read = await woocommerce.listed(Kind.ORDER)

    assert newest(_order_told(row) for row in told) == newest(_order_read(order) for order in read)


async def test_products_are_what_the_shop_says(woocommerce: Live) -> None:
    told = await woocommerce.told("products", NEWEST)
    read = await woocommerce.listed(Kind.PRODUCT)

    assert newest(_product_told(row) for row in told) == newest(_product_read(product) for product in read)


async def test_customers_are_what_the_shop_says(woocommerce: Live) -> None:
    told = await woocommerce.told("customers", {"per_page": FIRST, "orderby": "registered_date", "order": "desc", "role": "all"})
    read = await woocommerce.listed(Kind.CUSTOMER)

    assert newest(_customer_told(row) for row in told) == newest(_customer_read(customer) for customer in read)


async def test_variants_and_their_stock_are_what_the_shop_says(woocommerce: Live) -> None:
    products = await woocommerce.told("products", NEWEST)
    told = [_ware_told(row, product) for product in products for row in await _wares(woocommerce, product)]
    variants = await woocommerce.part("variants", [str(row["id"]) for row in products])
    read = [variant for rows in variants.values() for variant in rows]
    levels = await woocommerce.part("inventory_levels", [variant.key_id for variant in read])

    assert sorted(told, key=_by_id) == sorted((_ware_read(each, levels[each.key_id]) for each in read), key=_by_id)


async def test_refunds_are_what_the_shop_says(woocommerce: Live) -> None:
    orders = await woocommerce.told("orders", NEWEST)
    told = {str(row["id"]): [] if not row["refunds"] else await _refunds(woocommerce, row) for row in orders}
    read = await woocommerce.part("refunds", list(told))

    assert told == {key: sorted((_refund_read(each) for each in refunds), key=_by_id) for key, refunds in read.items()}


async def test_an_order_by_its_id_is_the_one_that_is_listed(woocommerce: Live) -> None:
    ids = [str(row["id"]) for row in await woocommerce.told("orders", {**NEWEST, "per_page": 20})]
    by_ids = woocommerce.readers.kinds[Kind.ORDER].by_ids
    assert by_ids is not None
    found = await by_ids(ids)

    assert [_order_told(await woocommerce.told(f"orders/{key}")) for key in ids] == [_order_read(order) for order in found]


async def _wares(live: Live, product: Facts) -> list[Facts]:
    """Return what is sold of a product: itself, or its variations."""
    if not product["variations"] and not str(product["type"]).startswith("variable"):
        return [product]
    path, page = f"products/{product['id']}/variations", 0
    found: list[Facts] = []
    while len(found) == page * FIRST:
        page += 1
        found += await live.told(path, {"per_page": FIRST, "page": page, "orderby": "id", "order": "asc"})
    return found


async def _refunds(live: Live, order: Facts) -> list[Facts]:
    rows = await live.told(f"orders/{order['id']}/refunds", {"per_page": FIRST})
    return sorted((_refund_told(row, order) for row in rows), key=_by_id)


def _by_id(facts: Facts) -> str:
    return str(facts["id"])


def _time(text: str | None) -> str | None:
    return text.replace("T", " ") if text else None


def _order_told(row: Facts) -> Facts:
    return {
        "id": str(row["id"]),
        "number": row["number"],
        "created_at": _time(row["date_created_gmt"]),
        "updated_at": _time(row["date_modified_gmt"]),
        "paid_at": _time(row["date_paid_gmt"]),
        "closed_at": _time(row["date_completed_gmt"]),
        "status": (row["status"], ORDER_STATUSES.get(row["status"], OrderStatus.OTHER)),
        "currency": row["currency"],
        "total": row["total"],
        "tax": row["total_tax"],
        "shipping": row["shipping_total"],
        "discounts": row["discount_total"],
        "email": row["billing"]["email"] or None,
        "customer": str(row["customer_id"]) if row["customer_id"] else None,
        "lines": [(str(each["id"]), each["sku"] or None, each["quantity"], each["total"]) for each in row["line_items"]],
        "refunded": sum((abs(Decimal(each["total"])) for each in row["refunds"]), Decimal(0)),
    }


def _order_read(order: Any) -> Facts:
    return {
        "id": order.platform_id,
        "number": order.number,
        "created_at": second(order.created_at),
        "updated_at": second(order.updated_at),
        "paid_at": second(order.paid_at),
        "closed_at": second(order.closed_at),
        "status": (order.platform_status, order.status),
        "currency": order.currency_code,
        "total": digits(order.totals.total),
        "tax": digits(order.totals.tax),
        "shipping": digits(order.totals.shipping),
        "discounts": digits(order.totals.discounts),
        "email": order.contact.email if order.contact else None,
        "customer": order.customer_key_id,
        "lines": [(line.platform_id, line.sku, line.quantity, digits(line.total)) for line in order.parts.lines],
        "refunded": order.totals.refunded.amount,
    }


def _product_told(row: Facts) -> Facts:
    return {
        "id": str(row["id"]),
        "title": row["name"].strip(),
        "handle": row["slug"] or None,
        "status": (row["status"], PRODUCT_STATUSES.get(row["status"], ProductStatus.OTHER)),
        "created_at": _time(row["date_created_gmt"]),
        "updated_at": _time(row["date_modified_gmt"]),
    }


def _product_read(product: Any) -> Facts:
    return {
        "id": product.platform_id,
        "title": product.title,
        "handle": product.handle,
        "status": (product.platform_status, product.status),
        "created_at": second(product.created_at),
        "updated_at": second(product.updated_at),
    }


def _customer_told(row: Facts) -> Facts:
    return {
        "id": str(row["id"]),
        "email": row["email"] or None,
        "name": (row["first_name"].strip() or None, row["last_name"].strip() or None),
        "created_at": _time(row["date_created_gmt"]),
        "updated_at": _time(row["date_modified_gmt"]),
    }


def _customer_read(customer: Any) -> Facts:
    return {
        "id": customer.platform_id,
        "email": customer.email,
        "name": (customer.first_name, customer.last_name),
        "created_at": second(customer.created_at),
        "updated_at": second(customer.updated_at),
    }


def _ware_told(row: Facts, product: Facts) -> Facts:
    counted = bool(row["manage_stock"])  # "parent" where the product holds the stock of its variations
    own = str(row["id"])
    return {
        "id": own if row["id"] == product["id"] else f"{product['id']}-{own}",
        "sku": row["sku"] or None,
        "price": row["price"] or None,
        "regular_price": row["regular_price"] or None,
        "updated_at": _time(row["date_modified_gmt"]),
        "tracked": counted,
        "stock": [row["stock_quantity"] if counted else None],
    }


def _ware_read(variant: Any, levels: list[Any]) -> Facts:
    return {
        "id": variant.key_id,
        "sku": variant.sku,
        "price": digits(variant.price),
        "regular_price": digits(variant.extras.regular_price),
        "updated_at": second(variant.updated_at),
        "tracked": variant.inventory_tracked,
        "stock": [level.available for level in levels],
    }


def _refund_told(row: Facts, order: Facts) -> Facts:
    return {
        "id": f"{order['id']}-{row['id']}",
        "created_at": _time(row["date_created_gmt"]),
        "amount": abs(Decimal(row["amount"])),
        "note": row["reason"] or None,
        "lines": [(abs(each["quantity"]), abs(Decimal(each["total"]))) for each in row["line_items"]],
    }


def _refund_read(refund: Any) -> Facts:
    return {
        "id": refund.key_id,
        "created_at": second(refund.created_at),
        "amount": refund.amount.amount,
        "note": refund.note,
        "lines": [(line.quantity, line.amount.amount) for line in refund.lines],
    }
