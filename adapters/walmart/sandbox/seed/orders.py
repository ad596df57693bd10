"""A full purchase order, built from its head whenever it is shown.

The identity of its money: orderSummary.totalAmount is the sum of all charges of all lines with their taxes. With "line" prices an
ItemPrice, a discount and a fee stand for all pieces of their line; with "unit" prices for one, and count as often as the line has pieces.
"""

from collections.abc import Mapping
from typing import Any

from adapters.walmart.sandbox.seed.bills import bill_of
from adapters.walmart.sandbox.seed.catalogue import Item
from adapters.walmart.sandbox.seed.heads import OrderHead
from adapters.walmart.sandbox.seed.lines import line_row, partner_node
from adapters.walmart.sandbox.seed.money import currency_amount
from adapters.walmart.sandbox.seed.people import buyer_id, phone, relay_address, shipping_address

Row = dict[str, Any]
DAY = 86_400


def order_row(
    store: str,
    head: OrderHead,
    items: Mapping[str, Item],
    returned: Mapping[int, str],
    *,
    odd: bool,
    per_unit: bool,
    details: frozenset[str],
) -> Row:
    """Return an order; `returned` names the return a line is part of, `details` may hold "product" and "replacement"."""
    lines = [line_row(head, turn, items[sku], returned.get(turn, ""), per_unit=per_unit) for turn, (sku, _) in enumerate(head.lines)]
    row: Row = {
        "purchaseOrderId": head.id,
        "customerOrderId": head.shopper,
        "customerEmailId": head.email or relay_address(head.buyer),
        "orderDate": head.created * 1000,
        "mart": "WALMART_US",
        "isGuest": head.guest,
        "shippingInfo": {
            "phone": phone(head.buyer),
            "estimatedDeliveryDate": (head.ship_by + 4 * DAY) * 1000,
            "estimatedShipDate": head.ship_by * 1000,
            "methodCode": head.method,
            "postalAddress": shipping_address(head.buyer, odd=odd),
        },
        "orderLines": {"orderLine": lines},
        "paymentTypes": ["CREDITCARD"],
        "shipNode": partner_node(store, head),
    }
    if not head.guest:
        row["buyerId"] = buyer_id(head.buyer)
    if head.place % 3:
        total = sum(bill_of(head, turn, items[sku]).total for turn, (sku, _) in enumerate(head.lines))
        row["orderSummary"] = {"totalAmount": currency_amount(total)}
    if "replacement" in details:
        row |= {"orderType": "REPLACEMENT", "originalCustomerOrderID": head.replaces} if head.replaces else {"orderType": "REGULAR"}
    if "product" in details:
        for line, (sku, _) in zip(lines, head.lines, strict=True):
            line["item"] |= _product(items[sku])
    return row


def _product(item: Item) -> Row:
    return {
        "condition": item.condition,
        "imageUrl": f"https://images.example.com/{item.wpid}.jpeg",
        "weight": {"value": f"{item.place % 9 + 1}.0", "unit": "Pounds"},
    }
