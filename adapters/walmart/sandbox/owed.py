"""What can still be paid back on a line: what was charged for its shipped pieces, less what was paid back already, by type of charge."""

from collections.abc import Iterable, Mapping
from typing import Any

from adapters.walmart.sandbox.pieces import count_of, of_status
from adapters.walmart.sandbox.seed.bills import bill_of
from adapters.walmart.sandbox.seed.catalogue import Item
from adapters.walmart.sandbox.seed.heads import OrderHead
from adapters.walmart.sandbox.seed.money import charge_row, tax_on
from adapters.walmart.sandbox.seed.planned import refund_id
from adapters.walmart.sandbox.seed.states import opened

Row = dict[str, Any]
PRODUCT, SHIPPING, FEE = "PRODUCT", "SHIPPING", "FEE"
NAMES = {PRODUCT: "ItemPrice", SHIPPING: "Shipping", FEE: "Recycling Fee"}
PAID = of_status("Shipped", "Delivered", "Refund")  # the platform charges the shopper when pieces are shipped
Sums = dict[str, tuple[int, int]]  # by type of charge: the charges and their taxes, in cents


def charged(head: OrderHead, turn: int, items: Mapping[str, Item]) -> Sums:
    """Return what was charged for the pieces of a line that were shipped."""
    bill = bill_of(head, turn, items[head.lines[turn][0]])
    count = count_of(opened(head, items)[turn].pieces, PAID)
    if not count:
        return {}
    shipping = bill.shipping, tax_on(bill.shipping)
    return {PRODUCT: (count * (bill.price - bill.discount), count * bill.tax), SHIPPING: shipping, FEE: (count * bill.fee, 0)}


def remaining(head: OrderHead, turn: int, items: Mapping[str, Item]) -> Sums:
    """Return what can still be paid back on a line."""
    sums = charged(head, turn, items)
    for entry in _charges(opened(head, items)[turn].refund):
        charge = entry["charge"]
        amount, tax = sums.get(charge["chargeType"], (0, 0))
        sums[charge["chargeType"]] = amount + _cents(charge["chargeAmount"]), tax + _cents(charge.get("tax", {}).get("taxAmount"))
    return sums


def pay_back(head: OrderHead, turn: int, items: Mapping[str, Item], entries: list[Row], comments: str) -> None:
    """Show more as paid back on a line; a line has one refund, whose charges grow in number."""
    state = opened(head, items)[turn]
    known = state.refund or {"refundId": refund_id(head, turn)}
    shown = {"refundComments": comments} if comments else {}
    state.refund = {**known, **shown, "refundCharges": {"refundCharge": [*_charges(state.refund), *entries]}}


def entries_of(sums: Sums, reason: str) -> list[Row]:
    """Return the rows that pay these sums back: negative, and none for nothing."""
    given = ((kind, amount, tax) for kind, (amount, tax) in sums.items() if amount > 0 or tax > 0)
    return [{"refundReason": reason, "charge": charge_row(kind, NAMES[kind], -amount, -tax)} for kind, amount, tax in given]


def total(entries: Iterable[Row]) -> int:
    """Return what rows pay back, in cents and positive."""
    charges = [entry["charge"] for entry in entries]
    return -sum(_cents(charge["chargeAmount"]) + _cents(charge.get("tax", {}).get("taxAmount")) for charge in charges)


def _charges(refund: Row | None) -> list[Row]:
    return list(refund["refundCharges"]["refundCharge"]) if refund else []


def _cents(amount: Row | None) -> int:
    return round(amount["amount"] * 100) if amount else 0
