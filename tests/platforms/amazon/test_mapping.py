"""Amazon's answers in canonical words, from payloads as the platform documents them."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from adapters.amazon import mapping, wares
from adapters.amazon.manifest import MARKETPLACES, ORDER_STATUSES, SHIPMENT_STATUSES
from adapters.amazon.values import Seen, address, moment, money, number_of
from schema.money import Money
from schema.orders import FulfilmentStatus, OrderStatus, PaymentStatus
from schema.products import ProductStatus
from schema.shipments import ShipmentStatus
from tests.support.shared import shared

SEEN = Seen("cedar", datetime(2026, 11, 23, 15, tzinfo=UTC))
US, CA, DE = "ATVPDKIKX0DER", "A2EUQ1WTGCTBG2", "A1PA6795UKMFR9"
ID = "902-1234567-1234567"
TIMES = {"createdTime": "2026-11-20T09:00:00.123Z", "lastUpdatedTime": "2026-11-21T09:00:00Z"}


def usd(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency_code="USD")


def said(amount: str, currency: str = "USD") -> dict[str, str]:
    return {"amount": amount, "currencyCode": currency}


def official(*names: str) -> list[Any]:
    """Return the answers of all official examples of some operations."""
    folder = shared("amazon", "examples")
    found = [json.loads(path.read_text()) for name in names for path in sorted(folder.glob(f"{name}.200.*.json"))]
    assert found, names
    return [each["response"] for each in found]


def official_orders() -> list[Any]:
    single = [each["order"] for each in official("orders_2026-01-01.getOrder")]
    return single + [row for each in official("orders_2026-01-01.searchOrders") for row in each["orders"]]


def official_listings() -> list[Any]:
    single = official("listingsItems_2021-08-01.getListingsItem")
    return single + [row for each in official("listingsItems_2021-08-01.searchListingsItems") for row in each["items"]]


def least_order(**fields: Any) -> Any:
    """Return an order made of a row with nothing but what every order has."""
    found = mapping.order({"orderId": ID, "salesChannel": {"marketplaceId": US}, "orderItems": [], **TIMES, **fields}, SEEN)
    assert found is not None
    return found


def item(total: str | None, *parts: tuple[str, str], **details: dict[str, str]) -> dict[str, Any]:
    """Return a line with its breakdowns; `details` are those within a breakdown, by its kind."""
    rows = []
    for kind, amount in parts:
        inner = [{"subtype": name, "value": said(value)} for name, value in details.get(kind, {}).items()]
        rows.append({"type": kind, "subtotal": said(amount), **({"detailedBreakdowns": inner} if inner else {})})
    proceeds = {"breakdowns": rows, **({"proceedsTotal": said(total)} if total else {})}
    return {"orderItemId": "1", "quantityOrdered": 1, "product": {"sellerSku": "MUG", "title": "Mug"}, "proceeds": proceeds}


def test_every_figure_of_the_official_orders_is_kept() -> None:
    for row in official_orders():
        order = mapping.order(row, SEEN)
        assert order is not None
        lines = order.parts.lines
        assert lines is not None
        shipments = mapping.shipments(row, SEEN)

        assert (row["orderId"], row["orderId"]) == (order.key_id, order.number)
        assert row["proceeds"]["grandTotal"] == said(str(order.totals.total and order.totals.total.amount), order.currency_code)
        assert moment(row["createdTime"]) == order.created_at
        assert moment(row["lastUpdatedTime"]) == order.updated_at
        assert row["fulfillment"]["fulfillmentStatus"] == order.platform_status
        assert order.status is not OrderStatus.OTHER
        assert [each["orderItemId"] for each in row["orderItems"]] == [line.platform_id for line in lines]
        assert [each["quantityOrdered"] for each in row["orderItems"]] == [line.quantity for line in lines]
        assert [each["product"]["sellerSku"] for each in row["orderItems"]] == [line.sku for line in lines]
        assert [each["product"]["price"]["unitPrice"] for each in row["orderItems"]] == [
            said(str(line.unit_price.amount), line.unit_price.currency_code) for line in lines if line.unit_price
        ]
        assert len(row.get("packages", [])) == len(shipments)
        assert row["recipient"]["deliveryAddress"]["city"] == (order.shipping_address and order.shipping_address.city)
        assert row.get("buyer", {}).get("buyerEmail") == (order.contact and order.contact.email)


def test_the_sums_of_the_official_orders_add_up() -> None:
    for row in official_orders():
        order = mapping.order(row, SEEN)
        assert order is not None
        sums = order.totals
        parts = [sums.subtotal, sums.shipping, sums.fees, None if sums.taxes_included else sums.tax]
        # One example has fewer lines than its total is of.
        if sum(Decimal(each["proceeds"]["proceedsTotal"]["amount"]) for each in row["orderItems"]) == (sums.total and sums.total.amount):
            assert sums.total is not None
            assert sums.total.amount == sum(part.amount for part in parts if part is not None)


@pytest.mark.parametrize("sign", ["-", ""])
def test_a_discount_comes_off_whichever_way_it_is_written(sign: str) -> None:
    line = item(
        "26.50",
        ("ITEM", "30.00"),
        ("SHIPPING", "5.00"),
        ("GIFT_WRAP", "2.00"),
        ("TAX", "2.50"),
        ("DISCOUNT", f"{sign}13.00"),
        DISCOUNT={"ITEM": f"{sign}8.00", "SHIPPING": f"{sign}5.00"},
        TAX={"ITEM": "2.50"},
    )
    order = least_order(orderItems=[line], proceeds={"grandTotal": said("26.50")})
    sums, sold = order.totals, order.parts.lines[0]

    assert (usd("22.00"), usd("0.00"), usd("2.00"), usd("2.50")) == (sums.subtotal, sums.shipping, sums.fees, sums.tax)
    assert (usd("13.00"), usd("26.50"), False) == (sums.discounts, sums.total, sums.taxes_included)
    assert (usd("22.00"), usd("8.00"), usd("2.50")) == (sold.total, sold.discounts, sold.tax)
    assert [("ITEM", usd("2.50"))] == [(tax.title, tax.amount) for tax in order.taxes]


def test_tax_within_the_prices_is_not_added_again() -> None:
    line = item("30.00", ("ITEM", "30.00"), ("TAX", "4.79"))
    sums = least_order(orderItems=[line], proceeds={"grandTotal": said("30.00")}).totals

    assert (usd("30.00"), usd("4.79"), True, usd("30.00")) == (sums.subtotal, sums.tax, sums.taxes_included, sums.total)


@pytest.mark.parametrize(("marketplace", "included"), [(US, False), (DE, True), (CA, None), ("A-NEW-ONE", None)])
def test_without_a_tax_the_site_says_whether_prices_contain_it(marketplace: str, included: bool | None) -> None:
    line = item("30.00", ("ITEM", "30.00"))

    assert included is least_order(orderItems=[line], salesChannel={"marketplaceId": marketplace}).totals.taxes_included


def test_a_tip_stands_on_the_order_and_counts_as_a_fee() -> None:
    proceeds = {"grandTotal": said("33.00"), "breakdowns": [{"type": "DELIVERY_TIP", "status": "PENDING", "subtotal": said("3.00")}]}
    sums = least_order(orderItems=[item("30.00", ("ITEM", "30.00"))], proceeds=proceeds).totals

    assert (usd("30.00"), usd("3.00"), usd("33.00")) == (sums.subtotal, sums.fees, sums.total)


def test_an_order_not_yet_paid_has_no_money_and_a_currency_all_the_same() -> None:
    order = least_order(fulfillment={"fulfillmentStatus": "PENDING"}, orderItems=[{"orderItemId": "1", "product": {}}])
    sums = order.totals

    assert [None] * 6 == [sums.subtotal, sums.shipping, sums.fees, sums.tax, sums.total, sums.discounts]
    assert ("USD", PaymentStatus.PENDING, False) == (order.currency_code, order.payment_status, order.parts.has_refunds)
    assert 0 == order.parts.lines[0].known_refunded


def test_every_status_word_has_its_meaning_and_a_new_one_is_kept() -> None:
    found = {word: least_order(fulfillment={"fulfillmentStatus": word}) for word in [*ORDER_STATUSES, "HOVERING"]}

    assert all(word == order.platform_status == order.platform_fulfilment_status for word, order in found.items())
    assert (OrderStatus.OTHER, None, None) == (
        found["HOVERING"].status,
        found["HOVERING"].payment_status,
        found["HOVERING"].fulfilment_status,
    )
    assert (OrderStatus.COMPLETED, PaymentStatus.PAID, FulfilmentStatus.FULFILLED) == (
        found["SHIPPED"].status,
        found["SHIPPED"].payment_status,
        found["SHIPPED"].fulfilment_status,
    )
    assert (OrderStatus.CANCELLED, None) == (found["CANCELLED"].status, found["CANCELLED"].payment_status)


def test_a_status_that_was_withheld_is_no_word() -> None:
    order = least_order()

    assert ("", OrderStatus.OTHER, None) == (order.platform_status, order.status, order.platform_fulfilment_status)


def test_a_cancelled_order_says_why_and_a_wish_alone_is_told_apart() -> None:
    executed = {"cancellation": {"cancellationExecution": {"cancelledBy": "MERCHANT", "cancelReason": "NO_INVENTORY"}}}
    asked = {"cancellation": {"cancellationRequest": {"requester": "BUYER", "cancelReason": "Changed my mind"}}}
    line = item("1.00", ("ITEM", "1.00"))
    cancelled = least_order(fulfillment={"fulfillmentStatus": "CANCELLED"}, orderItems=[{**line, **executed}])
    wished = least_order(fulfillment={"fulfillmentStatus": "UNSHIPPED"}, orderItems=[{**line, **asked}])

    assert ("NO_INVENTORY", False) == (cancelled.cancel_reason, cancelled.extras.cancellation_requested)
    assert (None, True) == (wished.cancel_reason, wished.extras.cancellation_requested)


def test_what_has_no_place_is_in_the_metadata() -> None:
    row = next(each for each in official_orders() if each["orderId"] == "171-2345678-9012345")
    order = mapping.order(row, SEEN)

    assert order is not None
    assert {"tax", "payment", "programs", "proceeds", "fulfillment"} <= set(order.raw)
    assert "COMMERCIAL" == order.raw["recipient"]["deliveryAddress"]["addressType"]
    assert {"buyer", "orderItems"}.isdisjoint(order.raw)
    assert [("CreditCard", "1599.90")] == [(each.method, str(each.amount.amount)) for each in order.extras.payments]  # type: ignore[union-attr]


@pytest.mark.parametrize("row", [{}, {"orderId": ID}, {**TIMES}, {"orderId": ID, **TIMES, "createdTime": "yesterday"}])
def test_what_has_no_id_or_time_is_no_order(row: dict[str, Any]) -> None:
    assert mapping.order(row, SEEN) is None


@pytest.mark.parametrize("field", ["fulfillment", "recipient", "buyer", "proceeds", "salesChannel", "orderItems", "packages", "payment"])
@pytest.mark.parametrize("value", [None, "text", 7, [], {}, [None]])
def test_fields_bent_out_of_shape_cost_themselves_only(field: str, value: Any) -> None:
    row = official_orders()[0]

    assert mapping.order({**row, field: value}, SEEN) is not None
    assert isinstance(mapping.shipments({**row, field: value}, SEEN), list)


def test_every_package_word_has_its_meaning_the_exact_one_first() -> None:
    def status(**words: str) -> ShipmentStatus:
        row = {"orderId": ID, **TIMES, "packages": [{"packageReferenceId": "1", "packageStatus": words}]}
        return mapping.shipments(row, SEEN)[0].status

    assert {word: status(status=word) for word in SHIPMENT_STATUSES} == SHIPMENT_STATUSES
    assert ShipmentStatus.OUT_FOR_DELIVERY is status(status="IN_TRANSIT", detailedStatus="OUT_FOR_DELIVERY")
    assert ShipmentStatus.IN_TRANSIT is status(status="IN_TRANSIT", detailedStatus="ON_THE_MOON")
    assert ShipmentStatus.OTHER is status(status="ON_THE_MOON")


def test_a_package_of_an_official_order() -> None:
    row = next(each for each in official_orders() if each["orderId"] == "202-1234567-8901234")
    shipment = mapping.shipments(row, SEEN)[0]

    assert ("202-1234567-8901234:UK-PKG-2024-001", ShipmentStatus.OUT_FOR_DELIVERY) == (shipment.key_id, shipment.status)
    assert [("Royal Mail", "RR123456789GB")] == [(each.company, each.number) for each in shipment.tracking]
    assert [("20212345678901", "ECHO-DOT-4-UK-CHARCOAL-3PACK", 3)] == [
        (each.order_line_id, each.sku, each.quantity) for each in shipment.lines
    ]


def test_a_refund_finds_its_line_by_the_sku_where_only_one_has_it() -> None:
    part = {
        "totalAmount": {"currencyAmount": -21.65, "currencyCode": "USD"},
        "breakdowns": [
            {
                "breakdownType": "Sales",
                "breakdownAmount": {"currencyAmount": -21.65, "currencyCode": "USD"},
                "breakdowns": [
                    {"breakdownType": "Tax", "breakdownAmount": {"currencyAmount": -1.65, "currencyCode": "USD"}},
                    {"breakdownType": "Shipping", "breakdownAmount": {"currencyAmount": -5, "currencyCode": "USD"}},
                ],
            }
        ],
        "contexts": [{"contextType": "ProductContext", "sku": "MUG", "quantityShipped": 1}],
    }
    row = {
        "transactionId": "T1",
        "description": "Refund Order",
        "postedDate": "2026-11-22T10:00:00Z",
        "totalAmount": part["totalAmount"],
        "items": [part],
    }
    line = item("21.65", ("ITEM", "15.00"))
    refund = mapping.refund(row, {"orderId": ID, **TIMES, "orderItems": [line]}, SEEN)
    doubtful = mapping.refund(row, {"orderId": ID, **TIMES, "orderItems": [line, line]}, SEEN)

    assert refund is not None
    assert doubtful is not None
    assert (f"{ID}:T1", usd("21.65"), usd("5")) == (refund.key_id, refund.amount, refund.shipping)
    assert [("1", 1, usd("15.00"), usd("1.65"))] == [(each.order_line_id, each.quantity, each.amount, each.tax) for each in refund.lines]
    assert [None] == [each.order_line_id for each in doubtful.lines]


def test_only_what_gives_money_back_is_a_refund() -> None:
    sale = official("finances_2024-06-19.listTransactions")[0]["payload"]["transactions"][0]

    assert not mapping.is_refund(sale)
    assert mapping.is_refund({"description": "Refund Order"})
    assert mapping.is_refund({"relatedIdentifiers": [{"relatedIdentifierName": "REFUND_ID", "relatedIdentifierValue": "R1"}]})


def test_the_official_listings_are_products_with_one_variant() -> None:
    for row in official_listings():
        product, variant = wares.product(row, SEEN, (US, CA)), wares.variant(row, SEEN, (US, CA))
        assert product is not None
        assert variant is not None

        assert (row["sku"], row["sku"], row["sku"]) == (product.key_id, variant.key_id, variant.product_key_id)
        assert row["summaries"][0]["itemName"] == product.title
        assert {each["marketplaceId"] for each in row["summaries"]} == {each.marketplace_id for each in variant.extras.listings}  # type: ignore[union-attr]
        assert [code["code"] for code in row.get("issues", [])] == [each.code for each in product.extras.issues]  # type: ignore[union-attr]
        assert min(each["createdDate"] for each in row["summaries"]) == f"{product.created_at:%Y-%m-%dT%H:%M:%SZ}"
        assert max(each["lastUpdatedDate"] for each in row["summaries"]) == f"{product.updated_at:%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize(("home", "price"), [(US, "100.00"), (CA, "130.00")])
def test_the_price_is_that_of_the_first_marketplace(home: str, price: str) -> None:
    row = official("listingsItems_2021-08-01.getListingsItem")[0]
    variant = wares.variant(row, SEEN, (home, *({US, CA} - {home})))

    assert variant is not None
    assert Money(amount=Decimal(price), currency_code=MARKETPLACES[home].currency) == variant.price
    assert [("DEFAULT:GM-ZDPI-9B4E", 100)] == [(level.key_id, level.available) for level in variant.known_levels or ()]


def test_without_an_offer_the_price_is_what_the_seller_set() -> None:
    offer = {"marketplace_id": US, "currency": "USD", "our_price": [{"schedule": [{"value_with_tax": 19.99}]}]}
    variant = wares.variant({"sku": "MUG", "attributes": {"purchasable_offer": [offer]}}, SEEN, (US,))

    assert variant is not None
    assert usd("19.99") == variant.price


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ([["BUYABLE", "DISCOVERABLE"]], ProductStatus.ACTIVE),
        ([["BUYABLE"], ["DISCOVERABLE"]], ProductStatus.ACTIVE),
        ([["DISCOVERABLE"]], ProductStatus.ACTIVE),
        ([["BUYABLE"]], ProductStatus.UNLISTED),
        ([[]], ProductStatus.ARCHIVED),
        ([["LEVITATING"]], ProductStatus.OTHER),
    ],
)
def test_a_product_is_on_sale_where_it_is_so_anywhere(words: list[list[str]], status: ProductStatus) -> None:
    product = wares.product({"sku": "MUG", "summaries": [{"marketplaceId": US, "status": each} for each in words]}, SEEN, (US,))

    assert product is not None
    assert status is product.status


def test_a_parent_is_no_variant_and_a_child_no_product() -> None:
    theme = {"theme": "COLOR/SIZE", "attributes": ["color", "size"]}
    parent = _related("TEE", {"type": "VARIATION", "childSkus": ["TEE-R", "TEE-B"], "variationTheme": theme})
    child = _related("TEE-R", {"type": "VARIATION", "parentSkus": ["TEE"], "variationTheme": theme})
    child["attributes"] = {"color": [{"value": "Red", "marketplace_id": US}], "size": [{"value": "L", "marketplace_id": US}]}
    boxed = _related("BOX", {"type": "PACKAGE_HIERARCHY", "parentSkus": ["CASE"]})
    variant = wares.variant(child, SEEN, (US,))

    assert wares.variant(parent, SEEN, (US,)) is None
    assert wares.product(child, SEEN, (US,)) is None
    assert wares.product(boxed, SEEN, (US,)) is not None
    assert variant is not None
    assert ("TEE", "Red, L") == (variant.product_key_id, variant.title)
    assert [("color", "Red"), ("size", "L")] == [(each.name, each.value) for each in variant.options]
    assert ["TEE-R", "TEE-B"] == wares.children_of(parent)


def _related(sku: str, relationship: dict[str, Any]) -> dict[str, Any]:
    return {"sku": sku, "relationships": [{"marketplaceId": US, "relationships": [relationship]}]}


def test_amazons_stock_is_what_lies_there_without_what_is_on_its_way() -> None:
    example = json.loads(shared("amazon", "examples", "synthetic", "fbaInventory_v1.getInventorySummaries.200.page1.json").read_text())
    levels = [wares.amazons_level(row, US, SEEN) for row in example["response"]["payload"]["inventorySummaries"]]

    assert [(f"FBA:{US}:SKU-A", 12, 16, 3, 20), (f"FBA:{US}:SKU-B", 0, 2, 1, 0)] == [
        (each.key_id, each.available, each.on_hand, each.committed, each.incoming) for each in levels if each
    ]


def test_stock_without_a_number_is_not_counted() -> None:
    row = {"sku": "MUG", "fulfillmentAvailability": [{"fulfillmentChannelCode": "DEFAULT"}]}

    assert [(None, False)] == [(each.available, each.tracked) for each in wares.own_levels(row, SEEN)]
    assert [] == wares.own_levels({"sku": "MUG", "fulfillmentAvailability": [{"fulfillmentChannelCode": "AMAZON_NA"}]}, SEEN)


@pytest.mark.parametrize("key", [f"FBA:{US}:A:B", "DEFAULT:A:B"])
def test_a_level_names_its_sku_whatever_that_is_made_of(key: str) -> None:
    assert "A:B" == wares.sku_of_level(key)


def test_money_keeps_its_digits_however_it_is_written() -> None:
    assert "5980" == str(money(said("5980", "JPY")).amount)  # type: ignore[union-attr]
    assert "0.10" == str(money(said("0.10")).amount)  # type: ignore[union-attr]
    assert "-19.99" == str(money({"currencyAmount": -19.99, "currencyCode": "USD"}).amount)  # type: ignore[union-attr]
    assert [None, None, None] == [money(each) for each in (None, {"amount": "much"}, {"currencyCode": "USD"})]


def test_an_address_of_blanks_is_none() -> None:
    assert address({"name": "", "addressLine1": " ", "countryCode": ""}) is None
    assert address(None) is None


def test_numbers_of_keys_last_and_are_positive() -> None:
    assert number_of("A") == number_of("A") != number_of("B")
    assert 0 <= number_of("") < 2**63
