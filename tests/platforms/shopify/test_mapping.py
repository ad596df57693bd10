"""Shopify's answers in canonical words, from payloads as the platform sends them."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from adapters.shopify import mapping, wares
from adapters.shopify.values import Seen
from schema.orders import FulfilmentStatus, OrderStatus, PaymentStatus
from schema.products import ProductStatus
from schema.shipments import ShipmentStatus
from tests.support.shared import shared

SEEN = Seen("north", datetime(2026, 11, 23, 10, tzinfo=UTC))


def nodes(name: str, *path: str | int) -> Any:
    found: Any = json.loads(shared("shopify", "examples", "synthetic", f"{name}.json").read_text())["body"]["data"]
    for part in path:
        found = found[part]
    return found


def bag(amount: str, currency: str = "EUR") -> dict[str, Any]:
    return {"shopMoney": {"amount": amount, "currencyCode": currency}, "presentmentMoney": {"amount": amount, "currencyCode": currency}}


def least_order(**fields: Any) -> dict[str, Any]:
    """Return an order with nothing but what Shopify always sends."""
    times = {"createdAt": "2026-11-20T09:15:02Z", "updatedAt": "2026-11-21T16:40:11Z"}
    return {"id": "gid://shopify/Order/1", "legacyResourceId": "1", "name": "#1", "currencyCode": "EUR", **times, **fields}


def test_an_order_of_the_examples_keeps_every_figure() -> None:
    order = mapping.order(nodes("orders_page", "orders", "nodes", 0), SEEN)

    assert ("#1001", "gid://shopify/Order/6001", 6001) == (order.number, order.platform_id, order.sequence)
    assert (OrderStatus.OPEN, PaymentStatus.PARTIALLY_REFUNDED, FulfilmentStatus.FULFILLED) == (
        order.status,
        order.payment_status,
        order.fulfilment_status,
    )
    assert datetime(2026, 11, 20, 9, 15, 2, tzinfo=UTC) == order.created_at
    assert order.totals.total is not None
    assert (Decimal("118.80"), "USD") == (order.totals.total.amount, order.totals.total.currency_code)
    assert order.totals.refunded is not None
    assert Decimal("39.60") == order.totals.refunded.amount
    assert order.shipping_address is not None
    assert ("Nantes", "FR", "44000") == (
        order.shipping_address.city,
        order.shipping_address.country_code,
        order.shipping_address.postal_code,
    )
    assert {"gift_wrap": "yes"} == order.raw


def test_all_example_payloads_map() -> None:
    orders = [mapping.order(node, SEEN) for node in nodes("orders_page", "orders", "nodes")]
    lines = [
        mapping.line(line, node["id"], SEEN)
        for node in nodes("order_lines_by_order_ids", "nodes")
        if node
        for line in node["lineItems"]["nodes"]
    ]
    refunds = [
        mapping.refund(each, node, SEEN) for node in nodes("order_refunds_by_order_ids", "nodes") if node for each in node["refunds"]
    ]
    shipments = [
        mapping.shipment(each, node, SEEN)
        for node in nodes("order_shipments_by_order_ids", "nodes")
        if node
        for each in node["fulfillments"]
    ]
    products = [wares.product(node, SEEN) for node in nodes("products_page", "products", "nodes")]
    customers = [mapping.customer(node, SEEN) for node in nodes("customers_page", "customers", "nodes")]
    locations = [wares.location(node, SEEN) for node in nodes("locations_page", "locations", "nodes")]

    assert all((orders, lines, refunds, shipments, products, customers, locations))


def test_an_order_with_only_what_is_never_missing_maps_to_nulls() -> None:
    order = mapping.order(least_order(), SEEN)

    assert (None, None, None, None, None) == (
        order.contact,
        order.billing_address,
        order.payment_status,
        order.totals.total,
        order.customer_key_id,
    )


@pytest.mark.parametrize("field", ["displayFinancialStatus", "displayFulfillmentStatus"])
def test_a_status_word_no_table_knows_becomes_other_and_keeps_its_word(field: str) -> None:
    order = mapping.order(least_order(**{field: "QUANTUM"}), SEEN)

    found = {
        "displayFinancialStatus": (order.payment_status, order.platform_payment_status),
        "displayFulfillmentStatus": (order.fulfilment_status, order.platform_fulfilment_status),
    }
    assert (found[field][0], "QUANTUM") == (type(found[field][0]).OTHER, found[field][1])  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, OrderStatus.OPEN),
        ({"closed": True}, OrderStatus.ARCHIVED),
        ({"closed": True, "cancelledAt": "2026-11-21T00:00:00Z"}, OrderStatus.CANCELLED),
    ],
)
def test_cancelled_wins_over_archived(fields: dict[str, Any], expected: OrderStatus) -> None:
    assert expected == mapping.order(least_order(**fields), SEEN).status


def test_shipping_is_told_after_its_discounts_and_without_removed_lines() -> None:
    lines = [
        {"title": "Post", "isRemoved": False, "originalPriceSet": bag("9.90"), "discountedPriceSet": bag("4.90")},
        {"title": "Gone", "isRemoved": True, "originalPriceSet": bag("20.00"), "discountedPriceSet": bag("20.00")},
    ]
    order = mapping.order(least_order(totalShippingPriceSet=bag("9.90"), shippingLines={"nodes": lines}), SEEN)

    assert order.totals.shipping is not None
    assert Decimal("4.90") == order.totals.shipping.amount
    assert ["Post"] == [line.title for line in order.shipping_lines]


@pytest.mark.parametrize("amount", ["0.1", "1234567890.123", "100", "0.005"])
def test_money_keeps_the_digits_it_was_written_with(amount: str) -> None:
    order = mapping.order(least_order(totalPriceSet=bag(amount, "KWD")), SEEN)

    assert order.totals.total is not None
    assert amount == str(order.totals.total.amount)


def test_a_line_whose_product_is_gone_keeps_its_snapshot() -> None:
    node = {
        "id": "gid://shopify/LineItem/1",
        "title": "Mug",
        "sku": "",
        "quantity": 2,
        "currentQuantity": 1,
        "product": None,
        "variant": None,
    }
    line = mapping.line(node, "gid://shopify/Order/1", SEEN)

    assert ("Mug", None, None, None, 1) == (line.title, line.sku, line.variant_key_id, line.product_key_id, line.known_refunded)


def test_a_refund_without_lines_has_its_amount() -> None:
    node = {"id": "gid://shopify/Refund/1", "legacyResourceId": "1", "totalRefundedSet": bag("5.00"), "refundLineItems": {"nodes": []}}
    refund = mapping.refund(node, {"id": "gid://shopify/Order/1"}, SEEN)

    assert refund.amount is not None
    assert (Decimal("5.00"), []) == (refund.amount.amount, refund.lines)


def test_stock_that_is_not_tracked_has_no_numbers() -> None:
    node = {"id": "gid://shopify/InventoryLevel/1", "location": {"id": "L"}, "quantities": [{"name": "available", "quantity": 0}]}

    tracked, untracked = (wares.level(node, {"tracked": each}, None, SEEN).available for each in (True, False))
    assert (0, None) == (tracked, untracked)


def test_a_shipment_is_told_by_its_finer_word() -> None:
    node = {"id": "gid://shopify/Fulfillment/1", "status": "SUCCESS", "displayStatus": "OUT_FOR_DELIVERY"}
    shipment = mapping.shipment(node, {"id": "gid://shopify/Order/1"}, SEEN)

    assert (ShipmentStatus.OUT_FOR_DELIVERY, "OUT_FOR_DELIVERY") == (shipment.status, shipment.platform_status)


def test_every_status_word_of_the_official_schema_has_a_meaning() -> None:
    from adapters.shopify import manifest
    from tests.platforms.shopify.test_documents import official

    tables: dict[str, dict[str, Any]] = {
        "OrderDisplayFinancialStatus": manifest.PAYMENT_STATUSES,
        "OrderDisplayFulfillmentStatus": manifest.FULFILMENT_STATUSES,
        "ProductStatus": manifest.PRODUCT_STATUSES,
        "FulfillmentDisplayStatus": manifest.SHIPMENT_STATUSES,
        "FulfillmentStatus": manifest.SHIPMENT_STATUSES,
    }
    missing = {name: set(official("2026-10").type_map[name].values) - set(table) for name, table in tables.items()}  # type: ignore[attr-defined]

    assert {name: set() for name in tables} == missing


def test_a_product_status_no_table_knows_becomes_other() -> None:
    product = wares.product({"id": "gid://shopify/Product/1", "title": "Mug", "status": "QUANTUM"}, SEEN)

    assert (ProductStatus.OTHER, "QUANTUM") == (product.status, product.platform_status)
