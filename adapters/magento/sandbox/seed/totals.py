"""What an order or one of its documents comes to, in cents of one currency.

The identity that holds for every order, invoice and credit memo, in the order's currency and in the base currency alike:

    grand_total = subtotal + discount_amount (never above 0) + tax_amount + shipping_amount + adjustment_positive - adjustment_negative
    subtotal = sum of row_total over the lines without a parent;  tax_amount = sum of their tax_amount + shipping_tax_amount
    total_due = grand_total - total_paid;  total_refunded = sum of the credit memos' grand_total
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from adapters.magento.sandbox.seed.facts import Facts
from adapters.magento.sandbox.seed.lines import Line, shippable
from adapters.magento.sandbox.seed.money import converted, portion
from adapters.magento.sandbox.seed.plans import Document, Plan

Currency = Literal["order", "base"]
FEES = (495, 995, 0)


@dataclass(slots=True)
class Totals:
    """Sums in cents; `discount` is positive here, `tax` that of the lines alone."""

    subtotal: int = 0
    discount: int = 0
    tax: int = 0
    full_tax: int = 0
    shipping: int = 0
    shipping_tax: int = 0
    adjustment: int = 0

    @property
    def grand(self) -> int:
        """What is to be paid, or was paid back."""
        return self.subtotal - self.discount + self.tax + self.shipping + self.shipping_tax + self.adjustment

    def add(self, other: "Totals") -> None:
        """Add another document's sums to these."""
        for name in ("subtotal", "discount", "tax", "full_tax", "shipping", "shipping_tax", "adjustment"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


def order_totals(facts: Facts, plan: Plan, lines: list[Line], currency: Currency) -> Totals:
    """Return what an order comes to."""
    every = {place: quantity for place, (_, quantity) in enumerate(plan.buys)}
    return _totals(facts, plan, lines, every, currency, freight=True)


def document_totals(facts: Facts, plan: Plan, lines: list[Line], document: Document, currency: Currency) -> Totals:
    """Return what an invoice or a credit memo comes to; an invoice bears the shipping fee."""
    freight = document.freight or document in plan.invoices
    totals = _totals(facts, plan, lines, document.pieces, currency, freight=freight)
    totals.adjustment = _in(facts, plan, document.adjustment, currency)
    return totals


def documents_totals(facts: Facts, plan: Plan, lines: list[Line], documents: list[Document], currency: Currency) -> Totals:
    """Return what all invoices or all credit memos of an order come to."""
    whole = Totals()
    for document in documents:
        whole.add(document_totals(facts, plan, lines, document, currency))
    return whole


def _totals(facts: Facts, plan: Plan, lines: list[Line], pieces: Mapping[int, int], currency: Currency, *, freight: bool) -> Totals:
    totals = Totals()
    for line in lines:
        if line.parent or line.place not in pieces:
            continue
        share = (line.order if currency == "order" else line.base).share(pieces[line.place], line.quantity)
        totals.subtotal += share.row
        totals.discount += share.discount
        totals.tax += share.tax
        totals.full_tax += share.full_tax
    if freight and any(shippable(line) for line in lines):
        totals.shipping = _in(facts, plan, FEES[plan.id % len(FEES)], currency)
        totals.shipping_tax = portion(totals.shipping, facts.profile.tax)
    return totals


def _in(facts: Facts, plan: Plan, cents: int, currency: Currency) -> int:
    return converted(cents, facts.view(plan.view).rate) if currency == "order" else cents
