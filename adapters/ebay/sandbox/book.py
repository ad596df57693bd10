"""The order book of one store: light heads kept sorted, and full orders built when they are asked for.

An order is computed from its head alone and kept in a bounded cache; who changes a head says so, and the order is computed anew.
"""

from bisect import bisect_left, bisect_right, insort
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any, Literal

from adapters.ebay.sandbox.seed.bills import Bill
from adapters.ebay.sandbox.seed.history import Head

Column = Literal["created", "modified"]
Row = tuple[dict[str, Any], Bill]
CACHED = 2048


class Book:
    """All orders of a store; `build` must always make the same order from the same head."""

    def __init__(self, build: Callable[[Head], Row], heads: Iterable[Head]) -> None:
        self.heads = {head.id: head for head in heads}
        self.next_number = len(self.heads)
        self._build = build
        self._rows: OrderedDict[str, Row] = OrderedDict()
        self._sorted: dict[Column, list[tuple[int, str]]] = {
            "created": sorted((head.created, head.id) for head in self.heads.values()),
            "modified": sorted((head.modified, head.id) for head in self.heads.values()),
        }

    def between(self, column: Column, first: int, last: int) -> list[Head]:
        """Return the heads from one instant to another, both included, oldest first, the id breaking ties."""
        order = self._sorted[column]
        low, high = bisect_left(order, (first, "")), bisect_left(order, (last + 1, ""))
        return [self.heads[order_id] for _, order_id in order[low:high]]

    def row(self, head: Head) -> Row:
        """Return an order and its bill, which belong to the book: copy what is to be changed."""
        row = self._rows.get(head.id)
        if row is None:
            row = self._rows[head.id] = self._build(head)
            if len(self._rows) > CACHED:
                self._rows.popitem(last=False)
        else:
            self._rows.move_to_end(head.id)
        return row

    def add(self, head: Head) -> None:
        """Add an order."""
        self.next_number += 1
        self.heads[head.id] = head
        insort(self._sorted["created"], (head.created, head.id))
        insort(self._sorted["modified"], (head.modified, head.id))

    def remove(self, head: Head) -> None:
        """Forget an order for good."""
        self._unsort("created", head)
        self._unsort("modified", head)
        self._rows.pop(head.id, None)
        del self.heads[head.id]

    def stamp(self, head: Head, column: Column, instant: int) -> None:
        """Move an order in time."""
        self._unsort(column, head)
        setattr(head, column, instant)
        insort(self._sorted[column], (instant, head.id))
        self._rows.pop(head.id, None)

    def _unsort(self, column: Column, head: Head) -> None:
        order = self._sorted[column]
        del order[bisect_right(order, (getattr(head, column), head.id)) - 1]
