"""What an order's plan says of a line until somebody writes to the order: its parcels, its refund, its times."""

from typing import Any

from adapters.walmart.sandbox.seed.bills import Bill
from adapters.walmart.sandbox.seed.heads import SELLER, OrderHead
from adapters.walmart.sandbox.seed.money import charge_row, tax_on
from adapters.walmart.sandbox.seed.people import stirred
from adapters.walmart.sandbox.seed.plans import Part

Row = dict[str, Any]
CARRIERS = ("UPS", "USPS", "FedEx", "OnTrac", "DHL", "UDS", "LS")
REFUND_REASONS = (
    *("BillingError", "TaxExemptCustomer", "ItemNotAsAdvertised", "IncorrectItemReceived", "CancelledYetShipped"),
    *("ItemNotReceivedByCustomer", "IncorrectShippingPrice", "DamagedItem", "DefectiveItem", "CustomerChangedMind"),
    *("CustomerReceivedItemLate", "Missing Parts / Instructions", "Finance -> Goodwill", "Finance -> Rollback", "Buyer canceled"),
    *("Customer returned item", "General adjustment", "Merchandise not received", "Quality -> Missing Parts / Instructions"),
    *("Shipping & Delivery -> Damaged", "Shipping & Delivery -> Shipping Price Discrepancy", "Others"),
)
DRIFTED_CARRIER, DRIFTED_REASON = "FED_EX", "INCORRECT_ITEM_RECEIVED"
HOUR, DAY = 3_600, 86_400


def changed_at(head: OrderHead) -> int:
    """Return when an order that was never written to last changed, in milliseconds."""
    return head.modified * 1000 + head.place % 1000


def planned_number(head: OrderHead) -> str:
    """Return the seller's own number of an order, for some that have one."""
    return f"S-{head.place:06d}" if head.node_type == SELLER and head.place % 6 == 0 else ""


def planned_tracking(head: OrderHead, part: Part) -> Row | None:
    """Return a parcel: all lines in it show the same. A carrier that is not on the platform's list has an address to look at."""
    parcel = part.parcel
    if not parcel:
        return None
    number = f"1Z{stirred(head.place):010d}{parcel}"
    shipped = max(head.created, min(head.created + parcel * DAY, head.modified - HOUR))
    other = head.place % 7 == 3
    carrier = {"otherCarrier": "Prairie Wheels"} if other else {"carrier": CARRIERS[(head.place + parcel) % len(CARRIERS)]}
    if head.plan.drifted:
        carrier = {"carrier": DRIFTED_CARRIER}
    row: Row = {"shipDateTime": shipped * 1000, "carrierName": carrier, "methodCode": head.method, "trackingNumber": number}
    return row | ({"trackingURL": f"https://parcels.example.com/{number}"} if other or head.place % 2 else {})


def planned_refund(head: OrderHead, turn: int, bill: Bill) -> Row | None:
    """Return what was paid back, all amounts negative: the pieces of a returned line, or a tenth of one piece as a gesture."""
    if not head.plan.refund or (turn and head.plan.refund != "lines") or head.plan.replacement:
        return None
    if head.plan.refund == "lines":
        cents, tax, reason = bill.quantity * (bill.price - bill.discount), bill.quantity * bill.tax, REFUND_REASONS[15]
    else:
        cents = max(bill.price // 10, 1)
        tax, reason = tax_on(cents), REFUND_REASONS[head.place % len(REFUND_REASONS)]
    charge = charge_row("PRODUCT", "ItemPrice", -cents, -tax)
    return {
        "refundId": refund_id(head, turn),
        "refundComments": "Refund by the seller",
        "refundCharges": {"refundCharge": [{"refundReason": DRIFTED_REASON if head.plan.drifted else reason, "charge": charge}]},
    }


def refund_id(head: OrderHead, turn: int) -> str:
    """Return the one id under which all is shown that was paid back on a line."""
    return f"{head.id}{turn:03d}"
