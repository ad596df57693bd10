"""What a line of an order costs.

In cents, a piece costs price - discount, and its tax is rounded for one piece; a line's charges are those of its pieces and its
shipping. A replacement costs nothing.
"""

from dataclasses import dataclass

from adapters.walmart.sandbox.seed.catalogue import Item
from adapters.walmart.sandbox.seed.heads import OrderHead
from adapters.walmart.sandbox.seed.money import tax_on


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
    quantity, price = head.lines[turn][1], head.prices[turn] if head.prices else item.price_at(head.created)
    if head.plan.replacement:
        return Bill(quantity, 0, 0, 0, 0, 0)
    discount = price // 20 if head.place % 8 == 1 and turn == 0 else 0
    fee = 150 if head.place % 17 == 7 and turn == 0 else 0
    shipping = 599 if head.place % 5 == 2 and turn == 0 else 0
    return Bill(quantity, price, discount, tax_on(price - discount), fee, shipping)
