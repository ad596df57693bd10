"""WooCommerce's answers in canonical words, from payloads as the platform sends them."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from adapters.woocommerce import mapping, wares
from adapters.woocommerce.values import Seen, address, moment, money, number, whole
from schema.money import Money
from schema.orders import FulfilmentStatus, OrderStatus, PaymentStatus
from schema.products import ProductStatus
from schema.shipments import ShipmentStatus
from tests.platforms.woocommerce.shop import shared

SEEN = Seen("harbor", datetime(2026, 11, 23, 15, tzinfo=UTC))
TIMES = {"date_created_gmt": "2026-11-20T09:00:00", "date_modified_gmt": "2026-11-21T09:00:00"}
LINE = {"id": 7, "name": "Mug", "product_id": 10, "variation_id": 0, "quantity": 3, "subtotal": "10.00", "total": "9.00"}


def usd(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency_code="USD")


def official(name: str) -> Any:
    return shared(f"examples/{name}.json")["response"]


def observed(name: str) -> Any:
    return shared(f"examples/observed/woo-{name}.json")


def least_order(**fields: Any) -> Any:
    """Return an order made of a row with nothing but what every order has."""
    found = mapping.order({"id": 81, "status": "pending", "currency": "USD", **TIMES, **fields}, SEEN)
    assert found is not None
    return found


def test_an_order_of_a_real_shop_keeps_every_figure() -> None:
    order = mapping.order(observed("orders-81"), SEEN)

    assert order is not None
    totals = order.totals
    assert ("81", "81", 81, "81", "2") == (order.key_id, order.platform_id, order.sequence, order.number, order.customer_key_id)
    assert (OrderStatus.COMPLETED, "completed", PaymentStatus.PAID) == (order.status, order.platform_status, order.payment_status)
    assert (FulfilmentStatus.FULFILLED, None, None) == (order.fulfilment_status, order.platform_payment_status, order.test)
    assert datetime(2026, 11, 23, 13, 49, 34, tzinfo=UTC) == order.created_at == order.placed_at
    assert (usd("26.54"), usd("2.95"), usd("5.00"), usd("0")) == (totals.subtotal, totals.discounts, totals.shipping, totals.fees)
    assert (usd("2.19"), usd("33.73"), usd("0"), usd("0")) == (totals.tax, totals.total, totals.refunded, totals.outstanding)
    assert {"_channel": "seed"}.items() <= order.raw.items()
    assert ("CA Tax", Decimal("0.0825"), usd("2.19")) == (order.taxes[0].title, order.taxes[0].rate, order.taxes[0].amount)
    assert [("ten", usd("2.95"))] == [(each.code, each.amount) for each in order.discounts]
    assert ("Flat", "flat_rate", usd("5.00")) == (
        order.shipping_lines[0].title,
        order.shipping_lines[0].code,
        order.shipping_lines[0].amount,
    )
    assert ("Ann Lee", "c0@example.test", None) == (order.contact.name, order.contact.email, order.contact.phone)  # type: ignore[union-attr]
    assert order.parts.has_refunds is False


def test_the_lines_of_a_real_order_name_their_variants() -> None:
    single, variation = mapping.lines(observed("orders-81"), SEEN)

    assert ("10", "10", "Mug 0", None) == (single.variant_key_id, single.product_key_id, single.title, single.variant_title)
    assert ("70-71", "70", "T-Shirt", "Red, S") == (
        variation.variant_key_id, variation.product_key_id, variation.title, variation.variant_title,
    )  # fmt: skip
    assert (usd("19.99"), usd("2.00"), usd("17.99"), usd("1.48")) == (
        variation.unit_price, variation.discounts, variation.total, variation.tax,
    )  # fmt: skip
    assert [("CA Tax", Decimal("0.0825"), usd("1.48"))] == [(tax.title, tax.rate, tax.amount) for tax in variation.taxes]
    assert "red" == variation.attributes["pa_color"]
    assert 0 == variation.known_refunded


@pytest.mark.parametrize("name", ["orders-81", "orders-83"])
def test_the_totals_of_a_real_order_add_up(name: str) -> None:
    order = mapping.order(observed(name), SEEN)

    assert order is not None
    totals = order.totals
    parts = [part.amount for part in (totals.subtotal, totals.shipping, totals.fees, totals.tax) if part is not None]
    assert totals.total is not None
    assert 4 == len(parts)
    assert totals.total.amount == sum(parts)


@pytest.mark.parametrize(
    ("name", "build"),
    [
        ("orders.list-all-orders", mapping.order),
        ("customers.list-all-customers", mapping.customer),
        ("products.list-all-products", wares.product),
    ],
)
def test_every_row_of_the_official_examples_is_mapped(name: str, build: Callable[[Any, Seen], Any]) -> None:
    rows = official(name)

    assert [str(row["id"]) for row in rows] == [build(row, SEEN).key_id for row in rows]


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("auto-draft", OrderStatus.DRAFT),
        ("checkout-draft", OrderStatus.DRAFT),
        ("pending", OrderStatus.PENDING),
        ("processing", OrderStatus.OPEN),
        ("on-hold", OrderStatus.ON_HOLD),
        ("completed", OrderStatus.COMPLETED),
        ("cancelled", OrderStatus.CANCELLED),
        ("refunded", OrderStatus.REFUNDED),
        ("failed", OrderStatus.FAILED),
        ("trash", OrderStatus.DELETED),
        ("picked", OrderStatus.OTHER),
        (7, OrderStatus.OTHER),
        (None, OrderStatus.OTHER),
    ],
)
def test_every_status_word_has_a_meaning_and_stays_readable(word: Any, status: OrderStatus) -> None:
    order = least_order(status=word)

    assert (status, "" if word is None else str(word)) == (order.status, order.platform_status)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"status": "processing", "date_paid_gmt": "2026-11-20T10:00:00"}, PaymentStatus.PAID),
        ({"date_paid_gmt": "2026-11-20T10:00:00", "refunds": [{"id": 1, "total": "-4.00"}]}, PaymentStatus.PARTIALLY_REFUNDED),
        ({"date_paid_gmt": "2026-11-20T10:00:00", "refunds": [{"total": "-4.00"}, {"total": "-6.00"}]}, PaymentStatus.REFUNDED),
        ({"status": "pending"}, PaymentStatus.PENDING),
        ({"status": "on-hold"}, PaymentStatus.PENDING),
        ({"status": "failed"}, PaymentStatus.FAILED),
        ({"status": "picked"}, None),
        ({"status": "cancelled"}, None),
    ],
)
def test_how_far_an_order_is_paid_follows_from_what_is_told(fields: dict[str, Any], status: PaymentStatus | None) -> None:
    assert status is least_order(total="10.00", **fields).payment_status


@pytest.mark.parametrize(
    ("fields", "outstanding"),
    [
        ({"needs_payment": True}, usd("10.00")),
        ({"needs_payment": False, "date_paid_gmt": "2026-11-20T10:00:00"}, usd("0")),
        ({"needs_payment": False}, None),
    ],
)
def test_what_is_still_to_be_paid_is_told_only_where_it_is_known(fields: dict[str, Any], outstanding: Money | None) -> None:
    assert outstanding == least_order(total="10.00", **fields).totals.outstanding


@pytest.mark.parametrize(
    ("subtotal", "quantity", "price"),
    [
        ("10.00", 4, "2.50"),
        ("10.00", 3, None),
        ("1.00", 16, "0.0625"),
        ("1.00", 32, None),
        ("1200", 3, "400"),
        ("5.00", 0, None),
        ("", 1, None),
    ],
)
def test_a_unit_price_is_given_only_where_the_division_is_exact(subtotal: str, quantity: int, price: str | None) -> None:
    line = least_order(line_items=[{**LINE, "subtotal": subtotal, "quantity": quantity}]).parts.lines[0]

    assert price == (str(line.unit_price.amount) if line.unit_price else None)


def test_a_guest_has_a_contact_and_no_customer() -> None:
    order = least_order(customer_id=0, billing={"first_name": "", "last_name": "Oak", "email": "oak@example.test", "phone": ""})

    assert (None, "Oak", "oak@example.test", None) == (order.customer_key_id, order.contact.name, order.contact.email, order.contact.phone)


def test_an_address_of_empty_texts_is_none() -> None:
    order = least_order(shipping={"first_name": "", "country": "", "phone": ""}, billing=[])

    assert (None, None, None) == (order.shipping_address, order.billing_address, order.contact)


@pytest.mark.parametrize(("state", "name", "code"), [("CA", None, "CA"), ("JP13", None, "JP13"), ("Kent", "Kent", None), ("", None, None)])
def test_a_state_is_a_code_where_it_looks_like_one(state: str, name: str | None, code: str | None) -> None:
    found = address({"city": "X", "state": state})

    assert found is not None
    assert (name, code) == (found.province, found.province_code)


def test_free_fields_and_unknown_fields_are_never_lost() -> None:
    meta = [{"key": "a", "value": {"b": [1]}}, {"key": "twice", "value": 1}, {"key": "twice", "value": 2}, {"key": ""}]
    order = least_order(meta_data=meta, gift_note="hello", order_key="wc_order_secret", customer_ip_address="192.0.2.1")

    assert {"a": {"b": [1]}, "twice": [1, 2], "gift_note": "hello"} == order.raw


def test_the_extras_of_an_order_tell_payment_coupons_and_fees() -> None:
    order = least_order(
        payment_method="cod",
        coupon_lines=[{"code": "ten", "discount": "1.00"}],
        fee_lines=[{"name": "Loyalty", "total": "-2.00", "total_tax": "-0.10"}],
    )

    assert ("cod", ["ten"], "Loyalty", usd("-2.00")) == (
        order.extras.payment_method, order.extras.coupon_codes, order.extras.fees[0].name, order.extras.fees[0].amount,
    )  # fmt: skip
    assert usd("-2.00") == order.totals.fees


ODD_ORDERS: list[dict[str, Any]] = [
    {"total": 10.5, "currency": None, "line_items": None, "refunds": "none", "meta_data": {"a": 1}, "billing": "nobody"},
    {"line_items": [{**LINE, "quantity": "2.5", "total": 3, "sku": 12, "taxes": "x", "meta_data": [None, 5]}, {"id": 0}, "x", None]},
    {"number": 12, "customer_id": "2", "date_paid_gmt": "soon", "tax_lines": [{"rate_percent": "a lot"}], "shipping_lines": [{}]},
    {"needs_payment": "yes", "coupon_lines": [{"code": None}], "fee_lines": [{"total": None}], "refunds": [{"total": 5}]},
]


@pytest.mark.parametrize("fields", ODD_ORDERS)
def test_whatever_a_plugin_wrote_an_order_is_mapped(fields: dict[str, Any]) -> None:
    assert "81" == least_order(**fields).key_id


@pytest.mark.parametrize("row", [{}, {"id": None, **TIMES}, {"id": "x", **TIMES}, {"id": 5}, {"id": 5, "date_created_gmt": "never"}])
def test_a_row_without_id_or_time_is_no_order(row: dict[str, Any]) -> None:
    assert None is mapping.order(row, SEEN)


def test_a_refund_counts_upwards_and_names_the_lines_it_is_for() -> None:
    refund = mapping.refund(official("order-refunds.list-all-refunds")[1], {"id": 723, "currency": "USD", **TIMES}, SEEN)

    assert refund is not None
    assert ("723-724", "724", 724, "723", usd("9.00")) == (
        refund.key_id, refund.platform_id, refund.sequence, refund.order_key_id, refund.amount,
    )  # fmt: skip
    assert [("311", 1, usd("9.00"), usd("0.00"))] == [(each.order_line_id, each.quantity, each.amount, each.tax) for each in refund.lines]
    assert datetime(2026, 11, 21, 9, tzinfo=UTC) == refund.order_updated_at


def test_a_fulfilment_tells_its_parcel_and_its_lines() -> None:
    row = shared("examples/constructed/fulfillment.json")["response"]
    parent = {"id": 727, "line_items": [{"id": 315, "sku": "Bar3"}], **TIMES}
    shipment = mapping.shipment(row, parent, SEEN)

    assert shipment is not None
    assert ("727-3", "3", ShipmentStatus.SHIPPED, "fulfilled") == (
        shipment.key_id, shipment.platform_id, shipment.status, shipment.platform_status,
    )  # fmt: skip
    assert ["1Z999AA10123456784"] == [each.number for each in shipment.tracking]
    assert [("315", "Bar3", 2)] == [(each.order_line_id, each.sku, each.quantity) for each in shipment.lines]
    assert datetime(2026, 11, 20, 10, 12, tzinfo=UTC) == shipment.updated_at


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"status": "unfulfilled"}, ShipmentStatus.PENDING),
        ({"status": "fulfilled"}, ShipmentStatus.SHIPPED),
        ({"status": "fulfilled", "date_deleted": "2026-11-20 11:00:00"}, ShipmentStatus.CANCELLED),
        ({"status": "lost"}, ShipmentStatus.OTHER),
        ({}, ShipmentStatus.OTHER),
    ],
)
def test_a_fulfilment_status_has_a_meaning(fields: dict[str, Any], status: ShipmentStatus) -> None:
    shipment = mapping.shipment({"id": 3, **fields}, {"id": 727}, SEEN)

    assert shipment is not None
    assert status is shipment.status


def test_a_customer_of_a_real_shop_is_mapped() -> None:
    customer = mapping.customer(observed("customers-2"), SEEN)

    assert customer is not None
    assert ("2", "c0@example.test", "Ann0 Lee", "555-1") == (customer.key_id, customer.email, customer.display_name, customer.phone)
    assert ("CA", None, "US") == (customer.address.province_code, customer.address.address2, customer.address.country_code)  # type: ignore[union-attr]
    assert {"default_password_nag": "1"} == {key: value for key, value in customer.raw.items() if key.startswith("default")}


def test_a_product_of_a_real_shop_is_mapped() -> None:
    product = wares.product(observed("products-70"), SEEN)

    assert product is not None
    assert ("70", "T-Shirt", "t-shirt", ProductStatus.ACTIVE, "publish") == (
        product.key_id, product.title, product.handle, product.status, product.platform_status,
    )  # fmt: skip
    assert [("Color", ["Blue", "Green", "Red"]), ("Size", ["S", "M", "L"])] == [(each.name, each.values) for each in product.options]
    assert ("Acme", "Shirts", None) == (product.vendor, product.product_type, product.image_url)


def test_a_product_in_one_form_is_its_own_variant() -> None:
    variant = wares.variant(observed("products-10"), "USD", SEEN)

    assert variant is not None
    assert ("10", "10", "10", 1) == (variant.key_id, variant.platform_id, variant.product_key_id, variant.position)
    assert ("Mug 0", "MUG-000", "4006381300000", usd("9.50"), None) == (
        variant.title, variant.sku, variant.barcode, variant.price, variant.compare_at_price,
    )  # fmt: skip
    assert (Decimal("0.4"), None) == (variant.weight.value, variant.weight.unit)  # type: ignore[union-attr]
    assert (True, True, False) == (variant.requires_shipping, variant.inventory_tracked, variant.sells_when_out_of_stock)


def test_a_variation_has_its_product_in_its_id() -> None:
    variant = wares.variant(observed("products-70-variations")[0], "USD", SEEN)

    assert variant is not None
    assert ("70-79", "79", 79, "70", "Green, L") == (
        variant.key_id, variant.platform_id, variant.sequence, variant.product_key_id, variant.title,
    )  # fmt: skip
    assert [("Color", "Green"), ("Size", "L")] == [(each.name, each.value) for each in variant.options]


@pytest.mark.parametrize(
    ("fields", "price", "before"),
    [
        ({"price": "8.00", "regular_price": "9.00", "sale_price": "8.00", "on_sale": True}, usd("8.00"), usd("9.00")),
        ({"price": "9.00", "regular_price": "9.00", "sale_price": "8.00", "on_sale": False}, usd("9.00"), None),
        ({"price": "", "regular_price": ""}, None, None),
        ({"price": 9.5}, None, None),
    ],
)
def test_a_price_is_what_was_written_or_nothing(fields: dict[str, Any], price: Money | None, before: Money | None) -> None:
    variant = wares.variant({"id": 1, "type": "simple", **fields}, "USD", SEEN)

    assert variant is not None
    assert (price, before) == (variant.price, variant.compare_at_price)


@pytest.mark.parametrize(
    ("manage", "quantity", "available", "tracked"),
    [
        (True, 5, 5, True),
        (True, -2, -2, True),
        ("parent", 9, 9, True),
        (False, None, None, False),
        (True, None, None, True),
        (None, 4, None, None),
    ],
)
def test_stock_is_told_where_it_is_counted(manage: Any, quantity: Any, available: int | None, *, tracked: bool | None) -> None:
    level = wares.level({"id": 71, "type": "variation", "parent_id": 70, "manage_stock": manage, "stock_quantity": quantity}, SEEN)

    assert level is not None
    assert ("70-71", "70-71", "store", "71") == (level.key_id, level.variant_key_id, level.location_key_id, level.platform_id)
    assert (available, tracked, None) == (level.available, level.tracked, level.on_hand)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("publish", ProductStatus.ACTIVE),
        ("private", ProductStatus.PRIVATE),
        ("draft", ProductStatus.DRAFT),
        ("pending", ProductStatus.PENDING),
        ("future", ProductStatus.SCHEDULED),
        ("trash", ProductStatus.DELETED),
        ("quarantine", ProductStatus.OTHER),
    ],
)
def test_every_status_of_a_product_has_a_meaning(word: str, status: ProductStatus) -> None:
    product = wares.product({"id": 1, "status": word, "images": [{"src": False}, {"src": ""}], "attributes": [{"variation": True}]}, SEEN)

    assert product is not None
    assert (status, word, None) == (product.status, product.platform_status, product.image_url)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (money("9.50", "USD"), usd("9.50")),
        (money("9,50", "USD"), None),
        (money("NaN", "USD"), None),
        (money("1e3", "USD"), None),
        (number(8.25), Decimal("8.25")),
        (number(True), None),
        (whole("-3"), -3),
        (whole(2.0), 2),
        (whole(2.5), None),
        (moment("2026-11-20T10:00:00"), datetime(2026, 11, 20, 10, tzinfo=UTC)),
        (moment("2026-11-20T10:00:00+02:00"), datetime(2026, 11, 20, 8, tzinfo=UTC)),
        (moment(0), None),
    ],
)
def test_a_value_that_does_not_fit_is_null(found: object, expected: object) -> None:
    assert expected == found
