"""What an order or one of its documents comes to, in cents of one currency.

The identity that holds for every order, invoice and credit memo, in the order's currency and in the base currency alike:

    grand_total = subtotal + discount_amount (never above 0) + tax_amount + shipping_amount + adjustment_positive - adjustment_negative
    subtotal = sum of row_total over the lines without a parent;  tax_amount = sum of their tax_amount + shipping_tax_amount
    total_due = grand_total - total_paid;  total_refunded = sum of the credit memos' grand_total
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
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

    def less(self, other: "Totals") -> "Totals":
        """Return these sums without another's."""
        return Totals(*(getattr(self, one.name) - getattr(other, one.name) for one in fields(self)))


def order_totals(facts: Facts, plan: Plan, lines: list[Line], currency: Currency) -> Totals:
    """Return what an order comes to."""
    return _totals(facts, plan, lines, plan.ordered, order_fee(plan, lines), 0, currency)


def cancelled_totals(facts: Facts, plan: Plan, lines: list[Line], currency: Currency) -> Totals:
    """Return what was cancelled of an order; the shipping fee goes with the last of it."""
    fee = order_fee(plan, lines) if not plan.invoices else 0
    return _totals(facts, plan, lines, plan.cancelled, fee, 0, currency)


def document_totals(facts: Facts, plan: Plan, lines: list[Line], document: Document, currency: Currency) -> Totals:
    """Return what an invoice or a credit memo comes to: what it adds to those before it, so that the sums of all are exact."""
    own = plan.invoices if any(one is document for one in plan.invoices) else plan.memos
    place = next(place for place, one in enumerate(own) if one is document)
    until = documents_totals(facts, plan, lines, own[: place + 1], currency)
    return until.less(documents_totals(facts, plan, lines, own[:place], currency))


def documents_totals(facts: Facts, plan: Plan, lines: list[Line], documents: list[Document], currency: Currency) -> Totals:
    """Return what invoices or credit memos of an order come to."""
    pieces: Counter[int] = Counter()
    for document in documents:
        pieces.update(document.pieces)
    fee = sum(fee_in(plan, lines, document) for document in documents)
    adjustment = sum(document.adjustment - document.deduction for document in documents)
    return _totals(facts, plan, lines, pieces, fee, adjustment, currency)


def order_fee(plan: Plan, lines: list[Line]) -> int:
    """Return the shipping fee of an order, in cents of the base currency."""
    return FEES[plan.id % len(FEES)] if any(shippable(line) for line in lines) else 0


def fee_in(plan: Plan, lines: list[Line], document: Document) -> int:
    """Return how much of the shipping fee a document is about; an order's first invoice bears it all."""
    if document.fee is not None:
        return document.fee
    bears = document.freight or any(one is document for one in plan.invoices[:1])
    return order_fee(plan, lines) if bears else 0


def in_currency(facts: Facts, plan: Plan, cents: int, currency: Currency) -> int:
    """Return a base sum in either currency of an order."""
    return converted(cents, facts.view(plan.view).rate) if currency == "order" else cents


def _totals(
    facts: Facts, plan: Plan, lines: list[Line], pieces: Mapping[int, int], fee: int, adjustment: int, currency: Currency
) -> Totals:
    totals = Totals(adjustment=in_currency(facts, plan, adjustment, currency), shipping=in_currency(facts, plan, fee, currency))
    totals.shipping_tax = portion(totals.shipping, facts.profile.tax)
    for line in lines:
        if line.parent:
            continue
        share = (line.order if currency == "order" else line.base).share(pieces.get(line.place, 0), line.quantity)
        totals.subtotal += share.row
        totals.discount += share.discount
        totals.tax += share.tax
        totals.full_tax += share.full_tax
    return totals
