"""What was bought: the lines of an order in smallest units, whose sums agree.

total of a line = ITEM + SHIPPING + GIFT_WRAP + COD_FEE + TAX - discount, each for the whole line
total of an order = its lines + the delivery tip
TAX = tax of ITEM + of SHIPPING + of GIFT_WRAP - tax of the discount, and does not exist where prices contain the tax
"""

from dataclasses import dataclass
from random import Random

from adapters.amazon.sandbox.markets import Market
from adapters.amazon.sandbox.seed.facts import Facts, priced
from adapters.amazon.sandbox.seed.orders import LONG_ORDER, OrderHead
from adapters.amazon.sandbox.seed.wares import Ware

FIRST_ITEM = 2_812_000_000_000  # fourteen digits with a zero in front, as some marketplaces have them
LINES_EACH = 1_000


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `discount` is positive and contains `shipping_discount`, `tax` holds (subtype, amount) pairs, the discount's negative."""

    id: str
    ware: Ware
    quantity: int
    unit: int
    shipping: int
    wrap: int
    cod: int
    discount: int
    shipping_discount: int
    tax: tuple[tuple[str, int], ...]

    @property
    def item(self) -> int:
        """The price of all units."""
        return self.unit * self.quantity

    @property
    def total_tax(self) -> int:
        """All tax of the line."""
        return sum(amount for _, amount in self.tax)

    @property
    def total(self) -> int:
        """What the buyer pays for the line."""
        return self.item + self.shipping + self.wrap + self.cod + self.total_tax - self.discount


def make_lines(facts: Facts, head: OrderHead) -> list[Line]:
    """Return the lines of an order, always the same ones."""
    draw = Random(f"{facts.name}/lines/{head.place}")
    market = facts.market(head.market)
    offered = facts.offers[market.id]
    count = draw.choice((1, 1, 1, 1, 2, 2, 3, 5))
    if head.place == LONG_ORDER and len(offered) > 1:
        count = facts.profile.longest
    least = 2 if head.status == "PARTIALLY_SHIPPED" else 1
    return [_line(draw, market, head, number, draw.choice(offered), least) for number in range(count)]


def tip_of(head: OrderHead, market: Market) -> int:
    """Return the delivery tip of an order, in its smallest unit."""
    return 300 * market.rate // 100 if head.place % 13 == 6 and head.status != "CANCELLED" else 0


def _line(draw: Random, market: Market, head: OrderHead, number: int, ware: Ware, least: int) -> Line:
    quantity = max(least, draw.choice((1, 1, 1, 2, 3)))
    unit = priced(ware, market)
    shipping = draw.choice((0, 0, 499, 799)) * market.rate // 100
    wrap = 399 * market.rate // 100 if draw.random() < 0.12 else 0
    cod = 330 * market.rate // 150 if market.country == "JP" and draw.random() < 0.3 else 0
    off = unit * quantity // 10 if draw.random() < 0.2 else 0
    free = shipping if shipping and draw.random() < 0.3 else 0
    tax = () if market.inclusive else _tax(market, unit * quantity, shipping, wrap, off + free)
    item_id = f"{FIRST_ITEM + head.place * LINES_EACH + number:014d}"
    return Line(item_id, ware, quantity, unit, shipping, wrap, cod, off + free, free, tax)


def _tax(market: Market, item: int, shipping: int, wrap: int, discount: int) -> tuple[tuple[str, int], ...]:
    parts = (("ITEM", item), ("SHIPPING", shipping), ("GIFT_WRAP", wrap), ("DISCOUNT", -discount))
    return tuple((subtype, round(amount * market.tax / 10_000)) for subtype, amount in parts if amount)
