"""Refunds of an order: units that came back, shipping, goodwill, and the money that did or did not move."""

from dataclasses import dataclass, field

from adapters.shopify.sandbox.seed.bills import Bill, Line
from adapters.shopify.sandbox.seed.identifiers import BASES, child, gid, iso
from adapters.shopify.sandbox.seed.money import Amounts, Row
from adapters.shopify.sandbox.seed.orders import Order

UNPAID = {"PENDING", "VOIDED", "EXPIRED", "AUTHORIZED"}


@dataclass(slots=True)
class Refund:
    """One act of giving back; `goodwill` is money without goods, `paid` false while it has not moved, `free` when nothing was paid."""

    at: int
    moment: int
    note: str | None
    restock: str
    items: list[tuple[Line, int]] = field(default_factory=list)
    shipping: bool = False
    duties: int = 0
    goodwill: int = 0
    reason: str = "CUSTOMER"
    paid: bool = True
    free: bool = False

    def value(self, bill: Bill) -> int:
        """Return what the act takes off the order."""
        lines = sum(bill.due_for(line, units) for line, units in self.items)
        shipping = bill.shipping_net + (0 if bill.included else sum(bill.shipping_taxes)) if self.shipping else 0
        return lines + shipping + self.duties + self.goodwill

    def moved(self, bill: Bill) -> int:
        """Return the money that reached the buyer."""
        return self.value(bill) if self.paid and not self.free else 0


def refunds(head: Order, bill: Bill) -> list[Refund]:
    """Work out an order's refunds, oldest first."""
    kind, last = head.scenario.refund, head.settled
    if head.scenario.cancel:
        free = head.financial in UNPAID
        items = [(line, line.quantity) for line in bill.lines]
        return [Refund(0, last, None, "CANCEL", items, bool(bill.shipping_title), bill.duties, bill.tip, "REFUND_DISCREPANCY", free=free)]
    if kind == "amount":
        return [Refund(0, last, "Goodwill for a late parcel", "NO_RESTOCK", goodwill=max(1, bill.total // 10))]
    if kind == "pending":
        waiting = max(1, bill.total // 5)
        return [Refund(0, last, "Paid out by the bank", "NO_RESTOCK", goodwill=waiting, reason="PENDING_REFUND_DISCREPANCY", paid=False)]
    if kind == "unshipped":
        return [Refund(0, last, None, "CANCEL", [(line, line.dropped) for line in bill.lines if line.dropped])]
    came = [(line, line.returned) for line in bill.lines if line.returned]
    if kind == "lines":
        return [Refund(0, last, "Too small", "RETURN" if head.index % 4 else "NO_RESTOCK", came)]
    if kind == "all" and len(came) > 1 and head.index % 3 == 0:
        rest = Refund(1, last, "The rest came back", "RETURN", came[1:], bool(bill.shipping_title), bill.duties, bill.tip)
        return [Refund(0, last - 3_600, "First parcel", "RETURN", came[:1]), rest]
    if kind == "all":
        return [Refund(0, last, None, "RETURN", came, bool(bill.shipping_title), bill.duties, bill.tip)]
    return []


def refund_row(head: Order, bill: Bill, refund: Refund, amounts: Amounts, transactions: list[Row]) -> Row:
    """Write one refund as the wire shows it; the lines it speaks of are looked up when asked for."""
    number = child("Refund", head.index, refund.at)
    return {
        "__typename": "Refund",
        "id": gid("Refund", number),
        "legacyResourceId": str(number),
        "order": head.id,
        "createdAt": iso(refund.moment),
        "updatedAt": iso(refund.moment),
        "processedAt": iso(refund.moment),
        "note": refund.note,
        "return": None,
        "totalRefundedSet": amounts.bag(refund.moved(bill)),
        "refundLineItems": [_item_row(head, refund, at, line, units, amounts) for at, (line, units) in enumerate(refund.items)],
        "refundShippingLines": [_shipping_row(head, bill, refund, amounts)] if refund.shipping else [],
        "orderAdjustments": _adjustments(head, bill, refund, amounts),
        "duties": [{"amountSet": amounts.bag(refund.duties)}] if refund.duties else [],
        "transactions": transactions,
    }


def _item_row(head: Order, refund: Refund, at: int, line: Line, units: int, amounts: Amounts) -> Row:
    return {
        "id": gid("RefundLineItem", child("RefundLineItem", head.index, refund.at * 1_000 + at)),
        "lineItem": line.at,
        "location": None if refund.restock == "NO_RESTOCK" else BASES["Location"],
        "quantity": units,
        "restockType": refund.restock,
        "restocked": refund.restock != "NO_RESTOCK",
        "priceSet": amounts.bag(line.net // line.quantity),
        "subtotalSet": amounts.bag(line.part(line.net, units)),
        "totalTaxSet": amounts.bag(line.part(line.tax, units)),
    }


def _shipping_row(head: Order, bill: Bill, refund: Refund, amounts: Amounts) -> Row:
    return {
        "__typename": "RefundShippingLine",
        "id": gid("RefundShippingLine", child("RefundShippingLine", head.index, refund.at)),
        "subtotalAmountSet": amounts.bag(bill.shipping_net),
        "taxAmountSet": amounts.bag(sum(bill.shipping_taxes)),
    }


def _adjustments(head: Order, bill: Bill, refund: Refund, amounts: Amounts) -> list[Row]:
    # Nothing had been paid: what the goods are worth is balanced away.
    amount = refund.goodwill - refund.value(bill) if refund.free else refund.goodwill
    if not amount:
        return []
    return [
        {
            "__typename": "OrderAdjustment",
            "id": gid("OrderAdjustment", child("OrderAdjustment", head.index, refund.at)),
            "reason": refund.reason,
            "amountSet": amounts.bag(amount),
            "taxAmountSet": amounts.bag(0),
        }
    ]
