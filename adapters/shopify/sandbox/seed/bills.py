"""The arithmetic of one order: lines, discounts, taxes, shipping, and what came back; whole minor units, so every sum is exact.

A bill is worked out in one go from an order's head. total = subtotal + shipping after discount + tax (unless prices contain it) + tip +
duties; the refunds of a bill add up the same way.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from adapters.shopify.sandbox.seed.catalogue import Variant
from adapters.shopify.sandbox.seed.identifiers import dice, pick
from adapters.shopify.sandbox.seed.orders import Order
from adapters.shopify.sandbox.seed.profiles import Profile

BILL_DICE = 7
RATES = (("Standard", 595), ("Express", 1495), ("Economy", 295), ("Free over 75", 0))
CODES = (("WINTER10", 0.1), ("WELCOME15", 0.15), ("SHIPFREE", 0.0))


@dataclass(slots=True)
class Line:
    """One line: amounts for all its units. `sent`, `dropped` (never sent) and `returned` count units."""

    at: int
    variant: Variant | None
    title: str
    quantity: int
    unit: int
    own_discount: int = 0
    code_discount: int = 0
    taxes: tuple[int, ...] = ()
    sent: int = 0
    dropped: int = 0
    returned: int = 0
    needs_shipping: bool = True

    @property
    def gross(self) -> int:
        """Before any discount."""
        return self.unit * self.quantity

    @property
    def net(self) -> int:
        """After all discounts."""
        return self.gross - self.own_discount - self.code_discount

    @property
    def tax(self) -> int:
        """All taxes of the line."""
        return sum(self.taxes)

    @property
    def back(self) -> int:
        """Units taken off the order."""
        return self.dropped + self.returned

    def part(self, amount: int, units: int) -> int:
        """Return the share of an amount that falls on some of the units."""
        return amount if units == self.quantity else amount * units // self.quantity


@dataclass(slots=True)
class Bill:
    """One order's money."""

    lines: list[Line] = field(default_factory=list)
    code: tuple[str, float] | None = None
    shipping_title: str = ""
    shipping: int = 0
    shipping_discount: int = 0
    shipping_taxes: tuple[int, ...] = ()
    tip: int = 0
    duties: int = 0
    included: bool = False
    exempt: bool = False

    @property
    def subtotal(self) -> int:
        """Lines after discounts."""
        return sum(line.net for line in self.lines)

    @property
    def shipping_net(self) -> int:
        """Shipping after its discount."""
        return self.shipping - self.shipping_discount

    @property
    def tax(self) -> int:
        """All taxes, of lines and shipping."""
        return sum(line.tax for line in self.lines) + sum(self.shipping_taxes)

    @property
    def discounts(self) -> int:
        """All discounts, of lines and shipping."""
        return sum(line.own_discount + line.code_discount for line in self.lines) + self.shipping_discount

    @property
    def total(self) -> int:
        """What the buyer owed at checkout."""
        return self.subtotal + self.shipping_net + (0 if self.included else self.tax) + self.tip + self.duties

    def due_for(self, line: Line, units: int) -> int:
        """Return what some units of a line cost, tax included."""
        return line.part(line.net, units) + (0 if self.included else line.part(line.tax, units))


def bill(seed: int, profile: Profile, head: Order, variants: Sequence[Variant]) -> Bill:
    """Work out an order's bill."""
    roll = dice(seed, BILL_DICE, head.index)
    made = Bill(included=profile.taxes_included, exempt=roll.random() < 0.01)
    made.lines = [_line(roll, head, at, variants) for at, _ in enumerate(head.picks)]
    made.code = pick(roll, CODES) if roll.random() < 0.15 else None
    _discount(roll, made)
    if head.source != "pos" and any(line.needs_shipping for line in made.lines):
        made.shipping_title, made.shipping = pick(roll, RATES)
        made.shipping_discount = made.shipping if made.code and made.code[0] == "SHIPFREE" else 0
    _tax(made, profile)
    made.tip = 300 if roll.random() < 0.01 else 0
    made.duties = 1250 if roll.random() < 0.008 and head.source == "web" else 0
    _send(head, made)
    _take_back(head, made)
    return made


def _line(roll: Random, head: Order, at: int, variants: Sequence[Variant]) -> Line:
    index, quantity = head.picks[at]
    if index == -2 and len(variants) > 1:
        card = next((variant for variant in variants if variant.product.gift_card), None)
        return Line(at, card, card.product.title if card else "E-book", quantity, 2_500, needs_shipping=False)
    if index < 0 or index >= len(variants):
        return Line(at, None, "Engraving on request", quantity, 1_150 + 100 * int(roll.random() * 9))
    variant = variants[index]
    return Line(at, variant, variant.product.title, quantity, variant.price, needs_shipping=not variant.product.gift_card)


def _discount(roll: Random, made: Bill) -> None:
    for line in made.lines:
        if roll.random() < 0.07:
            line.own_discount = line.gross // 20
        if made.code:
            line.code_discount = int((line.gross - line.own_discount) * made.code[1])


def _tax(made: Bill, profile: Profile) -> None:
    rates = () if made.exempt else tuple(rate for _, rate in profile.taxes)
    together = sum(rates)
    for line in made.lines:
        taxable = line.variant.taxable if line.variant else True
        line.taxes = tuple(_tax_on(line.net, rate, together, made.included) for rate in rates) if taxable else ()
    if made.shipping_net:
        made.shipping_taxes = tuple(_tax_on(made.shipping_net, rate, together, made.included) for rate in rates)


def _tax_on(amount: int, rate: float, together: float, included: bool) -> int:
    return round(amount * rate / (1 + together)) if included else round(amount * rate)


def _send(head: Order, made: Bill) -> None:
    if head.scenario.cancel:
        return
    if head.fulfillment == "FULFILLED":
        for line in made.lines:
            line.sent = line.quantity
    elif head.fulfillment == "PARTIALLY_FULFILLED":
        _send_some(made.lines)


def _send_some(lines: list[Line]) -> None:
    """Send the first half of the lines; a single line is split, or doubled when there is nothing to split."""
    if len(lines) == 1 and lines[0].quantity == 1:
        lines[0].quantity = 2
        lines[0].own_discount, lines[0].code_discount = 2 * lines[0].own_discount, 2 * lines[0].code_discount
        lines[0].taxes = tuple(2 * tax for tax in lines[0].taxes)
    if len(lines) == 1:
        lines[0].sent = lines[0].quantity // 2
    else:
        for line in lines[: len(lines) // 2]:
            line.sent = line.quantity


def _take_back(head: Order, made: Bill) -> None:
    kind = head.scenario.refund
    for line in made.lines:
        if head.scenario.cancel:
            line.dropped = line.quantity
        elif kind == "all":
            line.returned = line.quantity
        elif kind == "unshipped":
            line.dropped = line.quantity - line.sent
    if kind == "lines":
        line = made.lines[0]
        if len(made.lines) == 1 and line.quantity == 1:
            made.lines.append(Line(1, None, "Gift box", 1, 450, taxes=(0,) * len(line.taxes), sent=1))
        line.returned = max(1, line.quantity // 2)
