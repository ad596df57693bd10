"""One line of an order: its charges, its pieces by status, its parcels and what was paid back.

In cents, a piece costs price - discount, and its tax is rounded for one piece; a line's charges are those of its pieces and its
shipping. A replacement costs nothing.
"""

from dataclasses import dataclass
from typing import Any

from adapters.walmart.sandbox.seed.catalogue import Item
from adapters.walmart.sandbox.seed.heads import SELLER, OrderHead
from adapters.walmart.sandbox.seed.money import amount, tax_on
from adapters.walmart.sandbox.seed.nodes import partner_of
from adapters.walmart.sandbox.seed.people import stirred
from adapters.walmart.sandbox.seed.plans import Part, divide

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
SHIP_METHODS = {"Value": "VALUE", "Standard": "STANDARD", "Express": "EXPEDITED", "OneDay": "RUSH"}
HOUR, DAY = 3_600, 86_400


@dataclass(frozen=True, slots=True)
class Bill:
    """What a line costs, in cents: the first four for one piece, `shipping` for all of them."""

    quantity: int
    price: int
    discount: int
    tax: int
    fee: int
    shipping: int

    @property
    def pieces(self) -> int:
        """All pieces with their tax, without fee and shipping."""
        return self.quantity * (self.price - self.discount + self.tax)

    @property
    def total(self) -> int:
        """The whole line."""
        return self.pieces + self.quantity * self.fee + self.shipping + tax_on(self.shipping)


def bill_of(head: OrderHead, turn: int, item: Item) -> Bill:
    """Return what a line of an order costs."""
    quantity = head.lines[turn][1]
    if head.plan.replacement:
        return Bill(quantity, 0, 0, 0, 0, 0)
    discount = item.price // 20 if head.place % 8 == 1 and turn == 0 else 0
    fee = 150 if head.place % 17 == 7 and turn == 0 else 0
    shipping = 599 if head.place % 5 == 2 and turn == 0 else 0
    return Bill(quantity, item.price, discount, tax_on(item.price - discount), fee, shipping)


def line_row(head: OrderHead, turn: int, item: Item, returned: str, *, per_unit: bool) -> Row:
    """Return one line; `returned` is the return it is part of, `per_unit` shows the charges of one piece."""
    bill = bill_of(head, turn, item)
    row: Row = {
        "lineNumber": str(head.line_number(turn)),
        "item": {"productName": item.name, "sku": item.sku},
        "charges": {"charge": _charges(bill, times=1 if per_unit else bill.quantity)},
        "orderLineQuantity": _pieces(bill.quantity),
        "statusDate": head.modified * 1000 + head.place % 1000,
        "orderLineStatuses": {"orderLineStatus": [_status(head, turn, part, count) for part, count in _divided(head, turn)]},
        "fulfillment": _fulfillment(head),
    }
    if returned:
        row["returnOrderId"] = returned
    if head.plan.refund and (turn == 0 or head.plan.refund == "lines") and not head.plan.replacement:
        row["refund"] = _refund(head, turn, bill)
    if head.plan.unwanted and not head.overdue:
        row["intentToCancel"] = "CUSTOMER_INTENT_TO_CANCEL"
    if head.node_type == SELLER and head.place % 6 == 0:
        row["sellerOrderId"] = f"S-{head.place:06d}"
    if head.place % 19 == 8:
        row |= {"configId": f"CFG-{head.place}-{turn}", "originalCarrierMethod": "20", "serialNumbers": [f"SN{head.place:05d}{turn:03d}"]}
    return row


def partner_node(store: str, head: OrderHead) -> Row:
    """Return the kind of fulfilment of an order, as its last field shows it."""
    return {"type": head.node_type, "id": partner_of(store)} if head.node_type == SELLER else {"type": head.node_type}


def _divided(head: OrderHead, turn: int) -> list[tuple[Part, int]]:
    return divide(head.plan, turn, head.lines[turn][1], overdue=head.overdue)


def _pieces(count: int) -> Row:
    return {"unitOfMeasurement": "EACH", "amount": str(count)}


def _charges(bill: Bill, times: int) -> list[Row]:
    rows = [_charge("PRODUCT", "ItemPrice", bill.price * times, (bill.tax if not bill.discount else tax_on(bill.price)) * times)]
    if bill.discount:
        # The discount's tax is what the price's tax is too high by, so that both add up to the tax of the piece.
        rows.append(_charge("PRODUCT", "SubscriptionDiscount", -bill.discount * times, (bill.tax - tax_on(bill.price)) * times))
    if bill.fee:
        rows.append(_charge("FEE", "Recycling Fee", bill.fee * times, None))
    if bill.shipping:
        rows.append(_charge("SHIPPING", "Shipping", bill.shipping, tax_on(bill.shipping)))
    return rows


def _charge(kind: str, name: str, cents: int, tax: int | None) -> Row:
    row: Row = {"chargeType": kind, "chargeName": name, "chargeAmount": amount(cents)}
    return row if tax is None else row | {"tax": {"taxName": "Tax1", "taxAmount": amount(tax)}}


def _status(head: OrderHead, turn: int, part: Part, count: int) -> Row:
    row: Row = {"status": part.status, "statusQuantity": _pieces(count)}
    if part.reason:
        row["cancellationReason"] = part.reason
    if part.parcel:
        row["trackingInfo"] = _tracking(head, part.parcel)
    if part.status == "Delivered" and head.plan.returned and turn == 0:
        row["returnCenterAddress"] = {
            "name": "Returns Desk",
            "address1": "4 Silo Road",
            "city": "Millbrook",
            "state": "TX",
            "postalCode": "75001",
            "country": "USA",
        }
    return row


def _tracking(head: OrderHead, parcel: int) -> Row:
    """Return a parcel: all lines in it show the same. A carrier that is not on the platform's list has an address to look at."""
    number = f"1Z{stirred(head.place):010d}{parcel}"
    shipped = max(head.created, min(head.created + parcel * DAY, head.modified - HOUR))
    other = head.place % 7 == 3
    carrier = {"otherCarrier": "Prairie Wheels"} if other else {"carrier": CARRIERS[(head.place + parcel) % len(CARRIERS)]}
    if head.plan.drifted:
        carrier = {"carrier": DRIFTED_CARRIER}
    row: Row = {"shipDateTime": shipped * 1000, "carrierName": carrier, "methodCode": head.method, "trackingNumber": number}
    return row | ({"trackingURL": f"https://parcels.example.com/{number}"} if other or head.place % 2 else {})


def _refund(head: OrderHead, turn: int, bill: Bill) -> Row:
    """Return what was paid back, all amounts negative: the pieces of a returned line, or a tenth of one piece as a gesture."""
    if head.plan.refund == "lines":
        cents, tax, reason = bill.quantity * (bill.price - bill.discount), bill.quantity * bill.tax, REFUND_REASONS[15]
    else:
        cents = max(bill.price // 10, 1)
        tax, reason = tax_on(cents), REFUND_REASONS[head.place % len(REFUND_REASONS)]
    charge = _charge("PRODUCT", "ItemPrice", -cents, -tax)
    return {
        "refundId": f"{head.id}{turn:03d}",
        "refundComments": "Refund by the seller",
        "refundCharges": {"refundCharge": [{"refundReason": DRIFTED_REASON if head.plan.drifted else reason, "charge": charge}]},
    }


def _fulfillment(head: OrderHead) -> Row:
    row: Row = {"fulfillmentOption": "S2H", "shipMethod": SHIP_METHODS.get(head.method, head.method.upper())}
    row["pickUpDateTime"] = (head.ship_by + 2 * DAY) * 1000
    return row | ({"shippingProgramType": head.program} if head.program else {})
