"""A full return, built from its head and its order's.

The identity of its money: totalRefundAmount is the sum of its lines' lineTotal, and lineTotal = lineSubTotal + lineTotalTaxes, where
lineSubTotal counts all pieces at lineUnitPrice. It equals what the order's lines show as refunded, once it is completed.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from adapters.walmart.sandbox.seed.bills import Bill, bill_of
from adapters.walmart.sandbox.seed.catalogue import Item
from adapters.walmart.sandbox.seed.heads import OrderHead, ReturnHead
from adapters.walmart.sandbox.seed.money import currency_amount
from adapters.walmart.sandbox.seed.people import name_of, relay_address

Row = dict[str, Any]
DAY = 86_400
REASONS = (
    *("DAMAGED", "NO_LONGER_WANTED", "ARRIVED_LATE", "AUTO_RETURN", "BOUGHT_ANOTHER_SIZE_OR_COLOR", "BOUGHT_SOMEWHERE_ELSE", "DEFECTIVE"),
    *("DUPLICATE_ITEM", "INADEQUATE_QUALITY", "INCORRECT_ITEM", "LOST_AFTER_DELIVERY", "LOST_IN_TRANSIT", "LOWER_PRICE", "MISSING_PARTS"),
    *("NOT_AS_DESCRIBED", "RETURN_TO_SENDER", "SHIPPING_BOX_DAMAGED", "TRIED_TO_CANCEL", "WRONG_SIZE/POOR_FIT"),
)
CHANNELS = (
    *("SELLER_AUTO_REFUND", "WALMART_SETTLED_REFUND", "SELLER_MANUAL_REFUND", "SELLER_SYSTEM_REFUND"),
    "WALMART_TRIGGERED_REFUND",
)
REFUND_STATES = {"INITIATED": "NOT_INITIATED", "DELIVERED": "REFUND_INITIATED", "COMPLETED": "REFUND_COMPLETED"}
DELIVERY_STATES = {"INITIATED": "NOT_SHIPPED", "DELIVERED": "DELIVERED", "COMPLETED": "DELIVERED"}


def return_row(head: ReturnHead, order: OrderHead, items: Mapping[str, Item], *, odd: bool, replacement_info: bool) -> Row:
    """Return a return; the fields of replacements are shown when they are asked for."""
    first, _, last = name_of(order.buyer, odd=odd).partition(" ")
    bills = {turn: bill_of(order, turn, items[order.lines[turn][0]]) for turn in head.lines}
    row: Row = {
        "returnOrderId": head.id,
        "customerEmailId": order.email or relay_address(order.buyer),
        "customerName": {"firstName": first, "lastName": last},
        "customerOrderId": order.shopper,
        "refundMode": "POST_DELIVERY" if head.place % 4 else "PRE_DELIVERY",
        "returnOrderDate": _iso(head.created),
        "returnByDate": _iso(head.created + 30 * DAY),
        "totalRefundAmount": currency_amount(sum(bill.pieces for bill in bills.values())),
        "returnLineGroups": [_group(head)],
        "returnOrderLines": [_line(head, order, items, place, turn, bills[turn]) for place, turn in enumerate(head.lines, 1)],
        "returnChannel": {"channelName": "IN_STORE" if head.place % 2 else "ONLINE"},
    }
    if replacement_info:
        row["returnType"] = "REPLACEMENT" if order.plan.replaced else "REFUND"
    if replacement_info and order.plan.replaced:
        row["replacementCustomerOrderId"] = order.shopper
    return row


def refunded_pieces(head: ReturnHead, order: OrderHead, turn: int) -> int:
    """Return how many pieces of a line were paid back."""
    return head.refunded.get(turn, order.lines[turn][1] if order.plan.refund == "lines" else 0)


def _group(head: ReturnHead) -> Row:
    carrier = {"carrierId": "11", "carrierName": "FEDEX", "serviceType": "FedEx Ground", "trackingNo": f"7856{head.place:08d}"}
    return {
        "groupNo": 1,
        "returnLines": [{"returnOrderLineNumber": place} for place, _ in enumerate(head.lines, 1)],
        "labels": [{"labelImageURL": f"https://images.example.com/labels/{head.id}.png", "carrierInfoList": [carrier]}],
        "returnExpectedFlag": True,
    }


def _line(head: ReturnHead, order: OrderHead, items: Mapping[str, Item], place: int, turn: int, bill: Bill) -> Row:
    item, state = items[order.lines[turn][0]], head.status
    refunded = refunded_pieces(head, order, turn)
    if refunded == bill.quantity:
        state = "COMPLETED"
    pieces = {"unitOfMeasure": "EACH", "measurementValue": bill.quantity}
    tracked = {"status": state, "statusTime": _iso(head.modified), "currentRefundStatus": REFUND_STATES[state], "quantity": pieces}
    return {
        "returnOrderLineNumber": place,
        "salesOrderLineNumber": order.line_number(turn),
        "returnReason": REASONS[head.place % len(REASONS)],
        "purchaseOrderId": order.id,
        "purchaseOrderLineNumber": order.line_number(turn),
        "isReturnForException": False,
        "item": {"sku": item.sku, "condition": item.condition, "productName": item.name},
        "charges": _charges(bill),
        "unitPrice": currency_amount(bill.price - bill.discount),
        "chargeTotals": [{"name": name, "value": currency_amount(cents)} for name, cents in _totals(bill).items()],
        "cancellableQty": 0,
        "quantity": pieces,
        "returnExpectedFlag": True,
        "isFastReplacement": False,
        "isKeepIt": head.place % 6 == 5,
        "lastItem": False,
        "refundedQty": refunded,
        "rechargeableQty": 0,
        "refundChannel": CHANNELS[head.place % len(CHANNELS)],
        "refundChannels": [{"refundChannelName": CHANNELS[head.place % len(CHANNELS)], "quantity": pieces}],
        "returnTrackingDetail": [_event(0, "RETURN_INITIATED", head.created)],
        "currentTrackingStatuses": [tracked],
        "currentDeliveryStatus": DELIVERY_STATES[state],
        "currentRefundStatus": REFUND_STATES[state],
        "status": state,
        "statusTime": _iso(head.modified),
    }


def _charges(bill: Bill) -> list[Row]:
    tax = {"taxName": "Tax1", "excessTax": currency_amount(0), "taxPerUnit": currency_amount(bill.tax)}
    return [
        {
            "chargeCategory": "PRODUCT",
            "chargeName": "ItemPrice",
            "chargePerUnit": currency_amount(bill.price - bill.discount),
            "isDiscount": False,
            "isBillable": True,
            "tax": [tax],
            "excessCharge": currency_amount(0),
            "references": [{"name": "isAdjustment", "value": "false"}],
        }
    ]


def _totals(bill: Bill) -> dict[str, int]:
    goods, taxes = bill.quantity * (bill.price - bill.discount), bill.quantity * bill.tax
    return {
        "lineUnitPrice": bill.price - bill.discount,
        "lineProductTaxes": taxes,
        "lineTotalTaxes": taxes,
        "lineSubTotal": goods,
        "lineTotal": goods + taxes,
    }


def _event(number: int, tag: str, instant: int) -> Row:
    return {
        "sequenceNo": number,
        "eventTag": tag,
        "eventDescription": "Return initiated",
        "eventTime": _iso(instant),
        "references": [{"name": "ReturnDate", "value": _iso(instant)}],
    }


def _iso(instant: int) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
