"""Walmart's rows in canonical words, from its own examples: every figure of theirs must be there again."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from adapters.walmart import mapping, movements, wares
from adapters.walmart.manifest import LIFECYCLES, ORDER_STATUSES, PUBLISHED_STATUSES, SHIPMENT_STATUSES
from adapters.walmart.values import Seen, counted, moment, money, number, whole
from schema.orders import FulfilmentStatus, OrderStatus, PaymentStatus
from schema.products import ProductStatus
from schema.shipments import ShipmentStatus
from tests.platforms.walmart.conftest import example

SEEN = Seen("shop", datetime(2026, 11, 20, 18, tzinfo=UTC))
SINGLE = ("order_get_response", "order_acknowledge_response", "order_cancel_response", "order_ship_response", "order_refund_response")
LISTS = ("orders_list_response", "orders_released_response")


def orders_of(name: str) -> list[Any]:
    body = example(name)
    if "order" in body:
        return [body["order"]]
    return body["list"]["elements"]["order"] if "list" in body else [body]


def line(*pieces: tuple[str, str], number: str = "1", charges: Any = None, amount: str | None = None, **more: Any) -> Any:
    """Return a line whose pieces have some status words."""
    count = amount or str(sum(int(each) for _, each in pieces))
    return {
        "lineNumber": number,
        "item": {"sku": "MUG-1", "productName": "Mug"},
        "charges": {"charge": charges or [charge(10)]},
        "orderLineQuantity": {"unitOfMeasurement": "EACH", "amount": count},
        "statusDate": 1763632800500,
        "orderLineStatuses": {"orderLineStatus": [{"status": word, "statusQuantity": {"amount": each}} for word, each in pieces]},
        **more,
    }


def charge(amount: float, tax: float | None = None, kind: str = "PRODUCT", name: str = "ItemPrice") -> Any:
    row = {"chargeType": kind, "chargeName": name, "chargeAmount": {"currency": "USD", "amount": amount}}
    return row if tax is None else {**row, "tax": {"taxName": "Tax1", "taxAmount": {"currency": "USD", "amount": tax}}}


def order(*lines: Any, **more: Any) -> Any:
    row = {"purchaseOrderId": "1815367951431", "orderDate": 1763546400000, "orderLines": {"orderLine": list(lines)}, **more}
    found = mapping.order(row, SEEN)
    assert found is not None
    return found


def amounts(value: Any) -> Decimal:
    """Add up all charges and taxes of an order as they stand in it."""
    charges = [each for row in value["orderLines"]["orderLine"] for each in row["charges"]["charge"]]
    parts = [each["chargeAmount"]["amount"] for each in charges] + [
        each["tax"]["taxAmount"]["amount"] for each in charges if each.get("tax")
    ]
    return sum((Decimal(str(part)) for part in parts), Decimal(0))


@pytest.mark.parametrize("name", [*SINGLE, *LISTS, "order_get_with_refund_response"])
def test_every_example_of_an_order_keeps_its_figures(name: str) -> None:
    for row in orders_of(name):
        found = mapping.order(row, SEEN)
        assert found is not None
        assert (row["purchaseOrderId"], row["customerOrderId"]) == (found.number, found.extras.customer_order_id)  # type: ignore[union-attr]
        assert len(row["orderLines"]["orderLine"]) == len(found.parts.lines or ())
        assert amounts(row) == found.totals.total.amount  # type: ignore[union-attr]
        assert row["orderDate"] == found.created_at.timestamp() * 1000
        assert OrderStatus.OTHER is not found.status


@pytest.mark.parametrize("name", [*SINGLE, *LISTS, "order_get_with_refund_response"])
def test_every_tracking_number_of_the_examples_is_in_a_shipment(name: str) -> None:
    for row in orders_of(name):
        parts = [each for own in mapping.order_lines(row) for each in mapping.statuses(own)]
        wanted = {each["trackingInfo"]["trackingNumber"] for each in parts if each.get("trackingInfo")}

        assert wanted == {each.tracking[0].number for each in movements.shipments(row, SEEN)}


def test_the_order_of_the_documents_is_mapped_field_by_field() -> None:
    found = order(*orders_of("order_get_response")[0]["orderLines"]["orderLine"], **_without_lines("order_get_response"))
    own = found.parts.lines[0]

    assert (OrderStatus.COMPLETED, PaymentStatus.PAID, FulfilmentStatus.FULFILLED) == (
        found.status,
        found.payment_status,
        found.fulfilment_status,
    )
    assert ("Shipped", "USD", datetime(2021, 6, 16, 9, 30, 55, 623000, UTC)) == (
        found.platform_status,
        found.currency_code,
        found.updated_at,
    )
    assert ("63016", "MO", "US", "Test Customer") == (
        found.shipping_address.postal_code,
        found.shipping_address.province_code,
        found.shipping_address.country_code,
        found.shipping_address.last_name,
    )
    assert ("YHY-FN25200B2", 1, 1, Decimal(5), Decimal("0.34")) == (
        own.sku,
        own.quantity,
        own.fulfilled_quantity,
        own.total.amount,
        own.tax.amount,
    )
    assert ("YHY-FN25200B2", "item:YHY-FN25200B2") == (own.variant_key_id, own.product_key_id)
    assert "SellerFulfilled" == found.extras.ship_node_type
    assert not found.totals.taxes_included


def test_a_refund_of_the_documents_keeps_its_figures() -> None:
    row = orders_of("order_get_with_refund_response")[0]
    (found,) = movements.refunds(row, [], SEEN)

    assert ("1796277083022-123", "123", Decimal(1596), "xyz") == (found.key_id, found.platform_id, found.amount.amount, found.note)  # type: ignore[union-attr]
    assert [("4", Decimal(798), Decimal(798))] == [(each.order_line_id, each.amount.amount, each.tax.amount) for each in found.lines]  # type: ignore[union-attr]


def test_negative_refunds_are_positive_here() -> None:
    back = {"refundId": "9", "refundCharges": {"refundCharge": [{"refundReason": "BillingError", "charge": charge(-2.5, -0.21)}]}}
    row = {"purchaseOrderId": "7", "orderDate": 1, "orderLines": {"orderLine": [line(("Delivered", "1"), refund=back)]}}
    (found,) = movements.refunds(row, [], SEEN)

    assert (Decimal("2.71"), None, "BillingError") == (found.amount.amount, found.shipping, found.note)  # type: ignore[union-attr]
    assert (Decimal("2.71"), PaymentStatus.PARTIALLY_REFUNDED) == (
        order(line(("Delivered", "1"), refund=back)).totals.refunded.amount,
        order(line(("Delivered", "1"), refund=back)).payment_status,
    )


def test_a_return_tells_what_its_line_does_not() -> None:
    back = example("returns_list_response")["returnOrders"]
    row = {
        "purchaseOrderId": "4790210558890",
        "orderDate": 1,
        "orderLines": {"orderLine": [line(("Delivered", "3"), returnOrderId="103738048909818825")]},
    }
    (found,) = movements.refunds(row, back, SEEN)

    assert mapping.unsettled(row)
    assert ("4790210558890-103738048909818825", Decimal("127.45")) == (found.key_id, found.amount.amount)  # type: ignore[union-attr]
    assert datetime(2023, 6, 22, 2, 20, 51, tzinfo=UTC) == found.created_at
    assert [("1", 1, Decimal("119.95"), Decimal("7.5"))] == [
        (each.order_line_id, each.quantity, each.amount.amount, each.tax.amount)  # type: ignore[union-attr]
        for each in found.lines
    ]


def test_what_a_line_tells_is_not_counted_again_from_its_return() -> None:
    refund = {"refundId": "9", "refundCharges": {"refundCharge": [{"charge": charge(-1)}]}}
    row = {"purchaseOrderId": "4790210558890", "orderDate": 1, "orderLines": {"orderLine": [line(("Refund", "3"), refund=refund)]}}

    assert ["4790210558890-9"] == [each.key_id for each in movements.refunds(row, example("returns_list_response")["returnOrders"], SEEN)]


@pytest.mark.parametrize(
    ("pieces", "status", "payment", "fulfilment"),
    [
        ([("Created", "1")], OrderStatus.PENDING, PaymentStatus.AUTHORIZED, FulfilmentStatus.UNFULFILLED),
        ([("Acknowledged", "1")], OrderStatus.OPEN, PaymentStatus.AUTHORIZED, FulfilmentStatus.UNFULFILLED),
        ([("Shipped", "1")], OrderStatus.COMPLETED, PaymentStatus.PAID, FulfilmentStatus.FULFILLED),
        ([("Delivered", "1")], OrderStatus.COMPLETED, PaymentStatus.PAID, FulfilmentStatus.FULFILLED),
        ([("Cancelled", "1")], OrderStatus.CANCELLED, PaymentStatus.VOIDED, FulfilmentStatus.NOT_REQUIRED),
        ([("Refund", "1")], OrderStatus.REFUNDED, PaymentStatus.REFUNDED, FulfilmentStatus.FULFILLED),
        ([("Shipped", "1"), ("Cancelled", "2")], OrderStatus.COMPLETED, PaymentStatus.PAID, FulfilmentStatus.FULFILLED),
        ([("Shipped", "1"), ("Acknowledged", "2")], OrderStatus.OPEN, PaymentStatus.PARTIALLY_PAID, FulfilmentStatus.PARTIALLY_FULFILLED),
        ([("Created", "1"), ("Acknowledged", "1")], OrderStatus.PENDING, PaymentStatus.AUTHORIZED, FulfilmentStatus.UNFULFILLED),
        ([("Refund", "1"), ("Delivered", "1")], OrderStatus.COMPLETED, PaymentStatus.PARTIALLY_REFUNDED, FulfilmentStatus.FULFILLED),
        ([("Teleported", "1")], OrderStatus.OTHER, None, FulfilmentStatus.OTHER),
    ],
)
def test_an_order_is_as_far_as_its_hindmost_piece(
    pieces: list[tuple[str, str]], status: OrderStatus, payment: PaymentStatus | None, fulfilment: FulfilmentStatus
) -> None:
    together = order(line(*pieces))
    apart = order(*(line(piece, number=str(place)) for place, piece in enumerate(pieces)))

    assert (status, payment, fulfilment) == (together.status, together.payment_status, together.fulfilment_status)
    assert (status, payment, fulfilment) == (apart.status, apart.payment_status, apart.fulfilment_status)
    assert {word for word, _ in pieces} == set(together.platform_status.split(", "))


def test_a_buyer_who_wants_to_cancel_stops_an_order_that_is_not_shipped() -> None:
    wish = {"intentToCancel": "CUSTOMER_INTENT_TO_CANCEL"}

    assert (OrderStatus.ON_HOLD, OrderStatus.COMPLETED) == (
        order(line(("Acknowledged", "1"), **wish)).status,
        order(line(("Shipped", "1"), **wish)).status,
    )


def test_pieces_are_counted_by_what_became_of_them() -> None:
    own = order(line(("Shipped", "2"), ("Cancelled", "1"), ("Refund", "1"))).parts.lines[0]

    assert (4, 3, 2) == (own.quantity, own.fulfilled_quantity, own.known_refunded)


def test_discounts_shipping_and_fees_make_the_total() -> None:
    charges = [
        charge(20, 1.65),
        charge(-1, -0.08, name="SubscriptionDiscount"),
        charge(1.5, kind="FEE", name="Recycling Fee"),
        charge(5.99, 0.49, kind="SHIPPING", name="Shipping"),
    ]
    found = order(line(("Shipped", "2"), charges=charges), shippingInfo={"methodCode": "Value"})
    sums, own = found.totals, found.parts.lines[0]

    assert [Decimal(19), Decimal(1), Decimal("5.99"), Decimal("1.5"), Decimal("2.06"), Decimal("28.55")] == [
        each.amount for each in (sums.subtotal, sums.discounts, sums.shipping, sums.fees, sums.tax, sums.total)
    ]
    assert (Decimal(10), Decimal(19), Decimal(1), Decimal("1.57")) == tuple(
        each.amount for each in (own.unit_price, own.total, own.discounts, own.tax)
    )
    assert [("SubscriptionDiscount", Decimal(1))] == [(each.title, each.amount.amount) for each in found.discounts]
    assert [("Tax1", Decimal("2.06"))] == [(each.title, each.amount.amount) for each in found.taxes]


@pytest.mark.parametrize(
    ("summary", "total", "unit"),
    [(None, "10.8", "3.33"), (10.8, "10.8", "3.33"), (32.4, "32.4", "9.99"), (99, "10.8", "3.33")],
)
def test_the_summary_decides_what_a_charge_of_several_pieces_is(summary: float | None, total: str, unit: str) -> None:
    more = {} if summary is None else {"orderSummary": {"totalAmount": {"currencyAmount": summary, "currencyUnit": "USD"}}}
    found = order(line(("Shipped", "3"), charges=[charge(9.99, 0.81)]), **more)

    assert (Decimal(total), Decimal(unit)) == (found.totals.total.amount, found.parts.lines[0].unit_price.amount)


def test_an_uneven_unit_price_is_nobodys() -> None:
    assert None is order(line(("Shipped", "3"), charges=[charge(10)])).parts.lines[0].unit_price


def test_lines_in_one_parcel_are_one_shipment() -> None:
    def sent(number: str, word: str, parcel: str) -> Any:
        row = line((word, "1"), number=number)
        tracking = {"trackingNumber": parcel, "carrierName": {"otherCarrier": "Wheels"}, "shipDateTime": 1763629200000}
        row["orderLineStatuses"]["orderLineStatus"][0]["trackingInfo"] = tracking
        return row

    row = {"purchaseOrderId": "7", "orderDate": 1, "shipNode": {"type": "WFSFulfilled"}}
    row["orderLines"] = {
        "orderLine": [sent("1", "Delivered", "A"), sent("2", "Shipped", "A"), sent("4", "Delivered", "B"), line(("Created", "1"))]
    }
    found = movements.shipments(row, SEEN)

    assert [("7-A", ShipmentStatus.SHIPPED, ["1", "2"]), ("7-B", ShipmentStatus.DELIVERED, ["4"])] == [
        (each.key_id, each.status, [part.order_line_id for part in each.lines]) for each in found
    ]
    assert ("Wheels", datetime(2025, 11, 20, 9, tzinfo=UTC), "WFSFulfilled") == (
        found[0].tracking[0].company,
        found[0].created_at,
        found[0].location_key_id,
    )


def test_the_placeholder_address_is_nobodys() -> None:
    found = order(line(("Created", "1")), customerEmailId="nocxemail@walmartone.com", shippingInfo={"phone": "5550100"})

    assert (None, "5550100") == (found.contact.email, found.contact.phone)


@pytest.mark.parametrize("name", ["items_list_response", "item_get_response"])
def test_every_example_of_an_item_keeps_its_figures(name: str) -> None:
    for row in example(name)["ItemResponse"]:
        product, variant = wares.product([row], SEEN), wares.variant(row, SEEN)
        assert product is not None
        assert variant is not None
        assert (row["sku"], row["gtin"]) == (variant.sku, variant.barcode)
        assert Decimal(str(row["price"]["amount"])) == variant.price.amount  # type: ignore[union-attr]
        assert (row["productName"].strip(), product.key_id) == (product.title, variant.product_key_id)
        assert ProductStatus.OTHER is not product.status


def test_a_variant_group_is_one_product() -> None:
    def item(sku: str, colour: str, *, primary: str, published: str) -> Any:
        info = {"isPrimary": primary, "groupingAttributes": [{"name": "color", "value": colour}]}
        row = {"sku": sku, "productName": f"Mug {colour}", "variantGroupId": "G1", "variantGroupInfo": info}
        return {**row, "publishedStatus": published, "lifecycleStatus": "ACTIVE"}

    rows = [item("A", "Red", primary="false", published="PUBLISHED"), item("B", "Blue", primary="true", published="UNPUBLISHED")]
    found, variant = wares.product(rows, SEEN), wares.variant(rows[0], SEEN)

    assert found is not None
    assert variant is not None
    assert ("group:G1", "Mug Blue", ProductStatus.ACTIVE, "PUBLISHED") == (found.key_id, found.title, found.status, found.platform_status)
    assert [("color", ["Red", "Blue"])] == [(each.name, each.values) for each in found.options]
    assert ("group:G1", "Red") == (variant.product_key_id, variant.title)


@pytest.mark.parametrize(
    ("life", "published", "status", "word"),
    [
        ("ACTIVE", "PUBLISHED", ProductStatus.ACTIVE, "PUBLISHED"),
        ("RETIRED", "UNPUBLISHED", ProductStatus.ARCHIVED, "RETIRED"),
        ("ACTIVE", "NOVEL", ProductStatus.OTHER, "NOVEL"),
        ("NOVEL", "PUBLISHED", ProductStatus.OTHER, "NOVEL"),
        ("", "STAGE", ProductStatus.DRAFT, "STAGE"),
    ],
)
def test_an_items_status_keeps_the_word_it_comes_from(life: str, published: str, status: ProductStatus, word: str) -> None:
    found = wares.product([{"sku": "A", "lifecycleStatus": life, "publishedStatus": published}], SEEN)

    assert found is not None
    assert (status, word) == (found.status, found.platform_status)


def test_stock_is_what_can_be_sold_and_what_is_promised() -> None:
    found = [level for row in example("inventories_list_response")["elements"]["inventories"] for level in wares.levels(row, SEEN)]

    assert [("361451354333223041:AI-IGH4-5509", 93, 93, 0), ("100009:AI-IGH4-5509", 433, 436, 3), ("100009:06397309545443", 0, 5, 5)] == [
        (each.key_id, each.available, each.on_hand, each.committed) for each in found
    ]


def test_ship_nodes_are_locations() -> None:
    found = [wares.location(row, SEEN) for row in example("shipnodes_response")]

    assert [("99351656957153281", "MP_Deliverr", False, "94104"), ("84955660770217985", "Seller test-distributor", False, "90706")] == [
        (each.key_id, each.name, each.is_active, each.address.postal_code)  # type: ignore[union-attr]
        for each in found
        if each
    ]


def test_every_documented_word_is_in_a_table() -> None:
    words = {"Created", "Acknowledged", "Shipped", "Delivered", "Cancelled", "Refund"}

    assert (words, words) == (set(ORDER_STATUSES), set(SHIPMENT_STATUSES))
    assert {"PUBLISHED", "READY_TO_PUBLISH", "IN_PROGRESS", "UNPUBLISHED", "STAGE", "SYSTEM_PROBLEM"} == set(PUBLISHED_STATUSES)
    assert {"ACTIVE", "RETIRED", "ARCHIVED"} == set(LIFECYCLES)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (1568466571000, datetime(2019, 9, 14, 13, 9, 31, tzinfo=UTC)),
        ("1560973098001", datetime(2019, 6, 19, 19, 38, 18, 1000, UTC)),
        ("2019-02-21T01:01:08.000Z", datetime(2019, 2, 21, 1, 1, 8, tzinfo=UTC)),
        ("soon", None),
        (10**30, None),
        (True, None),
        (None, None),
    ],
)
def test_times_are_read_in_every_form(value: Any, found: datetime | None) -> None:
    assert found == moment(value)


def test_numbers_keep_the_digits_they_were_written_with() -> None:
    assert [Decimal("0.1"), Decimal("59.99"), Decimal(10), Decimal("1.50"), None, None, None] == [
        number(each) for each in (0.1, 59.99, 10, "1.50", "1,5", True, float("nan"))
    ]
    assert [3, None, 3] == [whole("3"), whole("3.5"), whole(3.0)]
    assert [2, 3, None] == [counted({"amount": "2"}), counted({"measurementValue": 3}), counted({})]
    assert [None, "XXX"] == [money({"currency": "USD"}), money({"amount": 1}).currency_code]  # type: ignore[union-attr]


@pytest.mark.parametrize("row", [{}, {"purchaseOrderId": "1"}, {"orderDate": 1}, {"purchaseOrderId": "", "orderDate": 1}])
def test_an_order_without_id_or_time_is_none(row: Any) -> None:
    assert None is mapping.order(row, SEEN)


def _without_lines(name: str) -> dict[str, Any]:
    return {key: value for key, value in orders_of(name)[0].items() if key not in {"orderLines", "purchaseOrderId", "orderDate"}}
