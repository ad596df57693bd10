"""eBay's answers in canonical words, from payloads as the platform sends them."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from adapters.ebay import afterwards, mapping, wares
from adapters.ebay.extras import EbayOrderExtras, EbayProductExtras, EbayVariantExtras
from adapters.ebay.values import Json, Seen, number_of, unit_price
from schema.money import Money
from schema.orders import FulfilmentStatus, Order, OrderStatus, PaymentStatus
from schema.products import Product, ProductStatus, ProductVariant
from schema.shipments import ShipmentStatus
from tests.support.shared import shared

SEEN = Seen("attic", datetime(2026, 11, 23, 10, tzinfo=UTC))
ORDERS = [
    "order_get_response",
    "order_get_cancelled_response",
    "order_get_international_shipping_response",
    "order_get_refunded_response",
    "order_get_tax_breakdown_response",
]


def example(name: str) -> Any:
    return json.loads(shared("ebay", "examples", f"{name}.json").read_text())


def mapped(row: Json) -> Order:
    order = mapping.order(row, SEEN)
    assert order is not None
    return order


def extras(order: Order) -> EbayOrderExtras:
    assert isinstance(order.extras, EbayOrderExtras)
    return order.extras


def usd(value: str) -> Money:
    return Money(amount=Decimal(value), currency_code="USD")


def amount(value: str) -> Json:
    return {"value": value, "currency": "USD"}


def least_order(**fields: Any) -> Json:
    """Return an order with nothing but what eBay always sends."""
    times = {"creationDate": "2026-11-20T14:15:22.000Z", "lastModifiedDate": "2026-11-20T14:16:58.000Z"}
    return {"orderId": "13-00001-00009", **times, "pricingSummary": {"total": amount("1.0")}, **fields}


def priced(**sums: str) -> Json:
    return least_order(pricingSummary={name: amount(value) for name, value in sums.items()})


@pytest.mark.parametrize("name", ORDERS)
def test_the_totals_of_an_example_add_up(name: str) -> None:
    totals = mapped(example(name)).totals
    parts = [totals.subtotal, totals.shipping, totals.fees, totals.tax]

    assert totals.total is not None
    assert totals.total.amount == sum(part.amount for part in parts if part is not None)


def test_an_order_of_the_examples_keeps_every_figure() -> None:
    order = mapped(example("order_get_response"))
    more = extras(order)

    assert ("13-00001-00001", "13-00001-00001") == (order.number, order.platform_id)
    assert datetime(2026, 11, 20, 14, 15, 22, tzinfo=UTC) == order.created_at
    assert datetime(2026, 11, 20, 14, 15, 22, 915_000, tzinfo=UTC) == order.paid_at
    assert (usd("40.0"), "USD") == (order.totals.total, order.currency_code)
    assert (usd("35.3"), usd("4.7"), usd("40.0")) == (more.total_due_seller, more.marketplace_fee, more.fee_basis)
    assert [usd("35.3")] == [each.amount for each in more.payments]
    assert ("example_buyer", "1001", "13-00001-00001") == (more.buyer_username, more.sales_record_reference, more.legacy_order_id)
    assert "EBAY_US" == order.channel
    assert ["UPSGround"] == [each.title for each in order.shipping_lines]
    assert {} == order.raw


def test_a_line_of_the_examples_keeps_every_figure() -> None:
    lines = mapped(example("order_get_response")).parts.lines
    assert lines is not None
    line = lines[0]

    assert ("10084048000001", "SKU-1", "sku:SKU-1") == (line.platform_id, line.variant_key_id, line.product_key_id)
    assert (2, 0, usd("20.0"), usd("40.0")) == (line.quantity, line.fulfilled_quantity, line.unit_price, line.total)
    assert (usd("0"), True) == (line.discounts, line.requires_shipping)
    assert {"legacyItemId", "soldFormat", "deliveryCost", "lineItemFulfillmentInstructions"} <= set(line.attributes)


def test_what_tells_a_variation_apart_is_the_lines_variant_title() -> None:
    lines = mapped(example("orders_list_response")["orders"][1]).parts.lines
    assert lines is not None

    assert [None, "Red, S"] == [line.variant_title for line in lines]


def test_where_it_goes_and_who_bought_it() -> None:
    order = mapped(example("order_get_response"))

    assert order.shipping_address is not None
    assert order.contact is not None
    assert ("Test", "Customer", "100 Example St", "Springfield", "IL", "62701", "US", "5550100") == (
        order.shipping_address.first_name,
        order.shipping_address.last_name,
        order.shipping_address.address1,
        order.shipping_address.city,
        order.shipping_address.province,
        order.shipping_address.postal_code,
        order.shipping_address.country_code,
        order.shipping_address.phone,
    )
    assert ("Test Customer", "008e0000000000000000@members.ebay.com") == (order.contact.name, order.contact.email)
    assert order.billing_address is None


def test_an_order_for_the_hub_is_shipped_there_and_tells_where_it_goes_on_to() -> None:
    order = mapped(example("order_get_international_shipping_response"))
    more = extras(order)

    assert order.shipping_address is not None
    assert more.final_destination is not None
    assert ("Springfield", "Berlin", "DE") == (
        order.shipping_address.city,
        more.final_destination.city,
        more.final_destination.country_code,
    )
    assert (True, "1234567890123456", "EBAY") == (more.ships_to_hub, more.hub_reference, more.returns_managed_by)


def test_taxes_that_ebay_collects_are_in_the_total_and_told_apart() -> None:
    order = mapped(example("order_get_tax_breakdown_response"))
    more = extras(order)

    assert [("STATE_SALES_TAX", usd("2.9"))] == [(each.title, each.amount) for each in order.taxes]
    assert (usd("42.9"), usd("2.9"), usd("2.9"), usd("40.0")) == (
        order.totals.total,
        order.totals.tax,
        more.ebay_collected_tax,
        more.total_without_ebay_tax,
    )


def test_a_cancelled_order_says_when_and_why() -> None:
    order = mapped(example("order_get_cancelled_response"))

    assert (OrderStatus.CANCELLED, "CANCELED", PaymentStatus.REFUNDED) == (order.status, order.platform_status, order.payment_status)
    assert ("ORDER_MISTAKE", datetime(2026, 11, 20, 15, 20, tzinfo=UTC)) == (order.cancel_reason, order.cancelled_at)
    assert ["BUYER"] == [each.initiator for each in extras(order).cancel_requests]


def test_a_refund_on_order_and_line_is_one() -> None:
    row = example("order_get_refunded_response")
    refunds = afterwards.refunds(row, SEEN)

    assert [("13-00001-00004/5000000001", usd("10.0"))] == [(each.key_id, each.amount) for each in refunds]
    assert [("10084048000005", usd("10.0"))] == [(each.order_line_id, each.amount) for each in refunds[0].lines]
    assert usd("10.0") == mapped(row).totals.refunded
    assert PaymentStatus.PARTIALLY_REFUNDED is mapped(row).payment_status


def test_a_refund_of_lines_only_is_added_up() -> None:
    share = {"refundId": "7", "amount": amount("1.25"), "refundDate": "2026-11-22T09:00:00.000Z"}
    row = least_order(lineItems=[{"lineItemId": "1", "refunds": [share]}, {"lineItemId": "2", "refunds": [share]}])

    assert [usd("2.50")] == [each.amount for each in afterwards.refunds(row, SEEN)]
    assert usd("2.50") == mapped(row).totals.refunded


def test_what_was_not_given_back_is_no_refund() -> None:
    refunds = [{"refundId": str(turn), "refundStatus": word, "amount": amount("1.0")} for turn, word in enumerate(("PENDING", "FAILED"))]
    share = {"refundId": "0", "amount": amount("1.0")}
    order = mapped(least_order(paymentSummary={"refunds": refunds}, lineItems=[{"lineItemId": "1", "refunds": [share]}]))

    assert (False, usd("0")) == (order.parts.has_refunds, order.totals.refunded)
    assert ["PENDING", "FAILED"] == [each.status for each in extras(order).open_refunds]


def test_discounts_fees_and_adjustments_have_their_places() -> None:
    row = priced(
        priceSubtotal="100.00",
        priceDiscount="-10.00",
        deliveryCost="6.90",
        deliveryDiscount="-3.00",
        adjustment="-1.50",
        tax="7.25",
        fee="1.25",
        total="100.90",
    )
    totals = mapped(row).totals

    assert (usd("90.00"), usd("3.90"), usd("-0.25"), usd("7.25"), usd("13.00")) == (
        totals.subtotal,
        totals.shipping,
        totals.fees,
        totals.tax,
        totals.discounts,
    )


def test_a_recycling_fee_is_no_tax() -> None:
    taxes = [{"taxType": "TIRE_RECYCLING_FEE", "amount": amount("1.25")}, {"taxType": "VAT", "amount": amount("2.0")}]
    order = mapped(least_order(lineItems=[{"lineItemId": "1", "quantity": 1, "taxes": taxes}]))

    assert ["VAT"] == [each.title for each in order.taxes]
    assert [("TIRE_RECYCLING_FEE", usd("1.25"))] == [(each.type, each.amount) for each in extras(order).fees]


@pytest.mark.parametrize(
    ("payment", "shipped", "cancel", "status"),
    [
        ("PAID", "NOT_STARTED", "NONE_REQUESTED", OrderStatus.OPEN),
        ("PAID", "IN_PROGRESS", "NONE_REQUESTED", OrderStatus.OPEN),
        ("PAID", "FULFILLED", "NONE_REQUESTED", OrderStatus.COMPLETED),
        ("PARTIALLY_REFUNDED", "FULFILLED", "NONE_REQUESTED", OrderStatus.COMPLETED),
        ("FULLY_REFUNDED", "FULFILLED", "NONE_REQUESTED", OrderStatus.REFUNDED),
        ("PENDING", "NOT_STARTED", "NONE_REQUESTED", OrderStatus.PENDING),
        ("FAILED", "NOT_STARTED", "NONE_REQUESTED", OrderStatus.FAILED),
        ("PAID", "NOT_STARTED", "IN_PROGRESS", OrderStatus.OPEN),
        ("PAID", "NOT_STARTED", "CANCELED", OrderStatus.CANCELLED),
        ("BARTERED", "NOT_STARTED", "NONE_REQUESTED", OrderStatus.OTHER),
        ("PAID", "TELEPORTED", "NONE_REQUESTED", OrderStatus.OTHER),
    ],
)
def test_the_status_follows_from_three_words(payment: str, shipped: str, cancel: str, status: OrderStatus) -> None:
    words = {"orderPaymentStatus": payment, "orderFulfillmentStatus": shipped, "cancelStatus": {"cancelState": cancel}}
    order = mapped(least_order(**words))

    assert status is order.status
    assert (payment, shipped, cancel) == (order.platform_payment_status, order.platform_fulfilment_status, extras(order).cancel_state)


def test_an_unknown_word_is_kept() -> None:
    order = mapped(least_order(orderPaymentStatus="BARTERED", orderFulfillmentStatus="TELEPORTED"))

    assert (PaymentStatus.OTHER, FulfilmentStatus.OTHER) == (order.payment_status, order.fulfilment_status)


def test_a_refund_that_failed_leaves_the_order_paid() -> None:
    payments = {"payments": [{"paymentStatus": "PAID"}], "refunds": [{"refundId": "1", "refundStatus": "FAILED"}]}
    order = mapped(least_order(orderPaymentStatus="FAILED", orderFulfillmentStatus="FULFILLED", paymentSummary=payments))

    assert (PaymentStatus.PAID, OrderStatus.COMPLETED) == (order.payment_status, order.status)


def test_the_least_order_maps_and_one_without_id_does_not() -> None:
    assert OrderStatus.OPEN is mapped(least_order()).status
    assert mapping.order({"creationDate": "2026-11-20T14:15:22.000Z"}, SEEN) is None
    assert mapping.order({"orderId": "1"}, SEEN) is None


def test_a_line_without_sku_leads_nowhere() -> None:
    lines = mapped(least_order(lineItems=[{"lineItemId": "1", "legacyItemId": "28", "quantity": 1}])).parts.lines
    assert lines is not None

    assert [(None, None, "28")] == [(each.variant_key_id, each.product_key_id, each.attributes["legacyItemId"]) for each in lines]


def test_a_price_that_does_not_divide_is_nobodys_price() -> None:
    assert unit_price(usd("10.0"), 3) is None
    assert usd("2.50") == unit_price(usd("10.00"), 4)
    assert unit_price(usd("10.0"), 0) is None


def test_packages_map_with_their_tracking_and_contents() -> None:
    row = example("order_get_response")
    packages = afterwards.shipments(example("shipping_fulfillments_response")["fulfillments"], row, SEEN)

    assert ["13-00001-00001/9400000000000000000001"] == [each.key_id for each in packages]
    assert [("USPS", "9400000000000000000001")] == [(each.company, each.number) for each in packages[0].tracking]
    assert [("10084048000001", "SKU-1", 2)] == [(each.order_line_id, each.sku, each.quantity) for each in packages[0].lines]
    assert (ShipmentStatus.SHIPPED, datetime(2026, 11, 21, 10, tzinfo=UTC)) == (packages[0].status, packages[0].created_at)


def test_packages_without_tracking_have_keys_of_their_own() -> None:
    packages = afterwards.shipments([{"fulfillmentId": "999"}, {"fulfillmentId": "999"}], least_order(), SEEN)

    assert ["13-00001-00009/999", "13-00001-00009/999/2"] == [each.key_id for each in packages]
    assert [[], []] == [each.tracking for each in packages]


def item_variant(group: Json | None = None, **fields: Any) -> ProductVariant:
    found = wares.variant({**example("inventory_item_get_response"), **fields}, example("offers_list_response")["offers"], group, SEEN)
    assert found is not None
    return found


def test_an_item_of_the_examples_keeps_every_figure() -> None:
    variant = item_variant()

    assert ("SKU-1", "SKU-1", "sku:SKU-1", "012345678905") == (variant.key_id, variant.sku, variant.product_key_id, variant.barcode)
    assert usd("20.00") == variant.price
    assert variant.weight is not None
    assert (Decimal("1.5"), "POUND") == (variant.weight.value, variant.weight.unit)
    assert isinstance(variant.extras, EbayVariantExtras)
    assert ("NEW", "EX-1", 50) == (variant.extras.condition, variant.extras.mpn, variant.extras.quantity)
    assert [("36445435465", "287400000001", "ACTIVE", 50, 3)] == [
        (each.offer_id, each.listing_id, each.listing_status, each.available_quantity, each.sold_quantity) for each in variant.extras.offers
    ]
    assert {"product", "availability", "packageWeightAndSize", "locale"} == set(variant.raw)


def test_an_item_in_a_group_has_options_and_a_place() -> None:
    group = example("inventory_item_group_get_response")
    described = {"product": {"title": "Example shirt", "aspects": {"Brand": ["Example"], "Color": ["Red"], "Size": ["M"]}}}
    variant = item_variant(group, sku="SKU-2-RED-M", inventoryItemGroupKeys=["GROUP-1"], **described)

    assert ("group:GROUP-1", "Red, M", 2) == (variant.product_key_id, variant.title, variant.position)
    assert [("Color", "Red"), ("Size", "M")] == [(each.name, each.value) for each in variant.options]


def test_stock_has_a_row_for_each_location_or_one_for_all() -> None:
    item = example("inventory_item_get_response")
    plain = {"sku": "S", "availability": {"shipToLocationAvailability": {"quantity": 7}}}
    rows = [(each.key_id, each.location_key_id, each.available) for row in (item, plain, {"sku": "T"}) for each in wares.levels(row, SEEN)]

    assert [("wh-1/SKU-1", "wh-1", 30), ("wh-2/SKU-1", "wh-2", 20), ("*/S", "*", 7)] == rows


def test_a_group_of_the_examples_is_a_product() -> None:
    product = wares.product_of_group(example("inventory_item_group_get_response"), example("offers_list_response")["offers"], SEEN)

    assert product is not None
    assert ("group:GROUP-1", "GROUP-1", "Example shirt", "Example") == (product.key_id, product.platform_id, product.title, product.vendor)
    assert [("Color", ["Red"]), ("Size", ["S", "M"])] == [(each.name, each.values) for each in product.options]
    assert isinstance(product.extras, EbayProductExtras)
    assert (["30120"], ["287400000001"], ["EBAY_US"]) == (
        product.extras.category_ids,
        product.extras.listing_ids,
        product.extras.marketplaces,
    )


def item_product(*offers: Json) -> Product:
    product = wares.product_of_item(example("inventory_item_get_response"), offers, SEEN)
    assert product is not None
    return product


@pytest.mark.parametrize(
    ("status", "listing", "expected"),
    [
        ("PUBLISHED", "ACTIVE", ProductStatus.ACTIVE),
        ("PUBLISHED", "OUT_OF_STOCK", ProductStatus.ACTIVE),
        ("PUBLISHED", "INACTIVE", ProductStatus.PENDING),
        ("PUBLISHED", "ENDED", ProductStatus.ARCHIVED),
        ("PUBLISHED", "EBAY_ENDED", ProductStatus.ARCHIVED),
        ("PUBLISHED", "NOT_LISTED", ProductStatus.DRAFT),
        ("PUBLISHED", "FROZEN", ProductStatus.OTHER),
    ],
)
def test_a_product_is_as_its_listing_is(status: str, listing: str, expected: ProductStatus) -> None:
    product = item_product({"status": status, "listing": {"listingStatus": listing}})

    assert (expected, listing) == (product.status, product.platform_status)


def test_what_is_not_offered_is_a_draft() -> None:
    assert [(ProductStatus.DRAFT, ""), (ProductStatus.DRAFT, "UNPUBLISHED")] == [
        (each.status, each.platform_status) for each in (item_product(), item_product({"status": "UNPUBLISHED"}))
    ]


def test_of_several_offers_the_fixed_price_that_is_live_speaks() -> None:
    auction = {"status": "PUBLISHED", "format": "AUCTION", "listing": {"listingStatus": "ACTIVE"}}
    fixed = {**auction, "format": "FIXED_PRICE", "pricingSummary": {"price": amount("9.99")}}
    found = wares.variant({"sku": "S"}, [{"status": "UNPUBLISHED"}, auction, fixed], None, SEEN)

    assert found is not None
    assert usd("9.99") == found.price


def test_a_barcode_that_does_not_apply_is_none() -> None:
    assert item_variant(product={"upc": ["Does not apply"], "ean": ["4006381333931"]}).barcode == "4006381333931"
    assert item_variant(product={"upc": ["Does Not Apply"]}).barcode is None


def test_locations_of_the_examples_map() -> None:
    places = [wares.location(row, SEEN) for row in example("locations_list_response")["locations"]]

    assert [("wh-1", "Main warehouse", True, True, "US")] == [
        (each.key_id, each.name, each.is_active, each.fulfils_online_orders, each.address and each.address.country_code)
        for each in places
        if each
    ]


def test_a_keys_number_lasts() -> None:
    assert 5_566_019_728_518_143_210 == number_of("SKU-1")
    assert 0 <= number_of("SKU-2") < 2**63
