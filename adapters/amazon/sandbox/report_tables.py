"""What the reports contain: a row of column names, then rows of text."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from adapters.amazon.sandbox.instants import second_of
from adapters.amazon.sandbox.markets import FBA_CHANNELS, MARKETS
from adapters.amazon.sandbox.seed.facts import priced
from adapters.amazon.sandbox.seed.orders import OrderHead
from adapters.amazon.sandbox.shop import Shop

Row = dict[str, Any]
Table = Iterator[tuple[str, ...]]
OLD_WORDS = {
    "PENDING_AVAILABILITY": "PendingAvailability",
    "PENDING": "Pending",
    "UNSHIPPED": "Unshipped",
    "PARTIALLY_SHIPPED": "PartiallyShipped",
    "SHIPPED": "Shipped",
    "CANCELLED": "Cancelled",
    "UNFULFILLABLE": "Unfulfillable",
}
ORDER_COLUMNS = (
    *("amazon-order-id", "merchant-order-id", "purchase-date", "last-updated-date", "order-status", "fulfillment-channel", "sales-channel"),
    *("product-name", "sku", "asin", "item-status", "quantity", "currency", "item-price", "item-tax", "shipping-price", "shipping-tax"),
    *("gift-wrap-price", "gift-wrap-tax", "item-promotion-discount", "ship-promotion-discount", "ship-city", "ship-state"),
    *("ship-postal-code", "ship-country", "is-business-order"),
)
LISTING_COLUMNS = ("item-name", "seller-sku", "price", "quantity", "open-date", "asin1", "fulfillment-channel", "status")
SHIPMENT_COLUMNS = ("amazon-order-id", "shipment-id", "shipment-date", "sku", "quantity-shipped", "carrier", "tracking-number")
RETURN_COLUMNS = ("Order ID", "Return request date", "Return reason code", "Merchant SKU", "ASIN", "Return quantity")
REASONS = ("CR-DEFECTIVE", "CR-UNWANTED_ITEM", "CR-ORDERED_WRONG_ITEM", "CR-MISSED_ESTIMATED_DELIVERY")


def _orders(column: str) -> Callable[[Shop, Row], Table]:
    def table(shop: Shop, report: Row) -> Table:
        yield ORDER_COLUMNS
        for head in shop.orders.values():
            if head.market in report["markets"] and report["start"] <= getattr(head, column) <= report["end"]:
                yield from _order_rows(shop, head)

    return table


def _order_rows(shop: Shop, head: OrderHead) -> Table:
    """Write one row a line; the report has no number of its own for a line."""
    row, market = shop.order(head.id), shop.facts.market(head.market)
    place = row.get("recipient", {}).get("deliveryAddress", {})
    aliases = row.get("orderAliases") or [{"aliasId": ""}]
    for item in row["orderItems"]:
        values = dict.fromkeys(ORDER_COLUMNS, "")
        values |= {"amazon-order-id": head.id, "merchant-order-id": aliases[0]["aliasId"], "sales-channel": market.name}
        values |= {"purchase-date": second_of(head.created), "last-updated-date": second_of(head.updated), "currency": market.currency}
        values |= {"order-status": OLD_WORDS[head.status], "fulfillment-channel": "Amazon" if head.amazon else "Merchant"}
        product = item["product"]
        values |= {"product-name": product["title"], "sku": product["sellerSku"], "asin": product["asin"]}
        values |= {"item-status": OLD_WORDS[head.status], "quantity": str(item["quantityOrdered"]), **_amounts(item)}
        values |= {"ship-city": place.get("city", ""), "ship-state": place.get("stateOrRegion", ""), "ship-country": market.country}
        values |= {"ship-postal-code": place.get("postalCode", ""), "is-business-order": str("companyName" in place).lower()}
        yield tuple(values[name] for name in ORDER_COLUMNS)


def _amounts(item: Row) -> dict[str, str]:
    parts = {part["type"]: part for part in item.get("proceeds", {}).get("breakdowns", ())}
    details = {(kind, one["subtype"]): one["value"]["amount"] for kind, part in parts.items() for one in part.get("detailedBreakdowns", ())}
    named = {"item-price": "ITEM", "shipping-price": "SHIPPING", "gift-wrap-price": "GIFT_WRAP"}
    found = {name: parts[kind]["subtotal"]["amount"] for name, kind in named.items() if kind in parts}
    taxes = {"item-tax": "ITEM", "shipping-tax": "SHIPPING", "gift-wrap-tax": "GIFT_WRAP"}
    found |= {name: details["TAX", kind] for name, kind in taxes.items() if ("TAX", kind) in details}
    discounts = {"item-promotion-discount": "ITEM", "ship-promotion-discount": "SHIPPING"}
    return found | {name: str(abs(Decimal(details["DISCOUNT", kind]))) for name, kind in discounts.items() if ("DISCOUNT", kind) in details}


def _listings(shop: Shop, report: Row) -> Table:
    yield LISTING_COLUMNS
    market = MARKETS[report["markets"][0]]
    for ware in shop.wares.values():
        if ware.sold_at(shop.facts.markets.index(market)):
            price, quantity = ("", "") if ware.is_parent else (market.text(priced(ware, market)), "" if ware.fba else str(ware.quantity))
            channel = FBA_CHANNELS[market.region] if ware.fba else "DEFAULT"
            state = "Active" if "BUYABLE" in ware.status else "Inactive"
            yield (ware.name, ware.sku, price, quantity, second_of(ware.created), ware.asin, channel, state)


def _shipments(shop: Shop, report: Row) -> Table:
    yield SHIPMENT_COLUMNS
    for head in shop.orders.values():
        when = head.created + (head.updated - head.created) * 6 // 10
        if head.amazon and head.status == "SHIPPED" and head.market in report["markets"] and report["start"] <= when <= report["end"]:
            for item in shop.order(head.id)["orderItems"]:
                units = str(item["fulfillment"]["quantityFulfilled"])
                parcel = (f"D{head.place:08d}", second_of(when), item["product"]["sellerSku"], units, "AMZN_US", f"TBA{head.place:012d}")
                yield (head.id, *parcel)


def _returns(shop: Shop, report: Row) -> Table:
    yield RETURN_COLUMNS
    for one in shop.transactions():
        head = shop.orders[one.order]
        if one.number and not head.amazon and head.market in report["markets"] and report["start"] <= one.posted <= report["end"]:
            item = shop.order(head.id)["orderItems"][0]
            product, reason = item["product"], REASONS[head.place % len(REASONS)]
            yield (head.id, second_of(one.posted), reason, product["sellerSku"], product["asin"], str(item["quantityOrdered"]))


TABLES: dict[str, Callable[[Shop, Row], Table]] = {
    "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL": _orders("updated"),
    "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL": _orders("created"),
    "GET_MERCHANT_LISTINGS_ALL_DATA": _listings,
    "GET_AMAZON_FULFILLED_SHIPMENTS_DATA_GENERAL": _shipments,
    "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE": _returns,
}
