"""Magento's answers in canonical words, from payloads as the platform sends them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from adapters.magento import mapping, wares
from adapters.magento.values import Seen, address, moment, money, number, whole
from adapters.magento.wares import Attribute, Catalogue
from schema.money import Money
from schema.orders import FulfilmentStatus, OrderStatus, PaymentStatus
from schema.products import ProductStatus
from schema.shipments import ShipmentStatus
from tests.platforms.magento.conftest import example

SEEN = Seen("summit", datetime(2026, 11, 23, 15, tzinfo=UTC))
TIMES = {"created_at": "2026-11-20 09:00:00", "updated_at": "2026-11-21 09:00:00"}
LINE = {
    "item_id": 7,
    "product_id": 10,
    "product_type": "simple",
    "name": "Mug",
    "sku": "MUG",
    "qty_ordered": 3,
    "row_total": 10,
    "price": 3.33,
}
SHADE = Attribute("shade", "Shade", {"4": "Red", "5": "Green", "6": "Blue"})


def usd(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency_code="USD")


def observed(name: str) -> Any:
    return example("observed", f"m2-{name}.json")


def documented(name: str) -> Any:
    return example("docs", f"{name}.json")["json"]


def extras(entity: Any) -> Any:
    """Return what only the platform knows of an entity."""
    return entity.extras


def least_order(**fields: Any) -> Any:
    """Return an order made of a row with nothing but what every order has."""
    found = mapping.order({"entity_id": 81, "state": "new", "status": "pending", "order_currency_code": "USD", **TIMES, **fields}, SEEN)
    assert found is not None
    return found


def ware(**fields: Any) -> Any:
    """Return the variant that a product is by itself."""
    known = Catalogue({"base_currency_code": "USD"}, fields.pop("zone", UTC))
    free = [{"attribute_code": code, "value": value} for code, value in fields.pop("free", {}).items()]
    row = {"id": 2, "sku": "MUG", "name": "Mug", "price": 50, "type_id": "simple", "custom_attributes": free, **fields}
    found = wares.variant(row, None, known, SEEN)
    assert found is not None
    return found


def catalogue() -> Catalogue:
    setting = observed("store-storeConfigs")[0]
    return Catalogue(setting, ZoneInfo(setting["timezone"]), {"137": SHADE})


def test_an_order_of_a_real_shop_keeps_every_figure() -> None:
    order = mapping.order(observed("orders-1"), SEEN)

    assert order is not None
    totals, address_of = order.totals, order.shipping_address
    assert ("1", "1", 1, "000000001", None) == (order.key_id, order.platform_id, order.sequence, order.number, order.customer_key_id)
    assert (OrderStatus.COMPLETED, "complete") == (order.status, order.platform_status)
    assert (PaymentStatus.PARTIALLY_REFUNDED, FulfilmentStatus.FULFILLED) == (order.payment_status, order.fulfilment_status)
    assert datetime(2026, 11, 23, 14, 7, 36, tzinfo=UTC) == order.created_at == order.placed_at
    assert datetime(2026, 11, 23, 14, 7, 52, tzinfo=UTC) == order.updated_at
    assert (usd("30.49"), usd("0"), usd("10"), usd("0.00")) == (totals.subtotal, totals.discounts, totals.shipping, totals.fees)
    assert (usd("0"), usd("40.49"), usd("20.5"), usd("0")) == (totals.tax, totals.total, totals.refunded, totals.outstanding)
    assert [("Flat Rate - Fixed", "flatrate_flatrate", usd("10"))] == [(e.title, e.code, e.amount) for e in order.shipping_lines]
    assert address_of is not None
    assert ("Ann", "1 Main St", "CA", "90001", "US") == (
        address_of.first_name,
        address_of.address1,
        address_of.province_code,
        address_of.postal_code,
        address_of.country_code,
    )
    assert order.contact is not None
    assert ("Ann Lee", "c0@example.test", "555-0100") == (order.contact.name, order.contact.email, order.contact.phone)
    assert ("complete", "checkmo", usd("40.49")) == (extras(order).state, extras(order).payment_method, extras(order).base_total)
    assert ["We refunded $20.50 offline."] == [each.text for each in extras(order).comments]
    assert {"protect_code", "remote_ip"}.isdisjoint(order.raw)
    assert order.raw["quote_id"] == 1


def test_a_configurable_sale_is_one_line_of_the_variant_that_was_chosen() -> None:
    mug, tee = mapping.lines(observed("orders-1"), SEEN)

    assert ("1", "2", "2", "MUG-001", None) == (mug.platform_id, mug.product_key_id, mug.variant_key_id, mug.sku, mug.variant_title)
    assert ("2", "41", "41-42", "TEE-Red", "Tee", "Tee Red") == (
        tee.platform_id,
        tee.product_key_id,
        tee.variant_key_id,
        tee.sku,
        tee.title,
        tee.variant_title,
    )
    assert (1, 1, 1, usd("10.5"), usd("10.5")) == (mug.quantity, mug.fulfilled_quantity, mug.known_refunded, mug.unit_price, mug.total)
    assert (1, 1, 0, usd("19.99"), True) == (tee.quantity, tee.fulfilled_quantity, tee.known_refunded, tee.total, tee.requires_shipping)
    assert {"configurable_item_options": [{"option_id": "137", "option_value": 4}]} == tee.attributes


def test_an_order_that_was_refunded_in_full_is_closed() -> None:
    order = mapping.order(observed("orders-3"), SEEN)

    assert order is not None
    assert (OrderStatus.REFUNDED, PaymentStatus.REFUNDED, usd("77.49")) == (order.status, order.payment_status, order.totals.refunded)


def test_the_order_of_the_guide_is_read() -> None:
    order = mapping.order(documented("orders-get.02-review-the-order-as-an-admin"), SEEN)

    assert order is not None
    assert (OrderStatus.PENDING, PaymentStatus.PENDING, "3") == (order.status, order.payment_status, order.customer_key_id)
    assert (usd("160"), usd("5"), usd("165")) == (order.totals.subtotal, order.totals.shipping, order.totals.total)
    assert order.parts.has_refunds is False


@pytest.mark.parametrize("number_of", [1, 3])
def test_every_credit_memo_of_a_real_shop_names_its_lines_once(number_of: int) -> None:
    order = observed(f"orders-{number_of}")
    memo = next(each for each in observed("creditmemos")["items"] if each["order_id"] == number_of)
    refund = mapping.refund(memo, order, SEEN)

    assert refund is not None
    outer = [each for each in order["items"] if "parent_item_id" not in each and each["qty_refunded"]]
    assert [(str(each["item_id"]), each["qty_refunded"]) for each in outer] == [(e.order_line_id, e.quantity) for e in refund.lines]
    assert refund.amount == usd(str(order["total_refunded"]))
    assert refund.shipping == usd(str(order["shipping_refunded"]))
    assert sum(e.amount.amount for e in refund.lines if e.amount) + Decimal(str(memo["shipping_amount"])) == refund.amount.amount
    assert order["increment_id"].lstrip("0") == refund.order_key_id
    assert refund.order_updated_at == moment(order["updated_at"])


def test_a_credit_memo_that_was_called_off_is_no_refund() -> None:
    memo = {**observed("creditmemos")["items"][0], "state": 3}

    assert mapping.refund(memo, observed("orders-1"), SEEN) is None


def test_a_shipment_of_a_real_shop_has_all_its_parcels() -> None:
    first, second = (mapping.shipment(each, observed("orders-3"), SEEN) for each in observed("shipments")["items"])

    assert first is not None
    assert second is not None
    assert ("2", "3", "default", "000000002") == (second.key_id, second.order_key_id, second.location_key_id, second.name)
    assert (ShipmentStatus.SHIPPED, None) == (second.status, second.platform_status)
    assert [("UPS", "1"), ("UPS", "2")] == [(each.company, each.number) for each in second.tracking]
    assert [("5", "MUG-003", 3), ("6", "TEE-Green", 1)] == [(e.order_line_id, e.sku, e.quantity) for e in second.lines]
    assert [("UPS", "1Z999")] == [(each.company, each.number) for each in first.tracking]


def test_a_customer_of_the_guide_has_a_home() -> None:
    customer = mapping.customer(documented("customer-create.02-create-a-customer-account"), SEEN)

    assert customer is not None
    assert ("2", "jdoe@example.com", "Jane Doe", "512-555-1111") == (
        customer.key_id,
        customer.email,
        customer.display_name,
        customer.phone,
    )
    assert customer.address is not None
    assert ("New York", "NY", "10755") == (customer.address.province, customer.address.province_code, customer.address.postal_code)
    assert (1, 1) == (extras(customer).group_id, extras(customer).website_id)


def test_a_customer_without_an_address_has_none() -> None:
    customer = mapping.customer(observed("customers-1"), SEEN)

    assert customer is not None
    assert (None, None, False) == (customer.address, customer.phone, extras(customer).subscribed)


def test_a_product_of_a_real_shop_is_its_own_variant() -> None:
    row = observed("products-MUG-001")
    product, variant = wares.product(row, catalogue(), SEEN), wares.variant(row, None, catalogue(), SEEN)

    assert product is not None
    assert variant is not None
    assert ("2", "Mug 1", "mug-1", "A mug") == (product.key_id, product.title, product.handle, product.description_html)
    assert (ProductStatus.ACTIVE, "1", "catalog and search") == (product.status, product.platform_status, extras(product).visibility)
    assert (["3"], [1]) == (extras(product).category_ids, extras(product).website_ids)
    assert ("2", "2", "MUG-001", usd("51"), None) == (
        variant.key_id,
        variant.product_key_id,
        variant.sku,
        variant.price,
        variant.compare_at_price,
    )
    assert variant.weight is not None
    assert (Decimal("0.4"), "lbs") == (variant.weight.value, variant.weight.unit)
    assert (True, False, True) == (variant.inventory_tracked, variant.sells_when_out_of_stock, variant.requires_shipping)
    assert product.raw["tax_class_id"] == "2"


def test_a_configurable_product_has_the_words_of_its_options() -> None:
    row = observed("products-TEE")
    product, roof = wares.product(row, catalogue(), SEEN), wares.roof(row)
    red = {**observed("products-MUG-001"), "id": 43, "custom_attributes": [{"attribute_code": "shade", "value": "5"}]}
    variant = wares.variant(red, roof, catalogue(), SEEN)

    assert product is not None
    assert [("Shade", ["Red", "Green", "Blue"])] == [(each.name, each.values) for each in product.options]
    assert product.image_url is None
    assert variant is not None
    assert ("41-43", "41", "Green", 2, 43) == (variant.key_id, variant.product_key_id, variant.title, variant.position, variant.sequence)


@pytest.mark.parametrize(
    "name", ["configurable-create.02-step-2-create-the-configurable-product", "configurable-simple.02-create-the-first-simple-product"]
)
def test_every_product_of_the_guide_is_read(name: str) -> None:
    row = documented(name)
    product = wares.product(row, catalogue(), SEEN)

    assert product is not None
    assert (str(row["id"]), row["name"]) == (product.key_id, product.title)


def test_every_source_and_source_item_of_the_guide_is_read() -> None:
    sources = [wares.location(row, SEEN) for row in documented("sources.04-search-for-sources")["items"]]
    items = [wares.level(row, "7", 7, SEEN) for row in documented("source-items.03-search-for-source-items")["items"]]

    assert [("central", True, "St. Louis"), ("default", True, None), ("east", True, "Raleigh")] == [
        (each.key_id, each.is_active, each.address.city if each.address else None) for each in sources if each
    ]
    assert [("7:central", 500, None), ("7:east", 250, None)] == [(each.key_id, each.on_hand, each.available) for each in items if each]


def test_totals_add_up_when_a_discount_takes_from_included_taxes() -> None:
    """Ten per cent off 121.00 with 21 % tax inside, and shipping of 12.10 that is half off."""
    sums = {"subtotal": 100, "discount_amount": -18.15, "discount_tax_compensation_amount": 2.1, "tax_amount": 19.95}
    ship = {"shipping_amount": 10, "shipping_discount_amount": 6.05, "shipping_discount_tax_compensation_amount": 1.05}
    totals = least_order(**sums, **ship, grand_total=114.95).totals

    assert (usd("90.0"), usd("5.00"), usd("19.95")) == (totals.subtotal, totals.shipping, totals.tax)
    assert usd("18.15") == totals.discounts
    assert usd("0.00") == totals.fees


def test_what_modules_add_to_a_total_is_a_fee() -> None:
    totals = least_order(subtotal=20, shipping_amount=5, tax_amount=0, discount_amount=0, grand_total=22.5).totals

    assert usd("-2.5") == totals.fees


def test_a_bundle_is_one_line_with_the_money_of_what_is_in_it() -> None:
    inner = {"product_type": "simple", "parent_item_id": 7, "qty_ordered": 2}
    below = [
        {**inner, "item_id": 8, "product_id": 11, "discount_amount": 1, "tax_amount": 0.5, "qty_shipped": 2},
        {**inner, "item_id": 9, "product_id": 12, "discount_amount": 2, "tax_amount": 0.25, "qty_shipped": 1},
    ]
    bundle = {**LINE, "product_type": "bundle", "qty_ordered": 2, "discount_amount": 0, "tax_amount": 0, "qty_shipped": 0}
    order = least_order(items=[bundle, *below])
    line = order.parts.lines[0]

    assert ["7"] == [each.platform_id for each in order.parts.lines]
    assert (usd("3"), usd("0.75"), usd("7"), 1, "10") == (
        line.discounts,
        line.tax,
        line.total,
        line.fulfilled_quantity,
        line.variant_key_id,
    )
    assert order.fulfilment_status is FulfilmentStatus.PARTIALLY_FULFILLED


def test_a_line_has_its_taxes_one_by_one_where_they_are_told() -> None:
    taxes = {"item_applied_taxes": [{"item_id": 7, "applied_taxes": [{"code": "US-CA", "title": "CA", "percent": 8.25, "amount": 0.83}]}]}
    told = least_order(items=[LINE], extension_attributes=taxes).parts.lines[0].taxes
    only = least_order(items=[{**LINE, "tax_percent": 8.25, "tax_amount": 0.83}]).parts.lines[0].taxes

    assert [("CA", Decimal("0.0825"), usd("0.83"))] == [(each.title, each.rate, each.amount) for each in told]
    assert [(None, Decimal("0.0825"), usd("0.83"))] == [(each.title, each.rate, each.amount) for each in only]


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("new", OrderStatus.PENDING),
        ("pending_payment", OrderStatus.PENDING),
        ("payment_review", OrderStatus.PENDING),
        ("processing", OrderStatus.OPEN),
        ("complete", OrderStatus.COMPLETED),
        ("closed", OrderStatus.REFUNDED),
        ("canceled", OrderStatus.CANCELLED),
        ("holded", OrderStatus.ON_HOLD),
        ("of_a_module", OrderStatus.OTHER),
    ],
)
def test_an_order_is_told_by_its_state_and_keeps_the_merchants_word(state: str, status: OrderStatus) -> None:
    order = least_order(state=state, status="awaiting_stock")

    assert (status, "awaiting_stock", state) == (order.status, order.platform_status, extras(order).state)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"grand_total": 10, "total_due": 10}, PaymentStatus.PENDING),
        ({"grand_total": 10, "total_due": 10, "payment": {"amount_authorized": 10}}, PaymentStatus.AUTHORIZED),
        ({"grand_total": 10, "total_paid": 4}, PaymentStatus.PARTIALLY_PAID),
        ({"grand_total": 10, "total_paid": 10}, PaymentStatus.PAID),
        ({"grand_total": 0}, PaymentStatus.PAID),
        ({"grand_total": 10, "total_paid": 10, "total_refunded": 3}, PaymentStatus.PARTIALLY_REFUNDED),
        ({"grand_total": 10, "total_paid": 10, "total_refunded": 10}, PaymentStatus.REFUNDED),
        ({"grand_total": 10, "state": "canceled"}, None),
        ({"grand_total": 10, "state": "canceled", "payment": {"amount_authorized": 10}}, PaymentStatus.VOIDED),
        ({"state": "processing"}, None),
    ],
)
def test_a_payment_status_follows_from_the_sums(fields: dict[str, Any], expected: PaymentStatus | None) -> None:
    assert expected == least_order(**fields).payment_status


@pytest.mark.parametrize(
    ("fields", "state", "expected"),
    [
        ({}, "processing", FulfilmentStatus.UNFULFILLED),
        ({}, "holded", FulfilmentStatus.ON_HOLD),
        ({"qty_shipped": 1}, "processing", FulfilmentStatus.PARTIALLY_FULFILLED),
        ({"qty_shipped": 3}, "complete", FulfilmentStatus.FULFILLED),
        ({"qty_shipped": 2, "qty_canceled": 1}, "complete", FulfilmentStatus.FULFILLED),
        ({"product_type": "virtual"}, "complete", FulfilmentStatus.NOT_REQUIRED),
        ({"is_virtual": 1}, "complete", FulfilmentStatus.NOT_REQUIRED),
    ],
)
def test_a_fulfilment_status_follows_from_the_lines(fields: dict[str, Any], state: str, expected: FulfilmentStatus) -> None:
    assert expected == least_order(state=state, items=[{**LINE, **fields}]).fulfilment_status


def test_an_order_without_lines_has_no_fulfilment_status() -> None:
    assert least_order().fulfilment_status is None


@pytest.mark.parametrize(
    ("free", "price", "before"),
    [
        ({"special_price": "40.000000"}, "40.0000", "50"),
        ({"special_price": "40", "special_from_date": "2026-11-23 00:00:00", "special_to_date": "2026-11-23 00:00:00"}, "40", "50"),
        ({"special_price": "40", "special_from_date": "2026-11-24 00:00:00"}, "50", None),
        ({"special_price": "40", "special_to_date": "2026-11-22 00:00:00"}, "50", None),
        ({"special_price": "60"}, "50", None),
    ],
)
def test_a_special_price_counts_on_its_days_only(free: dict[str, str], price: str, before: str | None) -> None:
    found = ware(free=free)

    assert Decimal(price) == found.price.amount
    assert (Decimal(before) if before else None) == (found.compare_at_price.amount if found.compare_at_price else None)


def test_the_days_of_a_special_price_are_those_of_the_stores_own_zone() -> None:
    free = {"special_price": "40", "special_from_date": "2026-11-24 00:00:00"}
    tokyo = ware(free=free, zone=ZoneInfo("Asia/Tokyo"))

    assert (usd("40"), usd("50")) == (tokyo.price, ware(free=free).price)


def test_a_bundle_whose_price_is_that_of_what_is_in_it_has_none() -> None:
    assert ware(type_id="bundle", price=0).price is None
    assert usd("50") == ware(type_id="bundle").price


@pytest.mark.parametrize(("status", "expected"), [(1, ProductStatus.ACTIVE), (2, ProductStatus.PRIVATE), (9, ProductStatus.OTHER)])
def test_a_products_status_is_told_by_its_number(status: int, expected: ProductStatus) -> None:
    product = wares.product({"id": 2, "status": status}, Catalogue(), SEEN)

    assert product is not None
    assert (expected, str(status)) == (product.status, product.platform_status)


def test_the_main_picture_is_the_one_marked_so() -> None:
    pictures = [
        {"file": "/a.jpg", "types": []},
        {"file": "/b.jpg", "types": ["image"], "disabled": True},
        {"file": "/c.jpg", "types": ["image"], "disabled": False},
    ]
    product = wares.product(
        {"id": 2, "media_gallery_entries": pictures}, Catalogue({"base_media_url": "https://shop.example/media/"}), SEEN
    )

    assert product is not None
    assert product.image_url == "https://shop.example/media/catalog/product/c.jpg"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (10, "10"),
        (10.5, "10.5"),
        ("10.5000", "10.5000"),
        (40.489999999999995, "40.49"),
        (0.1 + 0.2, "0.3"),
        (19.99995, "20"),
        (1e-07, "0"),
        (-3.25, "-3.25"),
        (1234567.8901, "1234567.8901"),
    ],
)
def test_money_has_the_digits_the_platform_stores(given: object, expected: str) -> None:
    found = money(given, "USD")

    assert found is not None
    assert expected == format(found.amount, "f")


@pytest.mark.parametrize("given", [None, True, "", "ten", "1,5", float("nan"), float("inf"), [], {}])
def test_what_is_no_number_is_nothing(given: object) -> None:
    assert number(given) is None
    assert whole(given) is None


@pytest.mark.parametrize(
    "row", [{}, {"entity_id": 0, **TIMES}, {"entity_id": "x", **TIMES}, {"entity_id": 1}, {"entity_id": 1, "created_at": "?"}]
)
def test_a_row_without_an_id_or_a_time_is_no_order(row: Any) -> None:
    assert mapping.order(row, SEEN) is None


def test_ids_may_come_in_quotes() -> None:
    order = mapping.order({**observed("orders-1"), "entity_id": "1"}, SEEN)

    assert order is not None
    assert order.key_id == "1"


def test_an_address_of_nothing_is_none() -> None:
    assert address({"street": [], "firstname": " "}) is None
    assert address(None) is None


def test_a_level_at_a_fraction_of_a_unit_is_not_rounded() -> None:
    found = wares.level({"source_code": "default", "quantity": 1.5}, "7", 7, replace(SEEN, at=SEEN.at + timedelta(1)))

    assert found is not None
    assert found.on_hand is None
