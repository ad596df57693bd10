"""What an order costs: computed line by line, so that all totals add up.

For an order, in both views: total = priceSubtotal + priceDiscount + deliveryCost + deliveryDiscount + adjustment + tax + fee, where the
discounts are negative. For a line: total = lineItemCost - promotions + shipping - its discount + its taxes and fees; the totals of the
lines and the adjustment add up to the order's. Taxes and fees that the platform collects itself are part of tax, fee and the totals
only in the view with the tax breakdown; those the seller collects always are. The seller gets the total of the plain view less the
marketplace fee, which is charged on the total of the view with the breakdown.
"""

from dataclasses import dataclass
from functools import cached_property

from adapters.ebay.sandbox.seed.facts import Facts
from adapters.ebay.sandbox.seed.history import Head
from adapters.ebay.sandbox.seed.money import portion
from adapters.ebay.sandbox.seed.wares import Ware
from adapters.ebay.sandbox.seed.words import FEES, TAX_TYPES

FEE_SHARE, FEE_PER_ORDER = 1325, 30


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax or fee on a line; `remitted` ones the platform collects and passes on itself."""

    kind: str
    cents: int
    remitted: bool


@dataclass(frozen=True, slots=True)
class LineBill:
    """What a line costs, in cents; discounts are positive here."""

    cost: int
    promotion: int
    shipping: int
    shipping_discount: int
    taxes: tuple[Tax, ...]

    def taxed(self, *, breakdown: bool) -> int:
        """Return the taxes and fees that a view shows."""
        return sum(tax.cents for tax in self.taxes if breakdown or not tax.remitted)

    def total(self, *, breakdown: bool) -> int:
        """Return what the buyer pays for the line in a view."""
        return self.cost - self.promotion + self.shipping - self.shipping_discount + self.taxed(breakdown=breakdown)


@dataclass(frozen=True)
class Bill:
    """What an order costs, in cents."""

    lines: tuple[LineBill, ...]
    adjustment: int

    def total(self, *, breakdown: bool) -> int:
        """Return the total of a view."""
        return self.adjustment + sum(line.total(breakdown=breakdown) for line in self.lines)

    def tax(self, *, breakdown: bool) -> int:
        """Return the taxes of a view, without fees."""
        return sum(line.taxed(breakdown=breakdown) for line in self.lines) - self.fee(breakdown=breakdown)

    def fee(self, *, breakdown: bool) -> int:
        """Return the special fees of a view."""
        return sum(tax.cents for line in self.lines for tax in line.taxes if tax.kind in FEES and (breakdown or not tax.remitted))

    @cached_property
    def basis(self) -> int:
        """What the platform's own fee is charged on."""
        return self.total(breakdown=True)

    @cached_property
    def marketplace_fee(self) -> int:
        """What the seller pays for the sale."""
        return portion(self.basis, FEE_SHARE) + FEE_PER_ORDER

    @cached_property
    def due(self) -> int:
        """What the seller gets."""
        return self.total(breakdown=False) - self.marketplace_fee


def bill_of(facts: Facts, head: Head, wares: list[Ware]) -> Bill:
    """Return what an order costs; discounts, taxes and fees are dealt out by its number."""
    lines = tuple(_line(facts, head, place, wares[ware].price * quantity) for place, (ware, quantity) in enumerate(head.basket))
    return Bill(lines, -150 if head.number % 11 == 5 else 0)


def _line(facts: Facts, head: Head, place: int, cost: int) -> LineBill:
    number = head.number
    promotion = portion(cost, 1000) if number % 4 == 1 and place % 2 == 0 else 0
    shipping = 0 if number % 3 == 0 or head.story.delivery in {"DIGITAL", "PREPARE_FOR_PICKUP"} else 690 if place == 0 else 120
    discount = min(shipping, 300) if number % 6 == 4 and place == 0 else 0
    return LineBill(cost, promotion, shipping, discount, tuple(_taxes(facts, number, place, cost - promotion)))


def _taxes(facts: Facts, number: int, place: int, net: int) -> list[Tax]:
    usual = "VAT" if facts.profile.country == "GB" else "STATE_SALES_TAX"
    taxes = []
    if number % 3 == 1:
        taxes.append(Tax(usual, portion(net, facts.profile.tax), remitted=True))
        extra = TAX_TYPES[number // 3 % len(TAX_TYPES)]
        if place == 0 and extra != usual:
            taxes.append(Tax(extra, 125, remitted=True))
    if number % 7 == 2:
        taxes.append(Tax(usual, portion(net, facts.profile.tax), remitted=False))
    return taxes
