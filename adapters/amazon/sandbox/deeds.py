"""What became of an order through the seller's own writes.

The rows of an order follow from its head; an order that the seller has written to keeps its parcels and its money from then on, because
both would follow its last change and move with it.
"""

from collections import Counter
from dataclasses import dataclass, field

from adapters.amazon.sandbox.seed.facts import Facts
from adapters.amazon.sandbox.seed.lines import Line, make_lines
from adapters.amazon.sandbox.seed.orders import OrderHead
from adapters.amazon.sandbox.seed.parcels import Parcel, parcels_of, shipped_units
from adapters.amazon.sandbox.seed.refunds import Transaction, transactions_of


@dataclass(slots=True)
class Deeds:
    """`dropped` has the reason for each cancelled line, by its number in the order; `alias` is the seller's own name for the order."""

    lines: list[Line]
    parcels: list[Parcel]
    moved: list[Transaction]
    dropped: dict[int, str] = field(default_factory=dict)
    alias: str = ""

    def number_of(self, item_id: str) -> int | None:
        """Return the place of a line in the order, None for a line of another order."""
        return next((number for number, line in enumerate(self.lines) if line.id == item_id), None)

    def open_units(self) -> Counter[int]:
        """Return how many units of each line are still to be shipped."""
        sent = shipped_units(self.parcels)
        return Counter(
            {n: line.quantity - sent[n] for n, line in enumerate(self.lines) if n not in self.dropped and line.quantity > sent[n]}
        )


def deeds_of(facts: Facts, head: OrderHead) -> Deeds:
    """Return an order as it stands before its first write."""
    lines = make_lines(facts, head)
    return Deeds(lines, parcels_of(head, lines), transactions_of(head))
